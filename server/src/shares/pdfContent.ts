import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

const unzip = promisify(inflate);

/** Names that make a document do something, carry other files, or hide what it holds (ISO 32000-2 7.6, 7.11.4, 12.6.4, 13). */
const ACTIVE = new Set([
  'JavaScript',
  'Launch',
  'EmbeddedFile',
  'EmbeddedFiles',
  'RichMedia',
  'SubmitForm',
  'ImportData',
  'GoToE',
  'Rendition',
  'Movie',
  'XFA',
  'Encrypt',
]);
/** A name, with its delimiters (ISO 32000-2 7.3.5). */
const NAME = /\/([^\s()<>[\]{}/%\0]{1,127})/g;
/** Inflated bytes of object streams that are looked through. */
const MOST_INFLATED = 64 * 1024 * 1024;
const LONGEST_DICTIONARY = 4096;
/** Streams of a document that are looked at. */
const MOST_STREAMS = 10_000;

/**
 * What a PDF does that a report need not do, or why that cannot be told; null: nothing was found. Objects lie open or in
 * object streams, which are inflated; whatever is written otherwise counts as hidden.
 */
export async function activeContentOf(bytes: Uint8Array): Promise<string | null> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const found = activeNameIn(text);
  if (found !== null) return found;
  let left = MOST_INFLATED;
  let streams = 0;
  let objectStreams = 0;
  for (const { 0: keyword, index } of text.matchAll(/(?<!end)stream\r?\n/g)) {
    if (++streams > MOST_STREAMS) return 'hidden objects';
    const dictionary = dictionaryBefore(text, index);
    if (dictionary === null) return 'hidden objects';
    const names = new Set([...dictionary.matchAll(NAME)].map(([, name = '']) => plainName(name)));
    if (!names.has('ObjStm') && !(names.has('First') && names.has('N'))) continue;
    if (names.has('ObjStm')) objectStreams += 1;
    const filters = [...names].filter((name) => /Decode$|^(?:A85|AHx|LZW|RL|CCF|DCT|Crypt)$/.test(name));
    if (names.has('DecodeParms') || names.has('DP') || names.has('FFilter')) return 'hidden objects';
    const from = index + keyword.length;
    const to = text.indexOf('endstream', from);
    const stored = bytes.subarray(from, to < 0 ? bytes.length : to);
    const isFlate = filters.length === 1 && filters[0] === 'FlateDecode';
    if (!isFlate && (filters.length > 0 || names.has('Filter'))) return 'hidden objects';
    const opened = isFlate ? await inflated(stored, left) : Buffer.from(stored);
    if (opened === null) return 'hidden objects';
    left -= opened.length;
    const inside = activeNameIn(opened.toString('latin1'));
    if (inside !== null) return inside;
  }
  // One that was not met where streams begin lies where this does not look.
  return countOf(text, 'ObjStm') > objectStreams ? 'hidden objects' : null;
}

function countOf(text: string, wanted: string): number {
  let count = 0;
  for (const [, name = ''] of text.matchAll(NAME)) if (plainName(name) === wanted) count += 1;
  return count;
}

function activeNameIn(text: string): string | null {
  for (const [, name = ''] of text.matchAll(NAME)) if (ACTIVE.has(plainName(name))) return plainName(name);
  return null;
}

/** A name without escapes: `/J#61vaScript` is `/JavaScript`. */
const plainName = (name: string): string =>
  name.replace(/#([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** The dictionary of a stream, from where its object begins; null where that is too far away. */
function dictionaryBefore(text: string, at: number): string | null {
  const before = text.slice(Math.max(0, at - LONGEST_DICTIONARY), at);
  const begins = before.lastIndexOf(' obj');
  return begins < 0 ? null : before.slice(begins);
}

async function inflated(bytes: Uint8Array, most: number): Promise<Buffer | null> {
  if (most <= 0) return null;
  try {
    // Line ends stand between the data and `endstream`; what follows the end of the data is not looked at.
    return await unzip(bytes, { maxOutputLength: most });
  } catch {
    return null;
  }
}
