import { attribute, type DicomJson, items, type PersonName } from '@hutong/dicom';
import type { ProfileOptions } from './options.ts';

/** What a dataset says of who is on it, to be found again in any text of it. */
export interface Identifiers {
  /** Names of people, component groups apart (`Zhang^San`, `张^三`). */
  names: Set<string>;
  /** Numbers and codes: patient IDs, accession numbers, telephone numbers, serial numbers. */
  codes: Set<string>;
  /** Names of institutions, departments, places. */
  places: Set<string>;
}

/** Attributes beside person names whose values are looked for in every text, by tag. */
const CODES = `
  00080050 00080092 00080094 00100020 00101000 00101001 00101005 00101040 00101060 00101081 00101090 00102154 00102155
  00120020 00120030 00120040 00120042 00200010 00380010 00380011 00380060 00380300 00380400 00380500 00400006 00400009
  00400244 00400253 00400512 00400551 00401001 00401101 00401102 00401103 00401104 00401400 00402016 00402017 00321032
`
  .trim()
  .split(/\s+/);
const DEVICE_CODES = [
  '00081010',
  '00181000',
  '00181004',
  '00181007',
  '00181008',
  '00181002',
  '00400241',
  '00400242',
];
const PLACES = [
  '00080080',
  '00080081',
  '00081040',
  '00102299',
  '00321033',
  '00400243',
  '00401005',
  '0040A027',
  '00120060',
];

/** Gathers the identifiers of a dataset at any depth; those that the options keep are none. */
export function harvest(
  dataset: DicomJson,
  options: Pick<ProfileOptions, 'retainDeviceIdentity' | 'retainInstitutionIdentity'>,
): Identifiers {
  const found: Identifiers = { names: new Set(), codes: new Set(), places: new Set() };
  const codes = new Set([...CODES, ...(options.retainDeviceIdentity ? [] : DEVICE_CODES)]);
  const places = new Set(options.retainInstitutionIdentity ? [] : PLACES);
  gather(dataset, found, codes, places);
  return found;
}

function gather(dataset: DicomJson, found: Identifiers, codes: Set<string>, places: Set<string>): void {
  for (const [tag, { vr, Value = [] }] of Object.entries(dataset)) {
    if (vr === 'SQ') {
      for (const item of items(dataset, tag)) gather(item, found, codes, places);
    } else if (vr === 'PN' || attribute(tag)?.vr === 'PN') {
      for (const value of Value) for (const group of groups(value)) found.names.add(group);
    } else if (codes.has(tag) || places.has(tag)) {
      const set = codes.has(tag) ? found.codes : found.places;
      for (const value of Value)
        if (typeof value === 'string' || typeof value === 'number') set.add(String(value).trim());
    }
  }
}

function groups(value: unknown): string[] {
  if (typeof value === 'string') return value.split('=');
  if (typeof value !== 'object' || value === null) return [];
  const { Alphabetic, Ideographic, Phonetic } = value as PersonName;
  return [Alphabetic, Ideographic, Phonetic].filter((group) => typeof group === 'string');
}
