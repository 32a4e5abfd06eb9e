import { descriptorWords } from '@hutong/conformance';
import {
  createDeidentifier,
  type Deidentifier,
  projectKey,
  type ProjectKey,
  type Romanise,
  type Subject,
  wordList,
} from '@hutong/deidentification';
import type pg from 'pg';
import { listHospitals } from '../registry/hospitals.ts';
import { namePinyin } from '../indexing/namePinyin.ts';
import type { SecretBox } from '../secretBox.ts';
import { projectSecret } from './exports.ts';
import type { ExportOptions } from './exportJob.ts';

const WORDS = wordList(descriptorWords());

/** The de-identification of one project with its options; hospitals of the registry are known to it by name. */
export async function openDeidentifier(
  index: pg.Pool,
  secrets: SecretBox,
  project: string,
  options: ExportOptions,
): Promise<Deidentifier> {
  const secret = await projectSecret(index, secrets, project);
  return exportDeidentifier(index, projectKey(secret, `${project}-`), options);
}

/** The same with any key, as the preview has one that is used for nothing else. */
export async function exportDeidentifier(
  index: pg.Pool,
  key: ProjectKey,
  options: ExportOptions,
): Promise<Deidentifier> {
  const hospitals = await listHospitals(index);
  return createDeidentifier({
    options: { ...options, retainUids: false },
    key,
    words: WORDS,
    places: hospitals.flatMap(({ nameZh, nameEn }) => [nameZh, nameEn]),
    romanise,
  });
}

/** The syllables of a name, from the endings that a search finds it by: `^ZHANGSAN ^SAN` are ZHANG and SAN. */
export const romanise: Romanise = (name) => {
  const endings = namePinyin([name])
    .split(' ')
    .flatMap((word) => (word.startsWith('^') ? [word.slice(1)] : []));
  const spelled: string[][] = [];
  endings.forEach((ending, at) => {
    const before = endings[at - 1];
    const current = spelled.at(-1);
    if (
      before !== undefined &&
      current !== undefined &&
      before.length > ending.length &&
      before.endsWith(ending)
    ) {
      current.splice(-1, 1, before.slice(0, -ending.length), ending);
    } else spelled.push([ending]);
  });
  return spelled;
};

/** A study of the index as one that is exported. */
export interface SubjectStudy extends Subject {
  studyId: number;
  studyDate: string;
  modalities: string[];
  sex: string;
  items: { code: string; verdict: string }[];
}

/** What the index says of a study and its patient; null when it is gone. */
export async function readSubject(
  index: pg.Pool,
  hospital: string,
  studyInstanceUid: string,
): Promise<SubjectStudy | null> {
  const { rows } = await index.query<{
    studyId: number;
    studyDate: string;
    modalities: string[];
    sex: string;
    patientId: string;
    issuer: string;
    names: string[];
    codes: string[];
    items: { code: string; verdict: string }[] | null;
  }>(
    `SELECT s.study_id AS "studyId", s.study_date AS "studyDate", s.modalities, s.patient_sex AS sex,
            s.patient_id AS "patientId", s.issuer_of_patient_id AS issuer,
            ARRAY[s.patient_name_alphabetic, s.patient_name_ideographic, s.patient_name_phonetic,
                  s.referring_physician_name] AS names,
            ARRAY[s.patient_id, s.accession_number] AS codes,
            (SELECT json_agg(json_build_object('code', v.item_code, 'verdict', v.verdict) ORDER BY v.item_code)
               FROM study_item v WHERE v.study_id = s.study_id) AS items
       FROM study s WHERE s.hospital_code = $1 AND s.study_instance_uid = $2`,
    [hospital, studyInstanceUid],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { patientId, issuer, names, codes, items, ...study } = row;
  return {
    ...study,
    items: items ?? [],
    patient:
      patientId === '' ? `study ${hospital} ${studyInstanceUid}` : `${hospital} ${issuer} ${patientId}`,
    known: { names: names.flatMap((name) => name.split('=')), codes },
  };
}
