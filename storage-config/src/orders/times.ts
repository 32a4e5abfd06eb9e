/** Hospital systems give local times without an offset; China has one (GB/T 7408). */
const LOCAL_OFFSET = '+08:00';

const INSTANT =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * An instant as hospital systems write it: ISO 8601 with or without offset, or `YYYYMMDDHHMMSS`. Without an offset it is
 * Chinese time.
 *
 * @returns null for what is no instant
 */
export function readInstant(text: string): Date | null {
  const compact = /^(\d{8})(\d{4}(?:\d\d)?)$/.exec(text.trim());
  const match = INSTANT.exec(compact === null ? text.trim() : `${compact[1] ?? ''}T${compact[2] ?? ''}`);
  if (match === null) return null;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', offset] = match;
  const zone = offset === undefined ? LOCAL_OFFSET : offset.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const at = new Date(`${local}${zone}`);
  if (Number.isNaN(at.getTime())) return null;
  // 30 February is no day.
  if (new Date(`${local}Z`).toISOString().slice(0, 19) !== local) return null;
  return year >= '1900' && year <= '2200' ? at : null;
}
