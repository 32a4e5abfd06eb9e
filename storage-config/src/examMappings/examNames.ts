import { isDeepStrictEqual } from 'node:util';
import type { ExamMappingEntry, ExamName } from '@hutong/conformance';
import type pg from 'pg';
import { lockExamTable } from './lock.ts';
import { readMappingsOfStudies, storable } from './readMappings.ts';

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

/** A study that was judged, and the exams it is called. */
export interface StudyExams {
  studyId: number;
  hospital: string;
  names: readonly ExamName[];
  /** The mappings that it was judged with, as {@link readMappingsOfStudies} gave them for these names. */
  used: readonly ExamMappingEntry[];
}

/**
 * Keeps which exams studies are called, so that those nobody mapped can be listed and a mapping judges exactly the studies
 * that carry its exam. Belongs into the transaction of the studies' results; the same again writes nothing.
 *
 * @param studies each study once
 * @returns those whose mappings were changed meanwhile by somebody who could not know of them: they have to be judged again
 */
export async function recordExamNames(
  client: pg.PoolClient,
  studies: readonly StudyExams[],
): Promise<number[]> {
  if (studies.length === 0) return [];
  await lockExamTable(client, [...new Set(studies.map(({ hospital }) => hospital))], 'shared');
  const kept = studies.flatMap(({ studyId, hospital, names }) =>
    names
      .filter(({ code, name }) => code !== '' || name !== '')
      .slice(0, MOST_NAMES)
      .map((exam) => ({ studyId, hospital, ...exam })),
  );
  const columns = [
    kept.map(({ hospital }) => hospital),
    kept.map(({ code }) => storable(code)),
    kept.map(({ scheme }) => storable(scheme)),
    kept.map(({ name }) => storable(name)),
    kept.map(({ modality }) => storable(modality)),
  ];
  if (kept.length > 0) {
    await client.query(
      `INSERT INTO exam_name AS e (hospital_code, code, scheme, name, modality)
       -- In one order for every study, so that no two transactions wait for each other.
       SELECT DISTINCT given.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS given
        ORDER BY 1, 2, 3, 4, 5
       ON CONFLICT (hospital_code, code, scheme, name, modality) DO UPDATE SET last_seen_at = now()
        -- To the day is enough, and spares every other study a write.
        WHERE e.last_seen_at < now() - interval '1 day'`,
      columns,
    );
  }
  await client.query(
    `WITH given AS (SELECT DISTINCT * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                      AS given (study_id, hospital_code, code, scheme, name, modality)),
          carried AS (
            SELECT given.study_id, e.exam_name_id, bool_or(${IS_MAPPED}) OVER (PARTITION BY given.study_id) AS mapped
              FROM given JOIN exam_name e USING (hospital_code, code, scheme, name, modality)),
          gone AS (
            DELETE FROM study_exam_name s
             WHERE s.study_id = ANY ($1::bigint[])
               AND NOT EXISTS (SELECT FROM carried c
                                WHERE c.study_id = s.study_id AND c.exam_name_id = s.exam_name_id))
     INSERT INTO study_exam_name AS s (study_id, exam_name_id, mapped)
     SELECT study_id, exam_name_id, mapped FROM carried ORDER BY study_id, exam_name_id
     ON CONFLICT (study_id, exam_name_id) DO UPDATE SET mapped = EXCLUDED.mapped WHERE s.mapped <> EXCLUDED.mapped`,
    [studies.map(({ studyId }) => studyId), kept.map(({ studyId }) => studyId), ...columns],
  );
  const present = await readMappingsOfStudies(client, studies);
  return studies
    .filter(({ used }, at) => !isDeepStrictEqual(present[at], used))
    .map(({ studyId }) => studyId);
}
