import { type CatalogueInForce, chooseCatalogue } from '@hutong/conformance';
import type pg from 'pg';
import { STUDY_DAY } from '../reevaluation/filter.ts';

/** Studies whose list becomes another: how many, in which hospitals, and their first and last day (YYYYMMDD). */
export interface AffectedStudies {
  studies: number;
  hospitals: string[];
  from: string;
  until: string;
}

/** Which stored studies are judged by another list, or another version of it, once `after` is in force in place of `before`. */
export async function affectedStudies(
  client: pg.Pool | pg.PoolClient,
  before: readonly CatalogueInForce[],
  after: readonly CatalogueInForce[],
  defaultRegion: string,
): Promise<AffectedStudies> {
  const { rows } = await client.query<{ hospital: string; region: string; day: string; studies: number }>(
    `SELECT s.hospital_code AS hospital, h.region, day, s.studies
       FROM (SELECT hospital_code, ${STUDY_DAY} AS day, count(*) AS studies FROM study s GROUP BY 1, 2) AS s
       JOIN hospital h ON h.code = s.hospital_code`,
  );
  const hospitals = new Set<string>();
  const found: AffectedStudies = { studies: 0, hospitals: [], from: '99999999', until: '00000000' };
  for (const { hospital, region, day, studies } of rows) {
    const on = dayOf(day);
    const [old, now] = [before, after].map((lists) => chooseCatalogue(lists, region, on, defaultRegion));
    if (old?.id === now?.id && old?.version === now?.version) continue;
    hospitals.add(hospital);
    found.studies += studies;
    if (day < found.from) found.from = day;
    if (day > found.until) found.until = day;
  }
  return { ...found, hospitals: [...hospitals].sort() };
}

/** YYYYMMDD as YYYY-MM-DD. */
export function dayOf(day: string): string {
  return day.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}
