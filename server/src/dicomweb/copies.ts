import { NO_BIRTH_DATES } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { View } from '../context.ts';
import { inView, isUnion, Parameters, runStatement } from './statement.ts';

/**
 * SQL condition that a study in view is shown there. Of a StudyInstanceUID that several hospitals stored, a view of several
 * shows the copy that was stored first, and with it those that are of the same patient ({@link samePatient}): the UID alone
 * does not say so, for two devices may give one UID, and a hospital may store under any. All that searches and retrieves
 * from a union takes this condition beside `inView`.
 */
export function isShown(alias: string, view: View, parameters: Parameters): string {
  if (!isUnion(view)) return 'true';
  // The copy that was stored first of all is the first one wherever it is in view.
  return `(NOT ${alias}.later_copy OR ${standsWithFirst(alias, view, parameters)})`;
}

/** SQL: whether a copy is the first one in view, or of its patient. */
function standsWithFirst(alias: string, view: View, parameters: Parameters): string {
  return `(SELECT fc.study_id = ${alias}.study_id OR ${samePatient('fc', alias)}
            FROM study fc WHERE fc.study_instance_uid = ${alias}.study_instance_uid AND ${inView('fc', view, parameters)}
           ORDER BY fc.study_id LIMIT 1)`;
}

/** A copy that a view of several hospitals does not show, for the first one of its UID is of another patient. */
export interface HiddenCopy {
  id: number;
  uid: string;
  hospital: string;
}

/** Which of these studies are in view and not shown there. */
export async function findHidden(
  index: Pool,
  studyIds: readonly number[],
  view: View,
): Promise<HiddenCopy[]> {
  if (studyIds.length === 0) return [];
  return hiddenAmong(index, view, (add) => `s.study_id = ANY (${add(studyIds, 'bigint[]')})`);
}

/** Which copies of a study are in view and not shown there. */
export async function findHiddenOf(index: Pool, studyInstanceUid: string, view: View): Promise<HiddenCopy[]> {
  return hiddenAmong(index, view, (add) => `s.study_instance_uid = ${add(studyInstanceUid, 'text')}`);
}

async function hiddenAmong(
  index: Pool,
  view: View,
  among: (add: (value: unknown, type: string) => string) => string,
): Promise<HiddenCopy[]> {
  if (!isUnion(view)) return [];
  const parameters = new Parameters();
  const text = `SELECT s.study_id AS id, s.study_instance_uid AS uid, s.hospital_code AS hospital FROM study s
 WHERE ${among((value, type) => parameters.add(value, type))} AND ${inView('s', view, parameters)}
   AND NOT ${isShown('s', view, parameters)} ORDER BY s.study_id`;
  return runStatement<HiddenCopy & Record<string, unknown>>(index, text, parameters.values);
}

const HAN = String.raw`'[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]'`;
const SAYING_NOTHING = [...NO_BIRTH_DATES].map((date) => `'${date}'`).join(', ');
const BETWEEN = String.raw`'[\s^=,.''·•-]+'`;
/** SQL: the name in Han characters, as it is written in each group that has them. */
const inCharacters = (alias: string): string =>
  `ARRAY(SELECT regexp_replace(g, ${BETWEEN}, '', 'g') FROM unnest(${alias}.patient_name_folded) AS g WHERE g ~ ${HAN})`;

/** SQL: the name in letters: joined, as its words in order of the alphabet, and as the pinyin of its characters. */
const inLetters = (
  alias: string,
): string => `ARRAY(SELECT unnest(ARRAY[regexp_replace(g, ${BETWEEN}, '', 'g'),
                                  (SELECT string_agg(w, ' ' ORDER BY w) FROM regexp_split_to_table(g, ${BETWEEN}) AS w WHERE w <> '')])
                     FROM unnest(${alias}.patient_name_folded) AS g WHERE g <> '' AND g !~ ${HAN}
                    UNION ALL
                   SELECT substr(w, 2) FROM regexp_split_to_table(${alias}.patient_name_pinyin, ' ') AS w WHERE w LIKE '^%')`;

const isNamed = (alias: string): string => `array_to_string(${alias}.patient_name_folded, '') <> ''`;

const birthDate = (alias: string): string =>
  `CASE WHEN ${alias}.patient_birth_date NOT IN (${SAYING_NOTHING}) THEN ${alias}.patient_birth_date ELSE '' END`;

const patientOf = (table: string, alias: string): string =>
  `${table}.hospital_code = ${alias}.hospital_code AND ${table}.patient_id = ${alias}.patient_id
                   AND ${table}.issuer_of_patient_id = ${alias}.issuer_of_patient_id`;

const personOf = (alias: string): string =>
  `(SELECT l.person_id FROM person_study l WHERE l.study_id = ${alias}.study_id LIMIT 1)`;

/**
 * SQL: whether two studies are of one patient, as far as can be known; when in doubt they are not. Nothing that both say of
 * the patient may contradict: name, birth date, sex. Then it takes one PatientID of one issuer, one name and birth date, or
 * that their patients were linked to one person. Looked at from the first that decides on, what costs most last.
 */
function samePatient(a: string, b: string): string {
  return `CASE
            WHEN ${a}.patient_sex IN ('M', 'F') AND ${b}.patient_sex IN ('M', 'F') AND ${a}.patient_sex <> ${b}.patient_sex THEN false
            WHEN ${birthDate(a)} <> '' AND ${birthDate(b)} <> '' AND ${birthDate(a)} <> ${birthDate(b)} THEN false
            WHEN ${isNamed(a)} AND ${isNamed(b)}
             AND NOT CASE WHEN cardinality(${inCharacters(a)}) > 0 AND cardinality(${inCharacters(b)}) > 0
                          THEN ${inCharacters(a)} && ${inCharacters(b)} ELSE ${inLetters(a)} && ${inLetters(b)} END THEN false
            WHEN EXISTS (SELECT FROM patient pa JOIN match_candidate m ON pa.patient_number IN (m.one_patient, m.other_patient)
                           JOIN patient pb ON pb.patient_number IN (m.one_patient, m.other_patient)
                          WHERE ${patientOf('pa', a)}
                   AND ${patientOf('pb', b)} AND m.state = 'refused') THEN false
            WHEN ${a}.patient_id <> '' AND ${a}.patient_id = ${b}.patient_id
             AND ${a}.issuer_of_patient_id = ${b}.issuer_of_patient_id THEN true
            WHEN ${isNamed(a)} AND ${isNamed(b)} AND ${birthDate(a)} <> '' AND ${birthDate(a)} = ${birthDate(b)}
             AND NOT (${a}.issuer_of_patient_id <> '' AND ${a}.issuer_of_patient_id = ${b}.issuer_of_patient_id
                      AND ${a}.patient_id <> '' AND ${b}.patient_id <> '' AND ${a}.patient_id <> ${b}.patient_id) THEN true
            ELSE coalesce(${personOf(a)} = ${personOf(b)}, false) END`;
}
