import type { ExamMappingEntry, ExamName } from '@hutong/conformance';
import type pg from 'pg';

/** The exams of a study, by which its mappings are found. */
export interface ExamsOfHospital {
  hospital: string;
  names: readonly Pick<ExamName, 'code' | 'name'>[];
}

interface MappingRow {
  hospital: string;
  code: string;
  scheme: string;
  name: string;
  itemCodes: string[];
}

/**
 * What a hospital's exam codes and names stand for, as the engine takes it.
 *
 * @param names exams of the study to be judged: then only entries that can speak of one of them are read
 */
export async function readExamMappings(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  names?: ExamsOfHospital['names'],
): Promise<ExamMappingEntry[]> {
  if (names === undefined) return (await readRows(client, [hospital], null)).map(entryOf);
  const [entries = []] = await readMappingsOfStudies(client, [{ hospital, names }]);
  return entries;
}

/** The entries that can speak of the exams of each study, in their order. */
export async function readMappingsOfStudies(
  client: pg.Pool | pg.PoolClient,
  studies: readonly ExamsOfHospital[],
): Promise<ExamMappingEntry[][]> {
  const named = studies.filter(({ names }) => names.length > 0);
  if (named.length === 0) return studies.map(() => []);
  const hospitals = [...new Set(named.map(({ hospital }) => hospital))];
  const rows = await readRows(
    client,
    hospitals,
    named.flatMap(({ names }) => names),
  );
  const ofHospitals = Map.groupBy(rows, ({ hospital }) => hospital);
  return studies.map(({ hospital, names }) => {
    const codes = new Set(names.map(({ code }) => storable(code)));
    const texts = new Set(names.map(({ name }) => storable(name)));
    const ofHospital = ofHospitals.get(hospital) ?? [];
    return ofHospital
      .filter(({ code, name }) => (code === '' ? texts.has(name) : codes.has(code)))
      .map(entryOf);
  });
}

async function readRows(
  client: pg.Pool | pg.PoolClient,
  hospitals: readonly string[],
  names: ExamsOfHospital['names'] | null,
): Promise<MappingRow[]> {
  const { rows } = await client.query<MappingRow>(
    `SELECT hospital_code AS hospital, code, scheme, name, item_codes AS "itemCodes"
       FROM exam_mapping
      WHERE hospital_code = ANY ($1::text[]) AND ended_at IS NULL
        AND ($2::text[] IS NULL OR (code <> '' AND code = ANY ($2)) OR (code = '' AND name = ANY ($3)))
      ORDER BY exam_mapping_id`,
    [
      hospitals,
      names?.map(({ code }) => storable(code)).filter((code) => code !== '') ?? null,
      names?.map(({ name }) => storable(name)).filter((name) => name !== '') ?? [],
    ],
  );
  return rows;
}

function entryOf({ code, scheme, name, itemCodes }: MappingRow): ExamMappingEntry {
  return code === '' ? { name, itemCodes } : { code, ...(scheme === '' ? {} : { scheme }), itemCodes };
}

/** PostgreSQL's text holds neither NUL nor half a surrogate pair. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
