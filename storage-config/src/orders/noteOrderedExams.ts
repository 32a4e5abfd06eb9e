import { examNameOf } from '@hutong/conformance';
import type pg from 'pg';
import { storable } from '../examMappings/readMappings.ts';
import type { ExamAsked } from './itemsOfExam.ts';

/**
 * Puts exams that were ordered, or asked for, beside those that studies carry, so that somebody maps them before the first
 * study comes. The same again writes once a day.
 */
export async function noteOrderedExams(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  exams: readonly ExamAsked[],
): Promise<void> {
  const named = exams.flatMap((exam) => examNameOf(exam) ?? []);
  if (named.length === 0) return;
  await client.query(
    `INSERT INTO exam_name AS e (hospital_code, code, scheme, name, modality, last_ordered_at)
     -- In one order for everybody, so that no two transactions wait for each other.
     SELECT DISTINCT $1, given.*, now() FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS given
      ORDER BY 2, 3, 4, 5
     ON CONFLICT (hospital_code, code, scheme, name, modality) DO UPDATE SET last_ordered_at = now()
      WHERE e.last_ordered_at IS NULL OR e.last_ordered_at < now() - interval '1 day'`,
    [
      hospital,
      named.map(({ code }) => storable(code)),
      named.map(({ scheme }) => storable(scheme)),
      named.map(({ name }) => storable(name)),
      named.map(({ modality }) => storable(modality)),
    ],
  );
}
