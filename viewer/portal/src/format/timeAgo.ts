import type { Language } from '../i18n/language.ts';

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** How far an ISO 8601 instant is from now, as people say it: `3分钟前`, `in 2 days`; empty when it is none. */
export function timeAgo(instant: string, language: Language, now = Date.now()): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  if (Number.isNaN(seconds)) return '';
  const words = new Intl.RelativeTimeFormat(language === 'zh' ? 'zh-CN' : 'en', { numeric: 'always' });
  for (const [unit, length] of STEPS)
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit);
  return language === 'zh' ? '刚刚' : 'just now';
}
