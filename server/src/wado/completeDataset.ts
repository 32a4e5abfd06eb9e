import type { DicomJsonAttribute } from '@hutong/dicom';
import { freeHrBlock, HR_GROUP, hrAttributes, type HrFacts } from '../dicomweb/hrAttributes.ts';

const PLACEHOLDER = '"BulkDataURI":"';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Metadata of one instance from the dataset text of the index: BulkDataURIs made absolute and the HR attributes put
 * in at their places, without parsing the text. Inside JSON strings quotes are escaped, so the placeholder's
 * sequence of characters stands nowhere else.
 *
 * @param dataset JSON text as the index holds it: no white space, tags ascending
 * @param instanceUrl absolute URL of the instance under the root that was asked
 */
export function completeDataset(dataset: string, instanceUrl: string, hr: HrFacts): string {
  const prefix = `${PLACEHOLDER}${JSON.stringify(`${instanceUrl}/bulkdata/`).slice(1, -1)}`;
  const pieces: string[] = [];
  // One list of slices, joined once: concatenating whole datasets again and again would copy each several times.
  for (const piece of withHrAttributes(dataset, hr)) addCompleted(pieces, piece, prefix);
  return pieces.join('');
}

function addCompleted(pieces: string[], text: string, prefix: string): void {
  let start = 0;
  for (;;) {
    const next = text.indexOf(PLACEHOLDER, start);
    if (next < 0) break;
    pieces.push(text.slice(start, next), prefix);
    start = next + PLACEHOLDER.length;
  }
  pieces.push(start === 0 ? text : text.slice(start));
}

function withHrAttributes(text: string, hr: HrFacts): string[] {
  const members = membersUpTo(text, HR_GROUP);
  const own = members.filter(({ tag }) => tag.startsWith(HR_GROUP));
  const block = freeHrBlock(own.map(({ tag }) => tag));
  if (block === null) return [text];
  const tail = members.at(-1)?.end ?? 1;
  const begin = own[0]?.start ?? (text[tail] === ',' ? tail + 1 : tail);
  const mixed = [
    ...own.map(({ tag, start, end }) => ({ tag, json: text.slice(start, end) })),
    ...hrMembers(hr, block),
  ].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  const after = own.at(-1)?.end ?? begin;
  const leading = text[begin - 1] === '{' || text[begin - 1] === ',' ? '' : ',';
  const comma = text[after] === '}' || text[after] === ',' ? '' : ',';
  return [text.slice(0, begin), leading, mixed.map(({ json }) => json).join(','), comma, text.slice(after)];
}

/** Members of the HR attributes, the same for every instance of a study. */
const written = new WeakMap<HrFacts, Map<number, { tag: string; json: string }[]>>();

function hrMembers(hr: HrFacts, block: number): { tag: string; json: string }[] {
  const blocks = written.get(hr) ?? new Map<number, { tag: string; json: string }[]>();
  written.set(hr, blocks);
  const known = blocks.get(block);
  if (known !== undefined) return known;
  const members = hrAttributes(hr, block).map(([tag, attribute]) => ({
    tag,
    json: memberJson(tag, attribute),
  }));
  blocks.set(block, members);
  return members;
}

const memberJson = (tag: string, attribute: DicomJsonAttribute): string =>
  `"${tag}":${JSON.stringify(attribute)}`;

interface Member {
  tag: string;
  /** Of the member's text, key included. */
  start: number;
  end: number;
}

/** Members of the object up to and including those of `group`; later ones are not looked at. */
function membersUpTo(text: string, group: string): Member[] {
  const members: Member[] = [];
  let position = 1;
  while (text.charCodeAt(position) === QUOTE) {
    const tag = text.slice(position + 1, position + 9);
    if (tag.slice(0, 4) > group) break;
    const end = endOfValue(text, position + 11);
    members.push({ tag, start: position, end });
    if (text[end] !== ',') break;
    position = end + 1;
  }
  return members;
}

/** End of the object that begins at `position`. */
function endOfValue(text: string, position: number): number {
  let depth = 0;
  for (let i = position; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  throw new Error('a dataset of the index is not whole');
}

/** Position of the quote that closes the string opened at `position`. */
function endOfString(text: string, position: number): number {
  let end = text.indexOf('"', position + 1);
  while (end > 0) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  throw new Error('a dataset of the index is not whole');
}
