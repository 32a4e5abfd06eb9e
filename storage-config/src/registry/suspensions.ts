import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { beginRelabelling } from '../labels/relabelling.ts';
import { requireKnownHospital } from './evaluations.ts';
import type { KnownItem } from './knownItems.ts';
import { RegistryFault, unknownScope } from './registryFault.ts';
import { mayEvaluate, type RegistryView, viewValues } from './registryView.ts';
import { ensureScope, listScopes } from './scopes.ts';

/** Issuing of labels is suspended (暂停标识): of what is named; null names any. */
export interface Suspension {
  id: number;
  hospital: string | null;
  item: string | null;
  scope: string | null;
  reason: string;
  authorName: string;
  createdAt: Date;
  liftedAt: Date | null;
  liftedBy: string;
  liftedReason: string;
}

export type NewSuspension = Pick<Suspension, 'hospital' | 'item' | 'scope' | 'reason'>;

const COLUMNS = `label_suspension_id AS id, hospital_code AS hospital, item_code AS item, scope, reason,
  coalesce(nullif(author_name, ''), author_id) AS "authorName", created_at AS "createdAt", lifted_at AS "liftedAt",
  lifted_by AS "liftedBy", lifted_reason AS "liftedReason"`;

interface Grounds {
  view: RegistryView;
  items: ReadonlyMap<string, KnownItem>;
  defaultScope: string;
}

/** Who suspends and lifts is who evaluates: for a centre, at its own scope and of its own items. */
function maySuspend({ view, items }: Grounds, { scope, item }: Pick<Suspension, 'scope' | 'item'>): boolean {
  if (view.hospitals === null) return true;
  if (scope === null) return false;
  const known = item === null ? [...items.values()] : [items.get(item)].filter((one) => one !== undefined);
  return mayEvaluate(view, scope, known);
}

const notAllowed = (): RegistryFault =>
  new RegistryFault(
    'not-allowed',
    '暂停与恢复由该范围的质控中心或区域登记人员办理。',
    'Issuing is suspended by the quality centre of the scope or for the whole region.',
  );

/** Suspends issuing, from now until it is lifted. @throws RegistryFault */
export async function beginSuspension(
  client: pg.PoolClient,
  given: NewSuspension,
  grounds: Grounds,
  author: Author,
): Promise<Suspension> {
  await ensureScope(client, grounds.defaultScope);
  if (given.hospital !== null) await requireKnownHospital(client, given.hospital);
  if (given.item !== null && !grounds.items.has(given.item))
    throw new RegistryFault(
      'unknown-item',
      '清单中没有该项目。',
      'There is no such item on a list in force.',
    );
  if (given.scope !== null && !(await listScopes(client)).some(({ name }) => name === given.scope))
    throw unknownScope(given.scope);
  if (!maySuspend(grounds, given)) throw notAllowed();
  const { rows } = await client.query<Suspension>(
    `INSERT INTO label_suspension (hospital_code, item_code, scope, reason, author_kind, author_id, author_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    [given.hospital, given.item, given.scope, given.reason, author.kind, author.id, author.name],
  );
  const [begun] = rows;
  if (begun === undefined) throw new Error('the suspension was not recorded');
  await relabel(client, begun, author);
  return begun;
}

/** Lifts a suspension. @throws RegistryFault `unknown`, `already` */
export async function liftSuspension(
  client: pg.PoolClient,
  given: { id: number; reason: string },
  grounds: Grounds,
  author: Author,
): Promise<Suspension> {
  const [present] = (await listSuspensions(client, grounds.view, { lifted: true })).filter(
    ({ id }) => id === given.id,
  );
  if (present === undefined)
    throw new RegistryFault('unknown', '没有该暂停记录。', 'There is no such suspension.');
  if (!maySuspend(grounds, present)) throw notAllowed();
  const { rows } = await client.query<Suspension>(
    `UPDATE label_suspension SET lifted_at = now(), lifted_by = $2, lifted_reason = $3
      WHERE label_suspension_id = $1 AND lifted_at IS NULL RETURNING ${COLUMNS}`,
    [given.id, author.name === '' ? author.id : author.name, given.reason],
  );
  const [lifted] = rows;
  if (lifted === undefined)
    throw new RegistryFault('already', '该暂停已解除。', 'The suspension was lifted already.');
  await relabel(client, lifted, author);
  return lifted;
}

/** Suspensions in view, the newest first: those that name a hospital or scope in view, or none at all. */
export async function listSuspensions(
  client: pg.Pool | pg.PoolClient,
  view: RegistryView,
  { lifted }: { lifted: boolean },
): Promise<Suspension[]> {
  const { rows } = await client.query<Suspension>(
    `SELECT ${COLUMNS} FROM label_suspension
      WHERE ($1::text[] IS NULL OR hospital_code IS NULL OR hospital_code = ANY ($1) OR scope = ANY ($2::text[]))
        AND ($3 OR lifted_at IS NULL)
      ORDER BY label_suspension_id DESC LIMIT 1000`,
    [...viewValues(view), lifted],
  );
  return rows;
}

const relabel = async (
  client: pg.PoolClient,
  { hospital, item, scope }: Suspension,
  author: Author,
): Promise<void> => {
  await beginRelabelling(client, {
    reason: 'suspension',
    ...(hospital === null ? {} : { hospitals: [hospital] }),
    ...(item === null ? {} : { items: [item] }),
    ...(scope === null ? {} : { scopes: [scope] }),
    requestedBy: author,
  });
};
