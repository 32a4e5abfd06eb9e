import { isDeepStrictEqual } from 'node:util';
import type { ExamMappingEntry, ExamName } from '@hutong/conformance';
import type pg from 'pg';
import { lockExamTable } from './lock.ts';
import { readExamMappings, storable } from './readMappings.ts';

/** Names kept of one study; more are no exam list any more. */
const MOST_NAMES = 20;

/** SQL: mapping `m` speaks of exam `e` of the same hospital, as the engine compares them. */
export const MAPS = `((m.code <> '' AND e.code = m.code AND (m.scheme = '' OR e.scheme = m.scheme))
                      OR (m.code = '' AND e.name = m.name))`;

/** SQL: some mapping speaks of exam `e`; an index finds it by either. */
export const IS_MAPPED = `(EXISTS (SELECT FROM exam_mapping m
                                   WHERE m.hospital_code = e.hospital_code AND m.ended_at IS NULL AND m.code = e.code
                                     AND m.code <> '' AND (m.scheme = '' OR m.scheme = e.scheme))
                           OR EXISTS (SELECT FROM exam_mapping m
                                       WHERE m.hospital_code = e.hospital_code AND m.ended_at IS NULL AND m.code = ''
                                         AND m.scheme = '' AND m.name = e.name))`;

/**
 * Keeps which exams a study is called, so that those nobody mapped can be listed and a mapping judges exactly the studies
 * that carry its exam. Belongs into the transaction of the study's result; the same again writes nothing.
 *
 * @param used the mappings that the study was judged with, as {@link readExamMappings} gave them for these names
 * @returns false when they were changed meanwhile by somebody who could not know of this study: it has to be judged again
 */
export async function recordExamNames(
  client: pg.PoolClient,
  studyId: number,
  hospital: string,
  names: readonly ExamName[],
  used: readonly ExamMappingEntry[],
): Promise<boolean> {
  await lockExamTable(client, hospital, 'shared');
  // In one order for every study, so that no two transactions wait for each other.
  const kept = names
    .filter(({ code, name }) => code !== '' || name !== '')
    .slice(0, MOST_NAMES)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const columns = [
    kept.map(({ code }) => storable(code)),
    kept.map(({ scheme }) => storable(scheme)),
    kept.map(({ name }) => storable(name)),
    kept.map(({ modality }) => storable(modality)),
  ];
  if (kept.length > 0) {
    await client.query(
      `INSERT INTO exam_name AS e (hospital_code, code, scheme, name, modality)
       SELECT DISTINCT $1, given.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS given ORDER BY 2, 3, 4, 5
       ON CONFLICT (hospital_code, code, scheme, name, modality) DO UPDATE SET last_seen_at = now()
        -- To the day is enough, and spares every other study a write.
        WHERE e.last_seen_at < now() - interval '1 day'`,
      [hospital, ...columns],
    );
  }
  await client.query(
    `WITH carried AS (
            SELECT e.exam_name_id
              FROM exam_name e
              JOIN unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS given (code, scheme, name, modality)
                   USING (code, scheme, name, modality)
             WHERE e.hospital_code = $2),
          found AS (
            SELECT EXISTS (SELECT FROM carried JOIN exam_name e USING (exam_name_id) WHERE ${IS_MAPPED}) AS mapped),
          gone AS (
            DELETE FROM study_exam_name WHERE study_id = $1 AND exam_name_id NOT IN (SELECT exam_name_id FROM carried))
     INSERT INTO study_exam_name AS s (study_id, exam_name_id, mapped)
     SELECT $1, exam_name_id, mapped FROM carried CROSS JOIN found ORDER BY exam_name_id
     ON CONFLICT (study_id, exam_name_id) DO UPDATE SET mapped = EXCLUDED.mapped WHERE s.mapped <> EXCLUDED.mapped`,
    [studyId, hospital, ...columns],
  );
  return isDeepStrictEqual(await readExamMappings(client, hospital, names), used);
}

const keyOf = ({ code, scheme, name, modality }: ExamName): string =>
  [code, scheme, name, modality].join('\u0001');
