/** Reads a file of an exam table as text, whatever spreadsheet saved it. */

export const CSV_LIMIT = 5 * 1024 * 1024;

/** Text of a CSV file: UTF-8 with or without a byte order mark, else GB 18030, as Excel saves it in China. */
export function csvText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
