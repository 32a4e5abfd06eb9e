/** First bytes of things that a computer might run, unpack or open when an object is saved under another name. */
const dangerous: { what: string; bytes: number[] }[] = [
  { what: 'a Windows executable', bytes: ascii('MZ') },
  { what: 'an ELF executable', bytes: [0x7f, ...ascii('ELF')] },
  { what: 'a Mach-O executable', bytes: [0xfe, 0xed, 0xfa, 0xce] },
  { what: 'a Mach-O executable', bytes: [0xfe, 0xed, 0xfa, 0xcf] },
  { what: 'a Mach-O executable', bytes: [0xce, 0xfa, 0xed, 0xfe] },
  { what: 'a Mach-O executable', bytes: [0xcf, 0xfa, 0xed, 0xfe] },
  { what: 'a Mach-O or Java executable', bytes: [0xca, 0xfe, 0xba, 0xbe] },
  { what: 'a WebAssembly module', bytes: [0, ...ascii('asm')] },
  { what: 'an Android executable', bytes: ascii('dex\n') },
  { what: 'a script', bytes: ascii('#!') },
  { what: 'a script', bytes: ascii('<?') },
  { what: 'a web page', bytes: ascii('<!') },
  { what: 'a web page', bytes: ascii('<html') },
  { what: 'a script', bytes: ascii('<script') },
  { what: 'a picture with scripts', bytes: ascii('<svg') },
  { what: 'a script', bytes: ascii('@echo') },
  { what: 'a shortcut', bytes: [0x4c, 0, 0, 0, 0x01, 0x14, 0x02, 0] },
  { what: 'a document', bytes: ascii('%PDF') },
  { what: 'a document', bytes: ascii('%!PS') },
  { what: 'a document', bytes: ascii('{\\rtf') },
  { what: 'an Office document', bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] },
  { what: 'an archive (ZIP)', bytes: ascii('PK') },
  { what: 'an archive (gzip)', bytes: [0x1f, 0x8b] },
  { what: 'an archive (compress)', bytes: [0x1f, 0x9d] },
  { what: 'an archive (7z)', bytes: [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c] },
  { what: 'an archive (RAR)', bytes: ascii('Rar!') },
  { what: 'an archive (xz)', bytes: [0xfd, ...ascii('7zXZ')] },
  { what: 'an archive (bzip2)', bytes: ascii('BZh') },
  { what: 'an archive (Zstandard)', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: 'an archive (cabinet)', bytes: ascii('MSCF') },
  { what: 'an archive (ar)', bytes: ascii('!<arch>') },
];

const PREAMBLE_LENGTH = 128;
const PREFIX = ascii('DICM');

/** Bytes before the file meta information: 128 of preamble, then `DICM` (PS3.10 §7.1). */
export const PART10_PREFIX_LENGTH = PREAMBLE_LENGTH + 4;

/** Whether the object begins as the DICOM File Format says. Needs the first 132 bytes. */
export function hasPart10Prefix(bytes: Uint8Array): boolean {
  return startsWith(bytes, PREFIX, PREAMBLE_LENGTH);
}

/**
 * What the preamble begins, if it begins something that could be run, unpacked or opened as such (PS3.10 §7.5).
 * TIFF and other picture headers are legitimate in objects of two personalities and give null.
 */
export function dangerousPreamble(bytes: Uint8Array): string | null {
  const preamble = bytes.subarray(0, PREAMBLE_LENGTH);
  // As most writers leave it.
  if (isZero(preamble)) return null;
  const found = dangerous.find((signature) => startsWith(preamble, signature.bytes));
  if (found !== undefined) return found.what;
  // A tar header has its mark beyond the preamble; scripts and pages may stand behind a byte order mark or blanks.
  const text = new TextDecoder('latin1')
    .decode(preamble)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase();
  return /^(#!|<\?|<!|<html|<script|<svg|@echo|%pdf|javascript:)/.test(text)
    ? 'a script or a document'
    : null;
}

function ascii(text: string): number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}

function startsWith(bytes: Uint8Array, signature: number[], from = 0): boolean {
  return signature.every((byte, at) => bytes[from + at] === byte);
}
