/** One patient's name, sex and age for reading, out of naturalised attributes (PS3.5 6.2.1, PS3.3 C.7.1.1). */
import type { Bilingual } from '@hutong/conformance';
import type { Instance } from './host/types.ts';

interface NameGroups {
  Alphabetic?: string;
  Ideographic?: string;
}

/** The name as written: ideographic where there is one, components joined the way that script joins them. */
export function personName(value: unknown): string {
  const groups = nameGroups(value);
  const ideographic = components(groups.Ideographic);
  if (ideographic.length > 0) return ideographic.join('');
  return components(groups.Alphabetic).join(' ');
}

function nameGroups(value: unknown): NameGroups {
  if (typeof value === 'string') {
    const [Alphabetic = '', Ideographic = ''] = value.split('=');
    return { Alphabetic, Ideographic };
  }
  if (Array.isArray(value)) return nameGroups(value[0]);
  return typeof value === 'object' && value !== null ? value : {};
}

function components(group: string | undefined): string[] {
  return (group ?? '')
    .split('^')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const sexes: Readonly<Record<string, Bilingual>> = {
  M: { zh: '男', en: 'M' },
  F: { zh: '女', en: 'F' },
  O: { zh: '其他', en: 'O' },
};

export function sexText(value: unknown): Bilingual | undefined {
  return typeof value === 'string' ? sexes[value.trim().toUpperCase()] : undefined;
}

const ageUnits: Readonly<Record<string, Bilingual>> = {
  Y: { zh: '岁', en: ' y' },
  M: { zh: '月', en: ' mo' },
  W: { zh: '周', en: ' wk' },
  D: { zh: '天', en: ' d' },
};

/** Age at the study: as recorded (`056Y`), else from birth date and study date. */
export function ageText(instance: Instance): Bilingual | undefined {
  const recorded = /^0*(\d+)([YMWD])$/.exec(text(instance.PatientAge));
  if (recorded) return withUnit(Number(recorded[1]), recorded[2] ?? 'Y');
  const birth = dicomDate(instance.PatientBirthDate);
  const study = dicomDate(instance.StudyDate);
  if (!birth || !study || study < birth) return undefined;
  const years = study.getUTCFullYear() - birth.getUTCFullYear();
  const before = new Date(study);
  before.setUTCFullYear(birth.getUTCFullYear());
  const completed = before < birth ? years - 1 : years;
  if (completed >= 1) return withUnit(completed, 'Y');
  const days = Math.floor((study.getTime() - birth.getTime()) / 86_400_000);
  return days >= 31 ? withUnit(Math.floor(days / 30.44), 'M') : withUnit(days, 'D');
}

function withUnit(value: number, unit: string): Bilingual | undefined {
  const word = ageUnits[unit];
  return word && { zh: `${value}${word.zh}`, en: `${value}${word.en}` };
}

/** `20261121`, `140533.12` → `2026-11-21 14:05`; what is not there is left out. */
export function dateTimeText(date: unknown, time: unknown): string {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(text(date));
  const clock = /^(\d{2})(\d{2})/.exec(text(time));
  return [day && day.slice(1).join('-'), day && clock && clock.slice(1).join(':')].filter(Boolean).join(' ');
}

/** An ISO 8601 instant as local `2026-11-21 14:05`; empty when it is not one. */
export function instantText(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '';
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function dicomDate(value: unknown): Date | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text(value));
  if (!match) return undefined;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A string attribute's first value; dcmjs leaves single values bare and several in an array. */
export function text(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.trim() : '';
}
