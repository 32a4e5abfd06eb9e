import { readText } from './text.ts';
import type { PlacedOrder } from './placedOrder.ts';
import type { StudySummary } from './summary.ts';

/** An exam as a study names it: by code with its name, or by a name alone (`code` and `scheme` empty). */
export interface ExamName {
  code: string;
  /** Coding scheme, upper case; empty where none is given. */
  scheme: string;
  /** The exam's name, normalised; empty where a code has none. */
  name: string;
  /** Modality of the images: CT, MR, MG, DX for all radiographs, or empty. */
  modality: string;
}

const LONGEST_NAME = 64;
/** Exam codes are SH: 16 characters; longer ones hold numbers of other kinds. */
const LONGEST_CODE = 16;
/** Hospital systems that name an exam by its code in an order have longer ones. */
const LONGEST_ORDER_CODE = 64;
const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文韦蒙覃莫';
const CATEGORIES: Readonly<Record<string, string>> = {
  CT: 'CT',
  MR: 'MR',
  MG: 'MG',
  DX: 'DX',
  CR: 'DX',
  DR: 'DX',
  RG: 'DX',
};

/**
 * Exam names in the form that mapping tables compare: NFKC, single spaces, no control characters, no runs of
 * six or more digits (accession numbers, dates).
 */
export function normaliseExamName(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll(/\d{6,}/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s,;:^_-]+|[\s,;:^_-]+$/g, '');
}

/**
 * The exam codes and names a study carries, most trusted first, for a mapping table and for the list of
 * exams that nobody has mapped. Free of identifiers: numbers and what looks like a person's name are left out.
 */
export function examNamesOf(summary: StudySummary, order: PlacedOrder | null = null): ExamName[] {
  const modality = modalityOf(summary);
  const found: ExamName[] = [];
  const add = (name: ExamName): void => {
    const known = found.some(
      (other) => other.code === name.code && other.scheme === name.scheme && other.name === name.name,
    );
    if (!known) found.push(name);
  };
  for (const exam of order?.exams ?? []) {
    const name = examNameOf({ ...exam, modality });
    if (name !== null) add(name);
  }
  for (const { value, scheme, meaning } of summary.procedureCodes) {
    const name = examNameOf({ code: value, scheme, name: meaning, modality }, LONGEST_CODE);
    if (name !== null && name.code !== '') add(name);
  }
  const known = new Set(found.map((one) => one.name));
  for (const { text } of summary.orderTexts) {
    const name = cleanName(text);
    if (name !== '' && !known.has(name)) add({ code: '', scheme: '', name, modality });
  }
  return found;
}

/** An exam as lists of exams keep it; null where neither its code nor its name is one of an exam. */
export function examNameOf(
  { code: given, scheme, name, modality }: ExamName,
  longest = LONGEST_ORDER_CODE,
): ExamName | null {
  const text = given.normalize('NFKC').trim();
  const code = text.length <= longest && /^[\p{L}\p{N}._/+-]+$/u.test(text) ? text : '';
  const known = { code, scheme: code === '' ? '' : scheme.trim().toUpperCase(), name: cleanName(name) };
  if (code === '' && known.name === '') return null;
  return { ...known, modality: Object.hasOwn(CATEGORIES, modality) ? (CATEGORIES[modality] ?? '') : '' };
}

function cleanName(text: string): string {
  const name = normaliseExamName(text).slice(0, LONGEST_NAME).trim();
  return isJunk(name) ? '' : name;
}

/** No letters, mostly digits, or what is rather the name of a person than that of an exam. */
function isJunk(name: string): boolean {
  const letters = name.replaceAll(/[^\p{L}]/gu, '');
  const digits = name.replaceAll(/\D/g, '');
  if (letters.length < 2 || digits.length > letters.length) return true;
  const text = readText(name);
  const speaks = (['regions', 'angio', 'contrast', 'views', 'reconstruction'] as const).some(
    (facet) => text.read(facet).length > 0,
  );
  if (speaks || /CT|MR|DR|XR|X线|钼靶|超声|扫描|检查|成像|造影|摄片|摄影|平片/i.test(name)) return false;
  return name.includes('^') || (/^[\u4e00-\u9fff]{2,4}$/.test(name) && SURNAMES.includes(name.slice(0, 1)));
}

/** The modality most of the images are of. */
function modalityOf(summary: StudySummary): string {
  const votes = new Map<string, number>();
  for (const series of summary.series) {
    const category = Object.hasOwn(CATEGORIES, series.modality) ? CATEGORIES[series.modality] : undefined;
    if (category !== undefined) votes.set(category, (votes.get(category) ?? 0) + series.numberOfInstances);
  }
  return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
