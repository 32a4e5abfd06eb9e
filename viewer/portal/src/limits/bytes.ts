/** Bytes of a gigabyte as storage is sold: 10^9. */
export const GIGABYTE = 1e9;

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in the unit people would say them in: `1.4 TB`, `320 MB`. Decimal units. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : String(Math.round(value))} ${UNITS[power] ?? 'B'}`;
}

/** Gigabytes that somebody typed, as bytes; null where it is no number above 0. */
export function bytesOfGigabytes(text: string): number | null {
  const gigabytes = Number(text.trim().replace(',', '.'));
  const bytes = Math.round(gigabytes * GIGABYTE);
  return text.trim() !== '' && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

/** How full a quota is. */
export function fullness(bytes: number, maxBytes: number): 'fine' | 'almost' | 'full' {
  if (bytes >= maxBytes) return 'full';
  return bytes >= 0.9 * maxBytes ? 'almost' : 'fine';
}
