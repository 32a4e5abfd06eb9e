import type { Attribute, JsonDataset } from './check.ts';

/**
 * Differences between our metadata and dcm2json's that are ways of saying the same; everything else is reported:
 * - dcm2json writes bulk values inline or leaves them out (`+b`), we refer to large ones by BulkDataURI;
 * - the private block of the HR label is ours alone;
 * - numbers: dcm2json keeps the text of DS and IS, and rounds FL to a float's digits;
 * - Data Set Trailing Padding, which dcm2json keeps;
 * - trailing spaces and empty components of names; an empty person name as `{}` or null;
 * - text that dcm2json could not convert, which it copies byte for byte;
 * - VR UN of values that we know from the dictionary, and the ambiguous VRs (US or SS, OB or OW) resolved by the context.
 */
export function compareDatasets(ours: JsonDataset, theirs: JsonDataset, where = ''): string[] {
  const differences: string[] = [];
  const tags = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  for (const tag of [...tags].sort()) {
    const place = `${where}${tag}`;
    if (isLeftAside(tag, ours)) continue;
    const [one, other] = [ours[tag], theirs[tag]];
    if (one === undefined || other === undefined) {
      differences.push(`${place} only in ${one === undefined ? 'dcm2json' : 'our metadata'}`);
      continue;
    }
    differences.push(...compareAttributes(one, other, place));
  }
  return differences;
}

const HR_GROUP = /^0009/;

function isLeftAside(tag: string, ours: JsonDataset): boolean {
  if (tag.startsWith('0002') || tag.endsWith('0000')) return true;
  // Data Set Trailing Padding carries nothing; Specific Character Set says UTF-8 in one of the two at times.
  if (tag === 'FFFCFFFC' || tag === '00080005') return true;
  const creators = Object.entries(ours).filter(
    ([key, attribute]) => HR_GROUP.test(key) && attribute?.Value?.[0] === 'HUTONG HR 1.0',
  );
  return creators.some(([key]) => tag === key || tag.startsWith(`0009${key.slice(6)}`));
}

const isBulk = ({ BulkDataURI, InlineBinary }: Attribute): boolean =>
  BulkDataURI !== undefined || InlineBinary !== undefined;

function compareAttributes(one: Attribute, other: Attribute, place: string): string[] {
  if (one.vr === 'SQ' && other.vr === 'SQ') {
    const [items, others] = [(one.Value ?? []) as JsonDataset[], (other.Value ?? []) as JsonDataset[]];
    if (items.length !== others.length)
      return [`${place} has ${items.length} items, dcm2json ${others.length}`];
    return items.flatMap((item, i) => compareDatasets(item, others[i]!, `${place}[${i + 1}].`));
  }
  if (isBulk(one) || isBulk(other)) {
    if (one.InlineBinary !== undefined && other.InlineBinary !== undefined)
      return trimmed(one.InlineBinary) === trimmed(other.InlineBinary) ? [] : [`${place} has other bytes`];
    return [];
  }
  if (one.vr !== other.vr && !(other.vr === 'UN' || one.vr === 'UN')) {
    const numbers = new Set(['US', 'SS']);
    if (!(numbers.has(one.vr ?? '') && numbers.has(other.vr ?? '')))
      return [`${place} has VR ${one.vr ?? ''}, dcm2json ${other.vr ?? ''}`];
  }
  const [values, others] = [normalised(one), normalised(other)];
  return JSON.stringify(values) === JSON.stringify(others)
    ? []
    : [`${place} (${one.vr ?? ''}) is ${short(values)}, dcm2json ${short(others)}`];
}

/** Base64 without the padding byte that an odd value got. */
const trimmed = (base64: string): string =>
  Buffer.from(base64, 'base64')
    .toString('hex')
    .replace(/(00|20)$/, '');
const short = (value: unknown): string => JSON.stringify(value).slice(0, 120);
const NUMBERS = new Set(['DS', 'IS', 'FL', 'FD', 'US', 'SS', 'UL', 'SL', 'SV', 'UV']);

/** Values in one form: numbers as numbers, text without padding, names as their groups; trailing empty values left out. */
function normalised({ vr = 'UN', Value = [] }: Attribute): unknown[] {
  const values = Value.map((value) => {
    if (value === null || value === undefined || value === '') return null;
    if (vr === 'PN') return nameOf(value as Record<string, string>);
    if (NUMBERS.has(vr)) return numberOf(vr, value);
    return typeof value === 'string' ? value.replace(/[ \0]+$/, '').replace(/^ +/, '') || null : value;
  });
  while (values.length > 0 && values.at(-1) === null) values.pop();
  return values;
}

function nameOf(name: Record<string, string>): Record<string, string> | null {
  const groups = Object.entries(name).flatMap(([group, text]) => {
    const plain = text.replace(/[ ^\0]+$/, '');
    return plain === '' ? [] : [[group, plain]];
  });
  return groups.length === 0 ? null : (Object.fromEntries(groups) as Record<string, string>);
}

function numberOf(vr: string, value: unknown): number | string {
  const number = Number(value);
  if (Number.isNaN(number)) return String(value).trim();
  return vr === 'FL' ? Number(Math.fround(number).toPrecision(6)) : Number(number.toPrecision(12));
}
