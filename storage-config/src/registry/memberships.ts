import { type ScopeWithin, scopesAround } from '@hutong/recognition';
import type pg from 'pg';

interface Taking {
  hospital: string;
  scope: string;
  /** YYYY-MM-DD; the first day. */
  joinedOn: string;
  /** The first day it no longer takes part, or null. */
  leftOn: string | null;
}

/** Who takes part in which scopes on which days, as read at one moment. */
export interface Memberships {
  /**
   * Scopes that a hospital takes part in on a day: those it joined, and those that lie around them, sorted. A hospital that
   * never joined any takes part in the default scope.
   *
   * @param day YYYY-MM-DD
   */
  scopesOn(hospital: string, day: string): string[];
}

/**
 * Reads who takes part in what, for any day.
 *
 * @param hospitals codes; null: all
 * @param defaultScope scope of hospitals that never joined one (HUTONG_REGION_NAME)
 */
export async function readMemberships(
  client: pg.Pool | pg.PoolClient,
  hospitals: readonly string[] | null,
  defaultScope: string,
): Promise<Memberships> {
  const { rows } = await client.query<{
    members: Taking[];
    withins: ScopeWithin[];
    ends: { name: string; endedOn: string }[];
  }>(
    `SELECT (SELECT coalesce(json_agg(json_build_object('hospital', hospital_code, 'scope', scope, 'joinedOn', joined_on,
                                                        'leftOn', left_on)), '[]')
               FROM recognition_scope_member WHERE $1::text[] IS NULL OR hospital_code = ANY ($1)) AS members,
            (SELECT coalesce(json_agg(json_build_object('scope', scope, 'within', within)), '[]')
               FROM recognition_scope_within) AS withins,
            (SELECT coalesce(json_agg(json_build_object('name', name, 'endedOn', (ended_at AT TIME ZONE 'Asia/Shanghai')::date)), '[]')
               FROM recognition_scope WHERE ended_at IS NOT NULL) AS ends`,
    [hospitals],
  );
  const [{ members, withins, ends } = { members: [], withins: [], ends: [] }] = rows;
  const ofHospital = Map.groupBy(members, ({ hospital }) => hospital);
  const ended = new Map(ends.map(({ name, endedOn }) => [name, endedOn]));
  return {
    scopesOn(hospital, day) {
      const endedBy = (scope: string): boolean => (ended.get(scope) ?? '9999-12-31') <= day;
      const joined = ofHospital
        .get(hospital)
        ?.filter(({ joinedOn, leftOn }) => joinedOn <= day && (leftOn === null || leftOn > day));
      const direct = joined?.map(({ scope }) => scope) ?? [defaultScope];
      const live = withins.filter(({ within }) => !endedBy(within));
      return scopesAround(
        live,
        direct.filter((scope) => !endedBy(scope)),
      ).sort();
    },
  };
}

/** Scopes that hospitals take part in on a day (YYYY-MM-DD), by hospital; see {@link readMemberships}. */
export async function scopesOf(
  client: pg.Pool | pg.PoolClient,
  hospitals: readonly string[],
  day: string,
  defaultScope: string,
): Promise<Map<string, string[]>> {
  const memberships = await readMemberships(client, hospitals, defaultScope);
  return new Map(hospitals.map((code) => [code, memberships.scopesOn(code, day)]));
}
