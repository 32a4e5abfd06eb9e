/** What one hospital's copy of a study says in its own attributes, by QIDO-RS. */
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './http.ts';
import type { Copy } from './corrections.ts';

interface Attribute {
  vr: string;
  Value?: unknown[];
}
type Result = Record<string, Attribute | undefined>;

/** The groups of a person name as stored, with `^` between the components. */
export interface PersonName {
  alphabetic: string;
  ideographic: string;
  phonetic: string;
}

export interface CopyFacts {
  name: PersonName;
  patientId: string;
  issuerOfPatientId: string;
  /** YYYY-MM-DD or empty, as is the study date. */
  birthDate: string;
  sex: 'M' | 'F' | 'O' | '';
  studyDate: string;
  description: string;
  numberOfSeries: number;
  numberOfInstances: number;
}

export interface CopySeries {
  uid: string;
  number: string;
  modality: string;
  description: string;
  instances: number;
}

const DICOM_JSON = 'application/dicom+json';
const value = (result: Result, tag: string): unknown => result[tag]?.Value?.[0];

function text(result: Result, tag: string): string {
  const found = value(result, tag);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function day(result: Result, tag: string): string {
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)$/.exec(text(result, tag)) ?? [];
  return year === undefined ? '' : `${year}-${month ?? ''}-${date ?? ''}`;
}

function personName(found: unknown): PersonName {
  const groups = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>;
  const group = (name: string): string => (typeof groups[name] === 'string' ? groups[name] : '');
  return {
    alphabetic: group('Alphabetic'),
    ideographic: group('Ideographic'),
    phonetic: group('Phonetic'),
  };
}

/** Reads a study of a QIDO-RS answer. */
export function copyFacts(result: Result): CopyFacts {
  const sex = text(result, '00100040');
  return {
    name: personName(value(result, '00100010')),
    patientId: text(result, '00100020'),
    issuerOfPatientId: text(result, '00100021'),
    birthDate: day(result, '00100030'),
    sex: sex === 'M' || sex === 'F' || sex === 'O' ? sex : '',
    studyDate: day(result, '00080020'),
    description: text(result, '00081030'),
    numberOfSeries: Number(text(result, '00201206')),
    numberOfInstances: Number(text(result, '00201208')),
  };
}

const rootOf = ({ hospital }: Copy): string => `/hospitals/${encodeURIComponent(hospital)}/dicomweb`;

/** The copy's own facts; null when it holds nothing (any more), or nothing that may be read. */
export const copyQuery = (copy: Copy) =>
  queryOptions({
    queryKey: ['copy', copy.hospital, copy.study],
    queryFn: async ({ signal }): Promise<CopyFacts | null> => {
      const query = new URLSearchParams({ StudyInstanceUID: copy.study });
      // Description and issuer are no attributes that every answer holds.
      for (const tag of ['00081030', '00100021']) query.append('includefield', tag);
      const path = `${rootOf(copy)}/studies?${query.toString()}`;
      const [found] = await getJson<Result[]>(path, signal, DICOM_JSON);
      return found === undefined ? null : copyFacts(found);
    },
  });

/** The copy's series, in the order of their numbers. */
export const copySeriesQuery = (copy: Copy) =>
  queryOptions({
    queryKey: ['copy', copy.hospital, copy.study, 'series'],
    queryFn: async ({ signal }): Promise<CopySeries[]> => {
      const path = `${rootOf(copy)}/studies/${encodeURIComponent(copy.study)}/series?includefield=0008103E`;
      const found = await getJson<Result[]>(path, signal, DICOM_JSON);
      return found
        .map((result) => ({
          uid: text(result, '0020000E'),
          number: text(result, '00200011'),
          modality: text(result, '00080060'),
          description: text(result, '0008103E'),
          instances: Number(text(result, '00201209')),
        }))
        .toSorted((a, b) => Number(a.number) - Number(b.number) || 0);
    },
  });
