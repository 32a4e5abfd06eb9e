import type { Vr } from './attributes.ts';
import { DatasetError } from './datasetError.ts';
import type { DatasetCount } from './datasetLimits.ts';
import { isVr } from './elementHeader.ts';
import { encodeUtf8 } from './textEncoder.ts';
import type { DicomJson, DicomJsonAttribute, PersonName } from './types.ts';
import { valueBytes } from './valueBytes.ts';

const TAG_PATTERN = /^[0-9A-Fa-f]{8}$/;
const BASE64_PATTERN = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** VRs that may be given as InlineBinary (PS3.18 §F.2.7). */
const inlineVrs = new Set<Vr>(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/**
 * Takes a value of unknown origin as a dataset of the DICOM JSON Model (PS3.18 §F.2). What is returned was built anew:
 * attributes by tag, nothing in them but what the model knows, every value one that its VR can hold.
 *
 * @throws DatasetError with the path of the first attribute that is wrong.
 */
export function checkDataset(value: unknown, count: DatasetCount, prefix = '', depth = 0): DicomJson {
  const path = prefix.replace(/\/$/, '');
  if (!isRecord(value)) throw new DatasetError('MALFORMED', path, 'is no JSON object of attributes');
  count.descend(path, depth);
  const dataset: DicomJson = {};
  const tags = Object.keys(value);
  count.add(path, tags.length + 1);
  for (const [tag, given] of tags.map((key) => [key.toUpperCase(), key] as const).sort(byTag)) {
    if (!TAG_PATTERN.test(given) || tag.startsWith('FFFE'))
      throw new DatasetError(
        'MALFORMED',
        path,
        'has a member whose name is no tag of eight hexadecimal digits',
      );
    if (Object.hasOwn(dataset, tag)) throw new DatasetError('MALFORMED', prefix + tag, 'is given twice');
    dataset[tag] = checkAttribute(value[given], count, prefix + tag, depth);
  }
  return dataset;
}

function byTag([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkAttribute(
  given: unknown,
  count: DatasetCount,
  path: string,
  depth: number,
): DicomJsonAttribute {
  if (!isRecord(given)) throw new DatasetError('MALFORMED', path, 'is no JSON object');
  const { vr, Value, InlineBinary, BulkDataURI } = given;
  if (typeof vr !== 'string' || !isVr(vr))
    throw new DatasetError('MALFORMED', path, 'has no "vr" that is a value representation');
  if ([Value, InlineBinary, BulkDataURI].filter((each) => each !== undefined).length > 1)
    throw new DatasetError('MALFORMED', path, 'has more than one of Value, InlineBinary and BulkDataURI');
  if (BulkDataURI !== undefined) {
    if (typeof BulkDataURI !== 'string' || BulkDataURI === '' || vr === 'SQ')
      throw new DatasetError(
        'MALFORMED',
        path,
        'has a BulkDataURI that is none, or that its VR does not allow',
      );
    return { vr, BulkDataURI };
  }
  if (InlineBinary !== undefined) {
    if (typeof InlineBinary !== 'string' || !BASE64_PATTERN.test(InlineBinary))
      throw new DatasetError('MALFORMED', path, 'has an InlineBinary that is not base64');
    if (!inlineVrs.has(vr))
      throw new DatasetError('MALFORMED', path, `has an InlineBinary, which is not for ${vr}`);
    return InlineBinary === '' ? { vr } : { vr, InlineBinary };
  }
  if (Value === undefined) return { vr };
  if (!Array.isArray(Value)) throw new DatasetError('MALFORMED', path, 'has a Value that is no array');
  return checkValues(vr, Value as unknown[], count, path, depth);
}

function checkValues(
  vr: Vr,
  values: unknown[],
  count: DatasetCount,
  path: string,
  depth: number,
): DicomJsonAttribute {
  if (values.length === 0) return { vr };
  if (vr === 'SQ') {
    const items = values.map((item, index) =>
      // An item without attributes may be null (PS3.18 §F.2.5).
      checkDataset(item ?? {}, count, `${path}/${index}/`, depth + 1),
    );
    return { vr, Value: items };
  }
  if (values.every((value) => value === null || value === '')) {
    return values.length === 1 ? { vr } : { vr, Value: values.map(() => null) };
  }
  const attribute = { vr, Value: vr === 'PN' ? values.map((value) => checkName(value, path)) : values };
  if (!values.every(isWellFormed))
    throw new DatasetError('INVALID_VALUE', path, 'holds a NUL or half of a surrogate pair');
  valueBytes(vr, attribute, path, encodeUtf8);
  return attribute;
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  return !isRecord(value) || Object.values(value).every(isWellFormed);
}

const groups = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;

function checkName(value: unknown, path: string): PersonName | null {
  if (value === null) return null;
  // Before 2014 a name was a string.
  const given = typeof value === 'string' ? fromText(value) : value;
  if (!isRecord(given)) throw new DatasetError('INVALID_VALUE', path, 'has a name that is no JSON object');
  const name: PersonName = {};
  for (const group of groups) {
    const text = given[group];
    if (text !== undefined && typeof text !== 'string')
      throw new DatasetError('INVALID_VALUE', path, `has a name whose ${group} is no text`);
    if (text !== undefined && text !== '') name[group] = text;
  }
  return Object.keys(name).length === 0 ? null : name;
}

function fromText(name: string): Record<string, unknown> {
  const parts = name.split('=');
  return Object.fromEntries(groups.map((group, index) => [group, parts[index]]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
