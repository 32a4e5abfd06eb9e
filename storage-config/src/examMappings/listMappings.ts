import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { MAPS } from './examNames.ts';

type Queryable = pg.Pool | pg.PoolClient;

/** What is mapped, as lists show it. */
export interface ExamMapping {
  id: number;
  hospital: string;
  code: string;
  scheme: string;
  name: string;
  itemCodes: string[];
  author: Author;
  at: Date;
  /** Studies that carry the exam. */
  studies: number;
}

export interface MappingFilter {
  /** null: of all hospitals. */
  hospitals: readonly string[] | null;
  /** Part of code or name; empty: any. */
  q: string;
  /** Only these ids; null: any. */
  ids?: readonly number[] | null;
  /** Only entries with smaller ids; null: from the newest. */
  before: number | null;
  limit: number;
}

/** A pattern of LIKE that finds the text anywhere. */
const anywhere = (text: string): string | null =>
  text === '' ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Mappings that hold, the newest first. */
export async function listExamMappings(client: Queryable, filter: MappingFilter): Promise<ExamMapping[]> {
  const { rows } = await client.query<
    Omit<ExamMapping, 'author'> & { kind: Author['kind']; authorId: string; authorName: string }
  >(
    `SELECT m.exam_mapping_id AS id, m.hospital_code AS hospital, m.code, m.scheme, m.name, m.item_codes AS "itemCodes",
            m.author_kind AS kind, m.author_id AS "authorId", m.author_name AS "authorName", m.created_at AS at, c.studies
       FROM (SELECT * FROM exam_mapping
              WHERE ended_at IS NULL AND ($1::text[] IS NULL OR hospital_code = ANY ($1))
                AND ($2::text IS NULL OR code ILIKE $2 OR name ILIKE $2)
                AND ($3::bigint[] IS NULL OR exam_mapping_id = ANY ($3))
                AND ($4::bigint IS NULL OR exam_mapping_id < $4)
              ORDER BY exam_mapping_id DESC LIMIT $5) AS m
      CROSS JOIN LATERAL (
            SELECT count(*) AS studies FROM exam_name e JOIN study_exam_name USING (exam_name_id)
             WHERE e.hospital_code = m.hospital_code AND ${MAPS}) AS c
      ORDER BY m.exam_mapping_id DESC`,
    [filter.hospitals, anywhere(filter.q), filter.ids ?? null, filter.before, filter.limit],
  );
  return rows.map(({ kind, authorId, authorName, ...row }) => ({
    ...row,
    author: { kind, id: authorId, name: authorName },
  }));
}

/** A mapping with the names by which its exam is known. */
export interface LearnedMapping {
  hospital: string;
  code: string;
  scheme: string;
  names: string[];
  itemCodes: string[];
}

/** Mappings that hold, to learn from or to write down; of all hospitals, or of one. The newest first. */
export async function readNamedMappings(
  client: Queryable,
  hospital: string | null,
  limit: number,
): Promise<LearnedMapping[]> {
  const { rows } = await client.query<LearnedMapping>(
    `SELECT m.hospital_code AS hospital, m.code, m.scheme, m.item_codes AS "itemCodes",
            CASE WHEN m.name <> '' THEN ARRAY[m.name]
                 ELSE ARRAY(SELECT DISTINCT e.name FROM exam_name e
                             WHERE e.hospital_code = m.hospital_code AND e.name <> '' AND ${MAPS}
                             ORDER BY e.name LIMIT 5) END AS names
       FROM exam_mapping m
      WHERE m.ended_at IS NULL AND ($1::text IS NULL OR m.hospital_code = $1)
      ORDER BY m.exam_mapping_id DESC LIMIT $2`,
    [hospital, limit],
  );
  return rows;
}
