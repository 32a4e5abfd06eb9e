import { isLevelText, levelText } from '@hutong/recognition';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import type { Hospital } from './hospitals.ts';
import { noteRegistryEvent } from './registryEvents.ts';
import { RegistryFault, unknownHospital } from './registryFault.ts';

/** What of a hospital may change; absent keys stay. */
export type HospitalChange = Partial<Omit<Hospital, 'code'>>;

const COLUMNS = 'code, name_zh AS "nameZh", name_en AS "nameEn", level, region';
const KEYS = ['nameZh', 'nameEn', 'level', 'region'] as const;

/** The level as the registry writes it. @throws RegistryFault for words that are no level of hospitals */
export function checkedLevel(level: string): string {
  if (!isLevelText(level))
    throw new RegistryFault(
      'bad-level',
      `“${level.slice(0, 32)}”不是医院等级；写法如“三级甲等”“二级”“未定级”。`,
      `"${level.slice(0, 32)}" is no level of hospitals; write for example 三级甲等, 二级 or 未定级.`,
    );
  return levelText(level);
}

/**
 * Adds a hospital, with its first entry in the history.
 *
 * @throws RegistryFault when there is one with this code, or the level is none
 */
export async function addHospital(
  client: pg.PoolClient,
  hospital: Hospital,
  author: Author,
): Promise<Hospital> {
  const given = { ...hospital, level: checkedLevel(hospital.level) };
  const { rows } = await client.query<Hospital>(
    `INSERT INTO hospital (code, name_zh, name_en, level, region) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (code) DO NOTHING RETURNING ${COLUMNS}`,
    [given.code, given.nameZh, given.nameEn, given.level, given.region],
  );
  const [added] = rows;
  if (added === undefined)
    throw new RegistryFault('already', '已有此代码的医院。', 'There is a hospital with this code already.');
  await noteRegistryEvent(client, {
    kind: 'hospital',
    subject: given.code,
    before: null,
    after: added,
    author,
  });
  return added;
}

/**
 * Changes a hospital, and keeps what it was.
 *
 * @returns the hospital, and whether anything changed
 * @throws RegistryFault when there is none, or the level is none
 */
export async function changeHospital(
  client: pg.PoolClient,
  code: string,
  change: HospitalChange,
  author: Author,
): Promise<{ hospital: Hospital; changed: boolean }> {
  const { rows } = await client.query<Hospital>(
    `SELECT ${COLUMNS} FROM hospital WHERE code = $1 FOR NO KEY UPDATE`,
    [code],
  );
  const [before] = rows;
  if (before === undefined) throw unknownHospital(code);
  const after: Hospital = { ...before };
  for (const key of KEYS) {
    const value = change[key];
    if (value !== undefined) after[key] = key === 'level' ? checkedLevel(value) : value;
  }
  if (KEYS.every((key) => before[key] === after[key])) return { hospital: before, changed: false };
  await client.query(
    'UPDATE hospital SET name_zh = $2, name_en = $3, level = $4, region = $5 WHERE code = $1',
    [code, after.nameZh, after.nameEn, after.level, after.region],
  );
  await noteRegistryEvent(client, { kind: 'hospital', subject: code, before, after, author });
  return { hospital: after, changed: true };
}
