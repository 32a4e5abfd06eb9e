import { attribute, type DicomJson, type DicomJsonAttribute } from '@hutong/dicom';

/** One attribute in which two datasets differ. */
export interface AttributeDifference {
  /** Tag, inside of sequences with the path of tags and item numbers before it: `00400275/0/00400009`. */
  path: string;
  keyword: string;
  vr: string;
  /** Values as text; null where the attribute is absent. */
  before: string | null;
  after: string | null;
}

/** Longest text of a value, and the most differences that are listed. */
const MAX_TEXT = 200;
export const MAX_DIFFERENCES = 200;

/** In what two datasets differ, in the order of tags; `more` counts what is not listed. */
export function differences(
  before: DicomJson,
  after: DicomJson,
): { attributes: AttributeDifference[]; more: number } {
  const found: AttributeDifference[] = [];
  let more = 0;
  const compare = (a: DicomJson, b: DicomJson, prefix: string): void => {
    for (const tag of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
      const [left, right] = [a[tag], b[tag]];
      if (JSON.stringify(left) === JSON.stringify(right)) continue;
      const items = bothSequences(left, right);
      if (items !== null) {
        items.forEach(([one, other], i) => {
          compare(one, other, `${prefix}${tag}/${i}/`);
        });
      } else if (found.length < MAX_DIFFERENCES) {
        found.push({
          path: `${prefix}${tag}`,
          keyword: attribute(tag)?.keyword ?? '',
          vr: right?.vr ?? left?.vr ?? 'UN',
          before: textOf(left),
          after: textOf(right),
        });
      } else more += 1;
    }
  };
  compare(before, after, '');
  return { attributes: found, more };
}

/** The items of two sequences of one length, in pairs; null for anything else. */
function bothSequences(
  left: DicomJsonAttribute | undefined,
  right: DicomJsonAttribute | undefined,
): [DicomJson, DicomJson][] | null {
  if (left?.vr !== 'SQ' || right?.vr !== 'SQ') return null;
  const [a, b] = [left.Value ?? [], right.Value ?? []];
  if (a.length !== b.length) return null;
  return a.map((item, i) => [(item ?? {}) as DicomJson, (b[i] ?? {}) as DicomJson]);
}

function textOf(value: DicomJsonAttribute | undefined): string | null {
  if (value === undefined) return null;
  if (value.vr === 'SQ') return `${value.Value?.length ?? 0} items`;
  if (value.BulkDataURI !== undefined) return 'bulk data';
  if (value.InlineBinary !== undefined) return value.InlineBinary.slice(0, MAX_TEXT);
  const texts = (value.Value ?? []).map((one) => {
    if (typeof one === 'string') return one;
    if (typeof one === 'number') return String(one);
    const { Alphabetic = '', Ideographic = '', Phonetic = '' } = (one ?? {}) as Record<string, string>;
    return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
  });
  return texts.join('\\').slice(0, MAX_TEXT);
}
