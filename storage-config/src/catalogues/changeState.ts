import type pg from 'pg';
import { letStatementsRun } from '../database.ts';
import { beginReevaluation, type Reevaluation } from '../reevaluation/reevaluations.ts';
import { affectedStudies, type AffectedStudies } from './affected.ts';
import { type CatalogueVersion, cataloguesInForce, VERSION } from './catalogueVersions.ts';
import { noteCatalogueEvent } from './importCatalogue.ts';
import { lockCatalogues } from './lock.ts';

export interface CatalogueChange {
  id: string;
  version: string;
  state: 'inForce' | 'withdrawn';
  /** YYYY-MM-DD; with `inForce` only. The dates it has when absent; null ends a last day. */
  effectiveFrom?: string;
  effectiveUntil?: string | null;
  /** Name of the person, key or part of the program that asks. */
  by: string;
  /** Region of hospitals that name none. */
  defaultRegion: string;
}

export type CatalogueChangeOutcome =
  | { outcome: 'changed'; version: CatalogueVersion; reevaluation: Reevaluation | null }
  /** It was so already. */
  | { outcome: 'unchanged'; version: CatalogueVersion; reevaluation: null }
  | { outcome: 'absent' }
  /** A draft that was never in force cannot be withdrawn. */
  | { outcome: 'notInForce' }
  | { outcome: 'badDates' };

/**
 * Puts a version in force or withdraws it, and has exactly the studies judged again whose list becomes another by it. An
 * earlier version of the same list that begins on the same day is withdrawn with it: it would judge nothing any more.
 * Belongs into a transaction.
 */
export async function changeCatalogueState(
  client: pg.PoolClient,
  change: CatalogueChange,
): Promise<CatalogueChangeOutcome> {
  const { id, version, state, by } = change;
  // Counting the studies of a large archive takes its time.
  await letStatementsRun(client, 0);
  // No study is being judged by what was in force before when this is committed.
  await lockCatalogues(client, 'alone');
  const { rows } = await client.query<CatalogueVersion>(
    `SELECT ${VERSION} FROM catalogue WHERE catalogue_id = $1 AND version = $2 FOR UPDATE`,
    [id, version],
  );
  const [known] = rows;
  if (known === undefined) return { outcome: 'absent' };
  if (state === 'withdrawn' && known.state === 'draft') return { outcome: 'notInForce' };
  const from = state === 'inForce' ? (change.effectiveFrom ?? known.effectiveFrom) : known.effectiveFrom;
  const until =
    state === 'inForce' && change.effectiveUntil !== undefined ? change.effectiveUntil : known.effectiveUntil;
  if (until !== null && until < from) return { outcome: 'badDates' };
  if (known.state === state && from === known.effectiveFrom && until === known.effectiveUntil)
    return { outcome: 'unchanged', version: known, reevaluation: null };

  const before = await cataloguesInForce(client);
  if (state === 'inForce') {
    const { rows: replaced } = await client.query<{ version: string }>(
      `UPDATE catalogue SET state = 'withdrawn', state_by = $3, state_at = clock_timestamp()
        WHERE catalogue_id = $1 AND version <> $2 AND state = 'inForce' AND effective_from = $4::date
              AND region_code = (SELECT region_code FROM catalogue WHERE catalogue_id = $1 AND version = $2)
       RETURNING version`,
      [id, version, by, from],
    );
    for (const old of replaced) await noteCatalogueEvent(client, id, old.version, 'withdrawn', by);
  }
  const { rows: changed } = await client.query<CatalogueVersion>(
    `UPDATE catalogue SET state = $3, effective_from = $4::date, effective_until = $5::date, state_by = $6,
                          state_at = clock_timestamp()
      WHERE catalogue_id = $1 AND version = $2 RETURNING ${VERSION}`,
    [id, version, state, from, until, by],
  );
  await noteCatalogueEvent(client, id, version, state, by);
  const [now] = changed;
  if (now === undefined) throw new Error('the state was not recorded');
  const affected = await affectedStudies(
    client,
    before,
    await cataloguesInForce(client),
    change.defaultRegion,
  );
  return { outcome: 'changed', version: now, reevaluation: await judgeAgain(client, affected, by) };
}

async function judgeAgain(
  client: pg.PoolClient,
  affected: AffectedStudies,
  by: string,
): Promise<Reevaluation | null> {
  if (affected.studies === 0) return null;
  const { hospitals, from, until } = affected;
  return beginReevaluation(client, {
    reason: 'catalogue',
    filter: { hospitals, from, until },
    requestedBy: by,
  });
}
