import type pg from 'pg';

export interface Hospital {
  code: string;
  nameZh: string;
  nameEn: string;
  /** For example 三级甲等; empty when not known. */
  level: string;
  region: string;
}

const COLUMNS = 'code, name_zh AS "nameZh", name_en AS "nameEn", level, region';

/** Adds a hospital, or changes the names, level and region of the one with this code. */
export async function createHospital(
  client: pg.Pool | pg.PoolClient,
  hospital: Pick<Hospital, 'code' | 'nameZh' | 'nameEn'> & Partial<Hospital>,
): Promise<Hospital> {
  const { rows } = await client.query<Hospital>(
    `INSERT INTO hospital (code, name_zh, name_en, level, region)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (code) DO UPDATE
        SET name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en, level = EXCLUDED.level, region = EXCLUDED.region
     RETURNING ${COLUMNS}`,
    [hospital.code, hospital.nameZh, hospital.nameEn, hospital.level ?? '', hospital.region ?? ''],
  );
  const [created] = rows;
  if (created === undefined) throw new Error('the hospital was not recorded');
  return created;
}

/** Adds a hospital under its code unless there is one: where stores go when no credentials are asked. */
export async function ensureHospital(client: pg.Pool | pg.PoolClient, code: string): Promise<void> {
  await client.query(
    'INSERT INTO hospital (code, name_zh, name_en) VALUES ($1, $1, $1) ON CONFLICT DO NOTHING',
    [code],
  );
}

/** The hospital with a code, which may be any text; null when there is none. */
export async function findHospital(client: pg.Pool | pg.PoolClient, code: string): Promise<Hospital | null> {
  if (code.includes('\0')) return null;
  const { rows } = await client.query<Hospital>(`SELECT ${COLUMNS} FROM hospital WHERE code = $1`, [code]);
  return rows[0] ?? null;
}

/** All hospitals, by code. */
export async function listHospitals(client: pg.Pool | pg.PoolClient): Promise<Hospital[]> {
  const { rows } = await client.query<Hospital>(`SELECT ${COLUMNS} FROM hospital ORDER BY code`);
  return rows;
}
