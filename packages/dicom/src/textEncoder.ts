import { Buffer } from 'node:buffer';
import { SINGLE_BYTE_REPERTOIRES } from './characterSets.ts';

/** Text as bytes, or null where a character is not in the repertoire. */
export type TextEncode = (text: string) => Buffer | null;

/** The term that declares UTF-8 (PS3.3 Table C.12-5). */
export const UTF8_TERM = 'ISO_IR 192';

// eslint-disable-next-line no-control-regex -- ASCII is what is left when these ranges are taken out
const notAscii = /[^\u0000-\u007f]/;

export function isAscii(text: string): boolean {
  return !notAscii.test(text);
}

export const encodeUtf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

const encodeAscii: TextEncode = (text) => (isAscii(text) ? Buffer.from(text, 'latin1') : null);

/**
 * The inverse of `characterSet`: encodes text by the values of SpecificCharacterSet (0008,0005). Of repertoires with
 * code extensions only the characters of value 1 are encoded, for which no escape is needed; of GB18030 those of
 * two bytes.
 */
export function textEncoder(terms: readonly string[]): TextEncode {
  const first = (terms[0] ?? '').trim().toUpperCase();
  if (terms.length <= 1 && /^(ISO[ _-]?IR[ _-]?192|UTF[ _-]?8)$/.test(first)) return encodeUtf8;
  if (terms.length <= 1 && /^(GB[ _-]?18030|GBK)$/.test(first)) return tableEncoder('gb18030');
  const number = /^ISO[ _-]?(?:2022[ _-]?)?(?:IR)?[ _-]?(\d+)$/.exec(first)?.[1];
  const label = number === undefined || number === '6' ? undefined : SINGLE_BYTE_REPERTOIRES[number];
  return label === undefined ? encodeAscii : tableEncoder(label);
}

const tables = new Map<string, Map<string, number>>();

/** Encodes by a table of all codes of one byte above 0x9F, of GB18030 all of two bytes. */
function tableEncoder(label: string): TextEncode {
  return (text) => {
    if (isAscii(text)) return Buffer.from(text, 'latin1');
    const table = tableOf(label);
    const bytes: number[] = [];
    for (const character of text) {
      const code = isAscii(character) ? character.charCodeAt(0) : table.get(character);
      if (code === undefined) return null;
      if (code > 0xff) bytes.push(code >>> 8);
      bytes.push(code & 0xff);
    }
    return Buffer.from(bytes);
  };
}

function tableOf(label: string): Map<string, number> {
  let table = tables.get(label);
  if (table === undefined) {
    table = new Map();
    const decoder = new TextDecoder(label, { fatal: true });
    const add = (bytes: number[], code: number): void => {
      const character = decodeOne(decoder, bytes);
      if (character !== null && !table?.has(character)) table?.set(character, code);
    };
    if (label === 'gb18030') {
      for (let lead = 0x81; lead <= 0xfe; lead++)
        for (let trail = 0x40; trail <= 0xfe; trail++) add([lead, trail], (lead << 8) | trail);
    } else {
      // Below 0xA0 the labels have characters of Windows code pages that are not in the ISO repertoires.
      for (let byte = 0xa0; byte <= 0xff; byte++) add([byte], byte);
    }
    tables.set(label, table);
  }
  return table;
}

/** The character of a code, or null where there is none, or more than one. */
function decodeOne(decoder: InstanceType<typeof TextDecoder>, bytes: number[]): string | null {
  try {
    const text = decoder.decode(Uint8Array.from(bytes));
    return text.length === 1 && text !== '\ufffd' ? text : null;
  } catch {
    return null;
  }
}
