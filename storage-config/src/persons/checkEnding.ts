import { timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import type { PersonKeys } from './personKeys.ts';

/**
 * Whether the last characters that somebody says are those of a number that the patient of a study, or the same person elsewhere,
 * bears. `unknown`: no number is known, or its key is not at hand; then nothing was checked. Who calls it counts attempts first:
 * four digits are soon guessed.
 *
 * @param ending 4 to 6 characters
 */
export async function checkEnding(
  pool: pg.Pool,
  keys: PersonKeys,
  study: { hospital: string; studyInstanceUid: string },
  ending: string,
): Promise<'same' | 'different' | 'unknown'> {
  const { rows } = await pool.query<{ key_id: string; digest: Buffer; tails: Buffer[] }>(
    `SELECT i.key_id, i.digest, i.tails
       FROM study s JOIN person_study ps USING (study_id)
       JOIN patient_link l ON l.person_id = ps.person_id AND l.ended_at IS NULL
       JOIN patient p ON p.hospital_code = l.hospital_code AND p.patient_id = l.patient_id
                     AND p.issuer_of_patient_id = l.issuer_of_patient_id
       JOIN patient_identifier i ON i.patient_number = p.patient_number AND i.ended_at IS NULL
      WHERE s.hospital_code = $1 AND s.study_instance_uid = $2
        AND (p.birth_date = '' OR i.says_birth_date IN ('', p.birth_date))
        AND (p.sex NOT IN ('M', 'F') OR i.says_sex IN ('', p.sex))
      LIMIT 50`,
    [study.hospital, study.studyInstanceUid],
  );
  let compared = false;
  let same = false;
  for (const { key_id, digest, tails } of rows) {
    const said = keys.tail(key_id, digest, ending);
    if (said === null) continue;
    compared = true;
    for (const tail of tails) if (tail.length === said.length && timingSafeEqual(tail, said)) same = true;
  }
  return same ? 'same' : compared ? 'different' : 'unknown';
}
