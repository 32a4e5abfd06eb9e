/** How facts are written for readers: pure functions, no locale of the machine. */
import type { WorklistStudy } from '@hutong/server/contract';
import type { Language } from '../i18n/language.ts';
import type { Dictionary } from '../i18n/zh.ts';

/** `56岁`, `7月`, `12天`; `56 y` in English; empty when unknown. */
export function formatAge(age: WorklistStudy['patient']['age'], t: Dictionary, language: Language): string {
  if (age === null) return '';
  const unit = t.ageUnit[age.unit];
  return language === 'zh' ? `${age.value}${unit}` : `${age.value} ${unit}`;
}

/** `2026-11-21 14:05`, or the date alone; empty when the date is unknown. */
export function formatStudyTime(date: string, time: string): string {
  return date === '' ? '' : time === '' ? date : `${date} ${time}`;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** A local calendar day as YYYY-MM-DD. */
export function formatDay(day: Date): string {
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** An ISO 8601 instant as local `2026-11-21 14:05`; empty when it is not one. */
export function formatInstant(instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? '' : `${formatDay(at)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `12,345`: groups of three in both languages. */
export function formatCount(n: number): string {
  return String(Math.trunc(n)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Millimetres with at most two decimals and no trailing zeros. */
export function formatMm(mm: number): string {
  return String(Math.round(mm * 100) / 100);
}

/** The exam as one line: the item names when the study is on the list, else its description. */
export function formatExam(
  study: Pick<WorklistStudy, 'items' | 'description'>,
  pick: (both: { zh: string; en: string }) => string,
  t: Dictionary,
): { text: string; known: boolean } {
  const names = study.items.map((item) => pick(item.name)).filter((name) => name !== '');
  if (names.length > 0) return { text: names.join(' · '), known: true };
  const description = study.description.trim();
  return description === '' ? { text: t.unnamedExam, known: false } : { text: description, known: true };
}
