/** What the browser around the page can do. */

/** WeChat's own browser neither downloads nor opens new windows. */
export const isInWeChat = (agent = navigator.userAgent): boolean => /MicroMessenger/i.test(agent);

const UNITS = ['B', 'KB', 'MB', 'GB'] as const;

/** A size as people read it. */
export function sizeText(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step] ?? 'B'}`;
}
