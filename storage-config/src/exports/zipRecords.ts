/** Records of a ZIP archive (APPNOTE 6.3, ZIP64) whose entries are stored as they are, their CRC written behind them. */

/** One file of an archive. */
export interface ZipEntry {
  /** Path inside the archive, ASCII. */
  name: string;
  size: number;
  modified: Date;
}

/** What is known of an entry once it was written. */
export interface WrittenEntry extends ZipEntry {
  /** Of its local header, from the first byte of the archive. */
  offset: number;
  crc32: number;
}

const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
const VERSION_PLAIN = 20;
const VERSION_ZIP64 = 45;
/** The CRC follows the data. */
const FLAGS = 0x0008;
const ZIP64_EXTRA = 0x0001;
/** Regular file, rw-r--r--, as Unix says it. */
const ATTRIBUTES = (0o100644 << 16) >>> 0;
const MADE_BY_UNIX = 3 << 8;

const isLarge = ({ size }: ZipEntry): boolean => size >= LIMIT_32;

export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'latin1');
  const extra = isLarge(entry) ? zip64Extra([0, 0]) : Buffer.alloc(0);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  fixed.writeUInt16LE(isLarge(entry) ? VERSION_ZIP64 : VERSION_PLAIN, 4);
  fixed.writeUInt16LE(FLAGS, 6);
  fixed.writeUInt32LE(dosTime(entry.modified), 10);
  const placeholder = isLarge(entry) ? LIMIT_32 : 0;
  fixed.writeUInt32LE(placeholder, 18);
  fixed.writeUInt32LE(placeholder, 22);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, name, extra]);
}

/** Follows the data of an entry. */
export function dataDescriptor(entry: ZipEntry, crc32: number): Buffer {
  const record = Buffer.alloc(isLarge(entry) ? 24 : 16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(crc32, 4);
  if (isLarge(entry)) {
    record.writeBigUInt64LE(BigInt(entry.size), 8);
    record.writeBigUInt64LE(BigInt(entry.size), 16);
  } else {
    record.writeUInt32LE(entry.size, 8);
    record.writeUInt32LE(entry.size, 12);
  }
  return record;
}

/** Central directory and its end. @param start bytes of the archive before it */
export function centralDirectory(entries: readonly WrittenEntry[], start: number): Buffer {
  const headers = Buffer.concat(entries.map(centralHeader));
  return Buffer.concat([headers, directoryEnd(entries.length, headers.length, start)]);
}

/**
 * End of the central directory, where its headers are written one by one.
 *
 * @param count entries
 * @param length bytes of the headers
 * @param start bytes of the archive before them
 */
export function directoryEnd(count: number, length: number, start: number): Buffer {
  const large = count >= LIMIT_16 || start >= LIMIT_32 || length >= LIMIT_32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 8);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 10);
  end.writeUInt32LE(Math.min(length, LIMIT_32), 12);
  end.writeUInt32LE(Math.min(start, LIMIT_32), 16);
  return Buffer.concat([...(large ? [zip64End(count, length, start)] : []), end]);
}

/** The header of one entry in the central directory. */
export function centralHeader(entry: WrittenEntry): Buffer {
  const name = Buffer.from(entry.name, 'latin1');
  const sizes = isLarge(entry) ? [entry.size, entry.size] : [];
  const offsets = entry.offset >= LIMIT_32 ? [entry.offset] : [];
  const numbers = [...sizes, ...offsets];
  const extra = numbers.length === 0 ? Buffer.alloc(0) : zip64Extra(numbers);
  const version = numbers.length === 0 ? VERSION_PLAIN : VERSION_ZIP64;
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(MADE_BY_UNIX | version, 4);
  fixed.writeUInt16LE(version, 6);
  fixed.writeUInt16LE(FLAGS, 8);
  fixed.writeUInt32LE(dosTime(entry.modified), 12);
  fixed.writeUInt32LE(entry.crc32, 16);
  fixed.writeUInt32LE(Math.min(entry.size, LIMIT_32), 20);
  fixed.writeUInt32LE(Math.min(entry.size, LIMIT_32), 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt32LE(ATTRIBUTES, 38);
  fixed.writeUInt32LE(Math.min(entry.offset, LIMIT_32), 42);
  return Buffer.concat([fixed, name, extra]);
}

function zip64Extra(numbers: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + numbers.length * 8);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(numbers.length * 8, 2);
  numbers.forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + i * 8));
  return extra;
}

function zip64End(count: number, length: number, start: number): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12);
  end.writeUInt16LE(VERSION_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(length), 40);
  end.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end, locator]);
}

/** Date and time in the two words of MS-DOS, UTC, to two seconds. */
function dosTime(date: Date): number {
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
