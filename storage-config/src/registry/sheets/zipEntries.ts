import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { SHEET_LIMITS, tooLarge, UnreadableSheet } from './unreadableSheet.ts';

const inflate = promisify(inflateRaw);

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const MOST_ENTRIES = 2000;

interface Entry {
  method: number;
  packed: number;
  at: number;
}

/** Reads single entries of a ZIP archive. */
export interface ZipEntries {
  /**
   * Bytes of an entry, null when there is none.
   *
   * @throws UnreadableSheet when it is damaged, or all that was read of the archive becomes more than may
   */
  read(name: string): Promise<Buffer | null>;
}

/**
 * Opens a ZIP archive (APPNOTE 6.3) by its central directory. Sizes that it states are not believed: what is unpacked is
 * counted, and ends at the bound.
 *
 * @throws UnreadableSheet for what is no archive, is encrypted, or lists more than a workbook has
 */
export function openZip(bytes: Uint8Array, most: number = SHEET_LIMITS.unpackedBytes): ZipEntries {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = listed(archive);
  let left = most;
  return {
    async read(name) {
      const entry = entries.get(name);
      if (entry === undefined) return null;
      const packed = contentOf(archive, entry);
      const content = entry.method === 0 ? packed : await unpacked(packed, left);
      if (content.length > left) throw tooLarge();
      left -= content.length;
      return content;
    },
  };
}

async function unpacked(packed: Buffer, most: number): Promise<Buffer> {
  if (most <= 0) throw tooLarge();
  try {
    return await inflate(packed, { maxOutputLength: most });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw damaged();
  }
}

function contentOf(archive: Buffer, { at, packed }: Entry): Buffer {
  if (at + 30 > archive.length || archive.readUInt32LE(at) !== LOCAL) throw damaged();
  const from = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
  if (from + packed > archive.length) throw damaged();
  return archive.subarray(from, from + packed);
}

function listed(archive: Buffer): Map<string, Entry> {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw tooLarge();
  let at = archive.readUInt32LE(end + 16);
  const entries = new Map<string, Entry>();
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== CENTRAL) throw damaged();
    const flags = archive.readUInt16LE(at + 8);
    const method = archive.readUInt16LE(at + 10);
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if ((flags & 1) !== 0) throw encrypted();
    if ((method !== 0 && method !== 8) || entries.has(name)) throw damaged();
    entries.set(name, { method, packed: archive.readUInt32LE(at + 20), at: archive.readUInt32LE(at + 42) });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function endOf(archive: Buffer): number {
  const least = Math.max(0, archive.length - END_SIZE - LONGEST_COMMENT);
  for (let at = archive.length - END_SIZE; at >= least; at -= 1)
    if (archive.readUInt32LE(at) === END) return at;
  throw damaged();
}

const damaged = (): UnreadableSheet =>
  new UnreadableSheet('文件已损坏，无法读取。', 'The file is damaged and cannot be read.');
export const encrypted = (): UnreadableSheet =>
  new UnreadableSheet(
    '请另存为不带密码的 .xlsx 或 CSV 文件。',
    'Save it as .xlsx without a password, or as CSV.',
  );
