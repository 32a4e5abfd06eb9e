import type { Pool } from 'pg';
import { z } from 'zod';
import type { View } from '../context.ts';
import { discoverableSql, type Reach } from '../dicomweb/discoverable.ts';
import { appliedLabel, hrColumns, type HrRow } from '../dicomweb/hrColumns.ts';
import { foldName, NAME_SEPARATORS, nameWords, nameWordsSql } from '../dicomweb/personName.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import { badBody } from './bodies.ts';

/** Studies that one search may find: what is more is no one patient's. */
export const MAX_FOUND = 100;

const text = z
  .string()
  .max(64)
  .refine((value) => !value.includes('\0'))
  .transform((value) => value.trim())
  .refine((value) => value !== '');
const name = text.refine((value) => value.replace(/[\s^=,.'-]/g, '').length >= 2);
const viewing = z.string().max(32).optional();
const day = z.iso.date().transform((date) => date.replaceAll('-', ''));

const schema = z.union([
  z.strictObject({ viewing, name, birthDate: day, sex: z.enum(['M', 'F', 'O']) }),
  z.strictObject({ viewing, name, patientId: text }),
  z.strictObject({ viewing, name, accessionNumber: text }),
]);

/** Who is looked for: the name, and what only who knows the patient knows beside it. */
export type SearchKeys = z.infer<typeof schema>;

/** @throws HttpProblem 400 */
export function parseSearch(body: unknown): SearchKeys {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badBody(
    'Say the name and, beside it, birthDate and sex, or patientId, or accessionNumber, each as the study has it.',
    '请填写姓名，并同时填写“出生日期和性别”、“患者编号”或“检查号”之一，均须与检查上的记录一致。',
  );
}

export interface FoundRow extends HrRow {
  study_instance_uid: string;
  study_date: string;
  modalities: string[];
  asks_birth_date: boolean;
}

/**
 * Studies of one patient outside of a view that may be found, the newest first. What may not be found is left out by the
 * statement, so that nothing of it, not even its number, comes to the process that answers.
 */
export async function searchElsewhere(
  index: Pool,
  keys: SearchKeys,
  view: View,
  reach: Reach,
): Promise<FoundRow[]> {
  const { text, values } = elsewhereStatement(keys, view, reach);
  // The best plan depends on how common the name is.
  return runStatement<FoundRow & Record<string, unknown>>(index, text, values, { planned: 'eachTime' });
}

/** The one statement of a search. */
export function elsewhereStatement(
  keys: SearchKeys,
  view: View,
  reach: Reach,
): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const conditions = [
    ...namedConditions(keys, parameters),
    ...besideName(keys, parameters),
    discoverableSql('s', reach, parameters),
    `NOT ${inView('s', view, parameters)}`,
  ];
  const text = `WITH found AS MATERIALIZED (
SELECT s.* FROM study s
 WHERE ${conditions.join('\n   AND ')}
 ORDER BY s.study_moment DESC, s.study_id DESC LIMIT ${MAX_FOUND})
SELECT s.study_instance_uid, s.study_date, s.modalities, s.patient_birth_date <> '' AS asks_birth_date, ${hrColumns('s')}
  FROM found s ORDER BY s.study_moment DESC, s.study_id DESC`;
  return { text, values: parameters.values };
}

function besideName(keys: SearchKeys, parameters: Parameters): string[] {
  if ('birthDate' in keys)
    return [
      `s.patient_birth_date = ${parameters.add(keys.birthDate, 'text')}`,
      `s.patient_sex = ${parameters.add(keys.sex, 'text')}`,
    ];
  return 'patientId' in keys
    ? [`s.patient_id = ${parameters.add(keys.patientId, 'text')}`]
    : [`s.accession_number = ${parameters.add(keys.accessionNumber, 'text')}`];
}

/** An index finds the words; the whole of one group of the name has to be the same. */
function namedConditions(keys: SearchKeys, parameters: Parameters): string[] {
  const joined = foldName(keys.name).replace(NAME_SEPARATORS, '');
  return [
    nameWordsSql('s', nameWords(keys.name), parameters),
    `EXISTS (SELECT FROM unnest(s.patient_name_folded) AS written
              WHERE regexp_replace(written, '[\\s^=,.''\\u00b7-]+', '', 'g') = upper(${parameters.add(joined, 'text')}))`,
  ];
}

export interface StudyToOpen {
  study_id: number;
  patient_birth_date: string;
  labelled: boolean;
}

/** A study that may be found, to be opened; null when it is gone or may not be found any more. */
export async function findToOpen(
  index: Pool,
  study: { hospital: string; studyInstanceUid: string },
  reach: Reach,
): Promise<StudyToOpen | null> {
  const parameters = new Parameters();
  const sql = `SELECT s.study_id, s.patient_birth_date, ${appliedLabel('s.study_id')} AS labelled FROM study s
 WHERE s.hospital_code = ${parameters.add(study.hospital, 'text')}
   AND s.study_instance_uid = ${parameters.add(study.studyInstanceUid, 'text')} AND ${discoverableSql('s', reach, parameters)}`;
  const [row] = await runStatement<StudyToOpen & Record<string, unknown>>(index, sql, parameters.values);
  return row ?? null;
}
