import { decodeWithEscapes, type CodeElement } from './codeExtensions.ts';

/** The character repertoires declared by SpecificCharacterSet (PS3.3 §C.12.1.1.2), as a decoder. */
export interface CharacterSet {
  /** Text of a whole value field; values are split on the backslash after decoding, never before. */
  decode: (bytes: Uint8Array) => string;
  /**
   * How far the declaration is to be believed where bytes above 0x7F appear: `doubtful` for the default repertoire
   * and Latin-1, which many devices declare and then fill with GBK or UTF-8; `utf8` can be checked byte by byte;
   * `chinese` for GB18030, GBK and GB 2312, under which UTF-8 would become other Chinese.
   */
  trust: 'sure' | 'doubtful' | 'utf8' | 'chinese';
  /** True where a defined term is not known; Latin-1 stands in for it. */
  unknown: boolean;
}

/** Encoding labels (WHATWG) of single-byte repertoires by ISO-IR number (PS3.3 Tables C.12-2, C.12-3). */
export const SINGLE_BYTE_REPERTOIRES: Readonly<Record<string, string>> = {
  '6': 'windows-1252',
  '13': 'shift_jis',
  '100': 'windows-1252',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'windows-1254',
  '166': 'windows-874',
  '203': 'iso-8859-15',
};

/** Repertoires that need code extensions; with a single term they can only have been meant so. */
export const MULTI_BYTE_REPERTOIRES: Readonly<Record<string, CodeElement>> = {
  '149': 'ksx1001',
  '58': 'gb2312',
  '87': 'jisx0208',
  '159': 'jisx0212',
};

const cache = new Map<string, CharacterSet>();

/**
 * The decoder for the values of SpecificCharacterSet (0008,0005); no values mean the default repertoire. Spellings
 * met in the field (`ISO-IR 100`, `ISO2022 IR 87`, `UTF-8`, `GB2312`) are understood.
 */
export function characterSet(terms: readonly string[]): CharacterSet {
  const key = terms.join('\\');
  let known = cache.get(key);
  if (known === undefined) {
    known = build(terms.map((term) => term.trim().toUpperCase()));
    // Hostile objects may declare anything; the real combinations are few.
    if (cache.size < 256 && key.length < 256) cache.set(key, known);
  }
  return known;
}

/** The default repertoire, ISO-IR 6. */
export const DEFAULT_CHARACTER_SET: CharacterSet = characterSet([]);

function build(terms: string[]): CharacterSet {
  const first = terms[0] ?? '';
  if (/^(ISO[ _-]?IR[ _-]?192|UTF[ _-]?8)$/.test(first)) return whole('utf-8', 'utf8');
  if (/^(GB[ _-]?18030|GBK|GB[ _-]?2312|CP936|ISO[ _-]?IR[ _-]?58)$/.test(first))
    return whole('gb18030', 'chinese');

  const numbers = terms.map((term) =>
    term === '' ? '6' : /^ISO[ _-]?(?:2022[ _-]?)?(?:IR)?[ _-]?(\d+)$/.exec(term)?.[1],
  );
  const unknown = numbers.some(
    (number) =>
      number === undefined || !(number in SINGLE_BYTE_REPERTOIRES || number in MULTI_BYTE_REPERTOIRES),
  );
  const base = numbers[0] ?? '6';
  const label = SINGLE_BYTE_REPERTOIRES[base] ?? 'windows-1252';
  // A single multi-byte term without escapes in the text: read high bytes by it.
  const initial = numbers
    .map((number) => MULTI_BYTE_REPERTOIRES[number ?? ''])
    .find((set) => set === 'ksx1001' || set === 'gb2312');
  const extended =
    terms.length > 1 || base in MULTI_BYTE_REPERTOIRES || terms.some((term) => term.includes('2022'));
  const single = new TextDecoder(label);
  return {
    decode: (bytes) =>
      bytes.includes(0x1b) || (extended && initial !== undefined)
        ? decodeWithEscapes(bytes, label, label === 'windows-1252' && base !== '100' ? initial : undefined)
        : single.decode(bytes),
    trust: numbers.includes('58') ? 'chinese' : !extended && label === 'windows-1252' ? 'doubtful' : 'sure',
    unknown,
  };
}

function whole(label: string, trust: CharacterSet['trust']): CharacterSet {
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  return { decode: (bytes) => decoder.decode(bytes), trust, unknown: false };
}
