import type { ExamMappingEntry, ExamName } from '@hutong/conformance';
import type pg from 'pg';

/**
 * What a hospital's exam codes and names stand for, as the engine takes it.
 *
 * @param names exams of the study to be judged: then only entries that can speak of one of them are read
 */
export async function readExamMappings(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  names?: readonly Pick<ExamName, 'code' | 'name'>[],
): Promise<ExamMappingEntry[]> {
  if (names?.length === 0) return [];
  const { rows } = await client.query<{ code: string; scheme: string; name: string; itemCodes: string[] }>(
    `SELECT code, scheme, name, item_codes AS "itemCodes"
       FROM exam_mapping
      WHERE hospital_code = $1 AND ended_at IS NULL
        AND ($2::text[] IS NULL OR (code <> '' AND code = ANY ($2)) OR (code = '' AND name = ANY ($3)))
      ORDER BY exam_mapping_id`,
    [
      hospital,
      names?.map(({ code }) => storable(code)).filter((code) => code !== '') ?? null,
      names?.map(({ name }) => storable(name)).filter((name) => name !== '') ?? [],
    ],
  );
  return rows.map(({ code, scheme, name, itemCodes }) =>
    code === '' ? { name, itemCodes } : { code, ...(scheme === '' ? {} : { scheme }), itemCodes },
  );
}

/** PostgreSQL's text holds neither NUL nor half a surrogate pair. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
