import type { RecognisingHospital } from '@hutong/recognition';
import type pg from 'pg';
import { readMemberships } from './memberships.ts';

/** Today in China, where all hospitals are: YYYY-MM-DD. */
export function chineseDay(now = new Date()): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}

/**
 * Every hospital as rules of recognition look at it, by code: level, region, scopes and alliances on a day.
 *
 * @param defaultScope scope of hospitals that never joined one (HUTONG_REGION_NAME)
 * @param day YYYY-MM-DD; today when absent
 */
export async function recognisingHospitals(
  client: pg.Pool | pg.PoolClient,
  defaultScope: string,
  day = chineseDay(),
): Promise<Map<string, RecognisingHospital>> {
  const { rows } = await client.query<{ code: string; level: string; region: string; alliances: string[] }>(
    `SELECT h.code, h.level, h.region,
            array_remove(array_agg(DISTINCT m.alliance_code), NULL) AS alliances
       FROM hospital h
       LEFT JOIN alliance_member m
         ON m.hospital_code = h.code AND m.joined_on <= $1::date AND (m.left_on IS NULL OR m.left_on > $1::date)
      GROUP BY h.code ORDER BY h.code`,
    [day],
  );
  const memberships = await readMemberships(client, null, defaultScope);
  return new Map(
    rows.map((hospital) => [
      hospital.code,
      { ...hospital, scopes: memberships.scopesOn(hospital.code, day) },
    ]),
  );
}
