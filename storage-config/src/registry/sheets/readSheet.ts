import { readCsv } from './csv.ts';
import { SHEET_LIMITS, type SheetLine, tooLarge } from './unreadableSheet.ts';
import { readWorkbook } from './workbook.ts';
import { encrypted } from './zipEntries.ts';

/**
 * Lines of a table that somebody gave: CSV, or the first sheet of a workbook (.xlsx), told by its first bytes. Lines without
 * anything are left out.
 *
 * @throws UnreadableSheet that says in both languages what is wrong; bounds are {@link SHEET_LIMITS}
 */
export async function readSheet(bytes: Uint8Array): Promise<SheetLine[]> {
  if (bytes.length > SHEET_LIMITS.bytes) throw tooLarge();
  // A compound file: a workbook of before 2007, or one that is encrypted.
  if (begins(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw encrypted();
  return begins(bytes, [0x50, 0x4b, 0x03, 0x04]) ? readWorkbook(bytes) : readCsv(bytes);
}

const begins = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte);
