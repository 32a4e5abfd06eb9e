import { formatCount } from '../format/format.ts';

/** Fen as yuan: ¥1,322,000.00. */
export function formatYuan(fen: number): string {
  const [whole = '', digits = '00'] = (fen / 100).toFixed(2).split('.');
  return `¥${formatCount(Number(whole))}.${digits}`;
}

/** A part of a whole as a percentage with one digit; a dash of nothing. */
export const formatShare = (part: number, whole: number): string =>
  whole === 0 ? '—' : `${((100 * part) / whole).toFixed(1)}%`;

/** Yuan as people type them, in fen; null for what is no amount. */
export function fenOfYuan(text: string): number | null {
  const [, whole, digits = ''] = /^\s*(\d{1,7})(?:\.(\d{1,2}))?\s*$/.exec(text) ?? [];
  return whole === undefined ? null : Number(whole) * 100 + Number(digits.padEnd(2, '0'));
}

/** A month some months later, or earlier; YYYY-MM. */
export function monthAfter(month: string, months: number): string {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + months;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}
