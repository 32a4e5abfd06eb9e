import { wouldCycle } from '@hutong/recognition';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { beginRelabelling } from '../labels/relabelling.ts';
import { noteRegistryEvent } from './registryEvents.ts';
import { RegistryFault, unknownScope } from './registryFault.ts';

export const SCOPE_KINDS = ['alliance', 'city', 'province', 'crossProvince', 'nation'] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

/** A scope of recognition (互认范围): its name stands in labels. */
export interface RecognitionScope {
  name: string;
  nameEn: string;
  kind: ScopeKind;
  /** How long an evaluation holds where nobody says otherwise: half a year (S0) unless the region says otherwise. */
  validityMonths: number;
  /** Scopes right around it. */
  within: string[];
}

// Any fixed number will do: trees are changed one after the other, or two changes together could make a cycle.
const LOCK = 0x4855_5247;

/** Until the end of the transaction nobody else changes scopes or memberships. */
export async function lockRegistry(client: pg.PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

/** Makes a scope known unless it is: the default one (HUTONG_REGION_NAME) at start, and those of evaluations. */
export async function ensureScope(client: pg.Pool | pg.PoolClient, name: string): Promise<void> {
  await client.query('INSERT INTO recognition_scope (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
}

/** Scopes that did not end, by name. */
export async function listScopes(client: pg.Pool | pg.PoolClient): Promise<RecognitionScope[]> {
  const { rows } = await client.query<RecognitionScope>(
    `SELECT name, name_en AS "nameEn", kind, validity_months AS "validityMonths",
            ARRAY (SELECT within FROM recognition_scope_within w WHERE w.scope = s.name ORDER BY 1) AS within
       FROM recognition_scope s WHERE ended_at IS NULL ORDER BY name`,
  );
  return rows;
}

/**
 * Adds a scope, or changes what is said of it and what it lies within; its name stays, for labels carry it.
 *
 * @throws RegistryFault when it ended, one around it is not there, or it would lie within itself
 */
export async function saveScope(
  client: pg.PoolClient,
  scope: RecognitionScope,
  author: Author,
): Promise<{ created: boolean }> {
  await lockRegistry(client);
  const { rows: same } = await client.query<{ ended: boolean }>(
    'SELECT ended_at IS NOT NULL AS ended FROM recognition_scope WHERE name = $1',
    [scope.name],
  );
  if (same[0]?.ended === true)
    throw new RegistryFault(
      'ended',
      '该互认范围已终止，不能再修改。',
      'The scope ended and is not changed any more.',
    );
  const known = await listScopes(client);
  const before = known.find(({ name }) => name === scope.name) ?? null;
  const withins = known
    .filter(({ name }) => name !== scope.name)
    .flatMap(({ name, within }) => within.map((one) => ({ scope: name, within: one })));
  for (const within of scope.within) {
    if (within !== scope.name && !known.some(({ name }) => name === within)) throw unknownScope(within);
    if (wouldCycle(withins, { scope: scope.name, within }))
      throw new RegistryFault(
        'cycle',
        `“${scope.name}”不能位于“${within}”之内：会形成循环。`,
        `"${scope.name}" cannot lie within "${within}": it would lie within itself.`,
      );
  }
  await client.query(
    `INSERT INTO recognition_scope (name, name_en, kind, validity_months) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE
        SET name_en = EXCLUDED.name_en, kind = EXCLUDED.kind, validity_months = EXCLUDED.validity_months`,
    [scope.name, scope.nameEn, scope.kind, scope.validityMonths],
  );
  await client.query('DELETE FROM recognition_scope_within WHERE scope = $1', [scope.name]);
  await client.query(
    'INSERT INTO recognition_scope_within (scope, within) SELECT $1, within FROM unnest($2::text[]) AS within',
    [scope.name, [...new Set(scope.within)]],
  );
  await noteRegistryEvent(client, { kind: 'scope', subject: scope.name, before, after: scope, author });
  const moved = (before?.within ?? []).toSorted().join('\n') !== scope.within.toSorted().join('\n');
  if (before !== null && moved) await beginRelabelling(client, { reason: 'membership', requestedBy: author });
  return { created: before === null };
}

/**
 * Ends a scope: from today no study gets its label. Those of earlier days keep theirs.
 *
 * @throws RegistryFault when there is none, or it is the default one
 */
export async function endScope(
  client: pg.PoolClient,
  name: string,
  defaultScope: string,
  author: Author,
): Promise<void> {
  await lockRegistry(client);
  if (name === defaultScope)
    throw new RegistryFault(
      'default-scope',
      '默认互认范围（HUTONG_REGION_NAME）不能终止。',
      'The default scope (HUTONG_REGION_NAME) cannot end.',
    );
  const before = (await listScopes(client)).find((scope) => scope.name === name);
  if (before === undefined) throw unknownScope(name);
  await client.query('UPDATE recognition_scope SET ended_at = now() WHERE name = $1', [name]);
  await noteRegistryEvent(client, { kind: 'scope', subject: name, before, after: null, author });
  await beginRelabelling(client, { reason: 'membership', scopes: [name], requestedBy: author });
}
