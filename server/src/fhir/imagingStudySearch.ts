import { listHospitals } from '@hutong/storage-config';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { View } from '../context.ts';
import { appliedLabel } from '../dicomweb/hrColumns.ts';
import { Parameters, runStatement, studiesInView } from '../dicomweb/statement.ts';
import type { Searchable } from '../fhirResources/feature.ts';
import { patientsOfIds } from '../fhirResources/patientIds.ts';
import { SYSTEMS } from '../fhirResources/references.ts';
import { type FhirSearch, referencesOf, spansOf, tokensOf } from '../fhirResources/searchParameters.ts';
import { badParameter, cursorOf, writeCursor } from '../listQuery.ts';
import { problem } from '../problem.ts';
import {
  anyOf,
  idCondition,
  identifierCondition,
  patientIdCondition,
  patientsCondition,
  startedCondition,
  statusCondition,
  updatedCondition,
} from './conditions.ts';

export const IMAGING_STUDY: Searchable = {
  type: 'ImagingStudy',
  parameters: [
    { name: '_id', type: 'token' },
    {
      name: '_lastUpdated',
      type: 'date',
      documentation: 'When images arrived, or an HR label came or went.',
    },
    { name: 'patient', type: 'reference' },
    { name: 'subject', type: 'reference' },
    {
      name: 'patient.identifier',
      type: 'token',
      documentation: 'PatientID, with the system of its hospital or of any.',
      postedOnly: true,
    },
    {
      name: 'identifier',
      type: 'token',
      documentation: 'StudyInstanceUID (urn:dicom:uid) or accession number.',
    },
    {
      name: 'started',
      type: 'date',
      documentation: 'Study date and time, in the time zone of the region (+08:00) where none is given.',
    },
    { name: 'modality', type: 'token', documentation: 'Modality of any series.' },
    { name: 'status', type: 'token' },
    {
      name: 'performer',
      type: 'reference',
      documentation: 'The hospital that made the study (Organization).',
    },
    { name: 'hr-label', type: 'token', documentation: 'Text of an HR label in force (code), or any.' },
    { name: 'item', type: 'token', documentation: 'Item of the catalogue that the study was judged on.' },
  ],
  includes: [
    'ImagingStudy:patient',
    'ImagingStudy:subject',
    'ImagingStudy:endpoint',
    'ImagingStudy:performer',
  ],
  sorts: ['-started'],
};

/** Studies are counted up to here: a total has to be right, and counting everything takes long. */
const MOST_COUNTED = 100_000;

/** Where a page ended. */
const place = z.tuple([z.string().regex(/^(\d{8}[\d.]{0,13})?$/), z.int().nonnegative()]);

export interface FoundStudies {
  studyIds: number[];
  next: string | null;
  /** Where only the number was asked for. */
  total?: number;
}

/** Finds a page of studies in view, the newest first; keyset paging, so that what arrives meanwhile moves nothing. */
export async function findImagingStudies(index: Pool, search: FhirSearch, view: View): Promise<FoundStudies> {
  const { text, values } = await imagingStudyStatement(index, search, view);
  const rows = await runStatement<{ study_id: number; study_moment: string; total?: number }>(
    index,
    text,
    values,
  );
  if (search.countAlone) {
    const total = rows[0]?.total ?? 0;
    if (total > MOST_COUNTED)
      throw problem('too-large', {
        detail: `There are more than ${MOST_COUNTED} studies; they are not counted further. Narrow the search.`,
        detailZh: `符合条件的检查超过 ${MOST_COUNTED} 项，不再计数，请缩小检索范围。`,
      });
    return { studyIds: [], next: null, total };
  }
  const page = rows.slice(0, search.count);
  const last = rows.length > search.count ? page.at(-1) : undefined;
  return {
    studyIds: page.map((row) => row.study_id),
    next: last === undefined ? null : writeCursor([last.study_moment, last.study_id]),
  };
}

/** @throws HttpProblem 400 that names the parameter whose value does not fit */
export async function imagingStudyStatement(
  index: Pool,
  search: FhirSearch,
  view: View,
): Promise<{ text: string; values: unknown[] }> {
  const parameters = new Parameters();
  const { table, condition } = studiesInView('s', view, parameters);
  const where = [condition, ...(await conditionsOf(index, search, parameters))].join('\n   AND ');
  if (search.countAlone)
    return {
      text: `SELECT count(*) AS total FROM (SELECT 1 FROM ${table} WHERE ${where} LIMIT ${MOST_COUNTED + 1}) AS matches`,
      values: parameters.values,
    };
  const after = cursorOf(place).safeParse(search.cursor === '' ? undefined : [search.cursor]);
  if (!after.success) throw badParameter('cursor');
  const from =
    after.data === null
      ? ''
      : `\n   AND (s.study_moment, s.study_id) < (${parameters.add(after.data[0], 'text')}, ${parameters.add(after.data[1], 'bigint')})`;
  return {
    text: `SELECT s.study_id, s.study_moment FROM ${table}
 WHERE ${where}${from}
 ORDER BY s.study_moment DESC, s.study_id DESC
 LIMIT ${parameters.add(search.count + 1, 'bigint')}`,
    values: parameters.values,
  };
}

async function conditionsOf(index: Pool, search: FhirSearch, parameters: Parameters): Promise<string[]> {
  const all: string[] = [];
  const each = <T>(given: readonly T[][], condition: (one: T) => string): void => {
    for (const alternatives of given) all.push(anyOf(alternatives.map(condition)));
  };
  if (search.values.has('_id')) {
    const hospitals = (await listHospitals(index)).map(({ code }) => code);
    each(tokensOf(search, '_id'), ({ code }) => idCondition(code, hospitals, parameters));
  }
  for (const name of ['patient', 'subject'])
    for (const ids of referencesOf(search, name, 'Patient'))
      all.push(patientsCondition(await patientsOfIds(index, ids), parameters));
  each(tokensOf(search, 'patient.identifier'), (token) => patientIdCondition(token, parameters));
  each(tokensOf(search, 'identifier'), (token) => identifierCondition(token, parameters));
  each(spansOf(search, 'started'), (span) => startedCondition(span, parameters));
  each(spansOf(search, '_lastUpdated'), (span) => updatedCondition(span, parameters));
  each(tokensOf(search, 'modality'), ({ system, code }) =>
    system === null || system === SYSTEMS.dicom
      ? `s.modalities && ${parameters.add([code], 'text[]')}`
      : 'false',
  );
  each(tokensOf(search, 'status'), statusCondition);
  each(
    referencesOf(search, 'performer', 'Organization'),
    (code) => `s.hospital_code = ${parameters.add(code, 'text')}`,
  );
  each(tokensOf(search, 'hr-label'), ({ code }) =>
    code === 'any'
      ? appliedLabel('s.study_id')
      : appliedLabel('s.study_id', `l.text = ${parameters.add(code, 'text')}`),
  );
  each(
    tokensOf(search, 'item'),
    ({ code }) =>
      `(EXISTS (SELECT FROM study_item v WHERE v.study_id = s.study_id AND v.item_code = ${parameters.add(code, 'text')})
        AND s.judged_revision IS NOT DISTINCT FROM s.conformance_revision)`,
  );
  return all;
}
