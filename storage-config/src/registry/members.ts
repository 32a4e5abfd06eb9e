import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { beginRelabelling } from '../labels/relabelling.ts';
import { chineseDay } from './recognisingHospitals.ts';
import { findHospital } from './hospitals.ts';
import { noteRegistryEvent } from './registryEvents.ts';
import { RegistryFault, unknownHospital, unknownScope } from './registryFault.ts';
import { ensureScope, listScopes, lockRegistry } from './scopes.ts';

/** When a hospital takes part in a scope that nobody said a day of. */
const SINCE_EVER = '2000-01-01';

/** A hospital takes part in a scope. Days are YYYY-MM-DD; on `leftOn` it takes part no more. */
export interface ScopeMember {
  scope: string;
  hospital: string;
  joinedOn: string;
  leftOn: string | null;
}

const COLUMNS = `scope, hospital_code AS hospital, to_char(joined_on, 'YYYY-MM-DD') AS "joinedOn",
  to_char(left_on, 'YYYY-MM-DD') AS "leftOn"`;

/** Who takes part in what by an entry of its own, former ones too. */
export async function listMembers(
  client: pg.Pool | pg.PoolClient,
  hospitals: readonly string[] | null = null,
): Promise<ScopeMember[]> {
  const { rows } = await client.query<ScopeMember>(
    `SELECT ${COLUMNS} FROM recognition_scope_member
      WHERE $1::text[] IS NULL OR hospital_code = ANY ($1) ORDER BY hospital_code, scope, joined_on`,
    [hospitals],
  );
  return rows;
}

/**
 * A hospital takes part in a scope from a day on. What it took part in without an entry, the default scope, gets its entry
 * first, so that it stays there.
 *
 * @throws RegistryFault
 */
export async function joinScope(
  client: pg.PoolClient,
  { scope, hospital, joinedOn }: { scope: string; hospital: string; joinedOn?: string | undefined },
  defaultScope: string,
  author: Author,
): Promise<ScopeMember> {
  const members = await prepared(client, scope, hospital, defaultScope, author, joinedOn === undefined);
  const ofScope = members.filter((one) => one.scope === scope);
  if (ofScope.some(({ leftOn }) => leftOn === null)) {
    if (scope === defaultScope && joinedOn === undefined) {
      const [present] = ofScope;
      if (present !== undefined) return present;
    }
    throw new RegistryFault(
      'already',
      '该医院已参加此互认范围。',
      'The hospital takes part in the scope already.',
    );
  }
  const day = joinedOn ?? chineseDay();
  if (ofScope.some(({ leftOn }) => leftOn !== null && leftOn > day))
    throw new RegistryFault(
      'bad-day',
      '加入日期早于上次退出日期。',
      'The day is before the one on which it left the last time.',
    );
  const member: ScopeMember = { scope, hospital, joinedOn: day, leftOn: null };
  await client.query(
    'INSERT INTO recognition_scope_member (scope, hospital_code, joined_on) VALUES ($1, $2, $3)',
    [scope, hospital, day],
  );
  await noted(client, null, member, author);
  return member;
}

/**
 * A hospital takes part in a scope no more from a day on. Studies of before keep their labels.
 *
 * @throws RegistryFault
 */
export async function leaveScope(
  client: pg.PoolClient,
  {
    scope,
    hospital,
    leftOn = chineseDay(),
  }: { scope: string; hospital: string; leftOn?: string | undefined },
  defaultScope: string,
  author: Author,
): Promise<ScopeMember> {
  const members = await prepared(client, scope, hospital, defaultScope, author, true);
  const present = members.find((one) => one.scope === scope && one.leftOn === null);
  if (present === undefined)
    throw new RegistryFault(
      'not-member',
      '该医院未参加此互认范围。',
      'The hospital does not take part in the scope.',
    );
  if (leftOn < present.joinedOn)
    throw new RegistryFault(
      'bad-day',
      '退出日期早于加入日期。',
      'The day is before the one on which it joined.',
    );
  const after: ScopeMember = { ...present, leftOn };
  await client.query(
    `UPDATE recognition_scope_member SET left_on = $3 WHERE scope = $1 AND hospital_code = $2 AND left_on IS NULL`,
    [scope, hospital, leftOn],
  );
  await noted(client, present, after, author);
  return after;
}

/** Checks both, and writes down what held without an entry. */
async function prepared(
  client: pg.PoolClient,
  scope: string,
  hospital: string,
  defaultScope: string,
  author: Author,
  staysInDefault: boolean,
): Promise<ScopeMember[]> {
  await lockRegistry(client);
  await ensureScope(client, defaultScope);
  if ((await findHospital(client, hospital)) === null) throw unknownHospital(hospital);
  if (!(await listScopes(client)).some(({ name }) => name === scope)) throw unknownScope(scope);
  const members = await listMembers(client, [hospital]);
  if (members.length > 0 || (scope === defaultScope && !staysInDefault)) return members;
  await client.query(
    'INSERT INTO recognition_scope_member (scope, hospital_code, joined_on) VALUES ($1, $2, $3)',
    [defaultScope, hospital, SINCE_EVER],
  );
  const implied: ScopeMember = { scope: defaultScope, hospital, joinedOn: SINCE_EVER, leftOn: null };
  await noteRegistryEvent(client, {
    kind: 'member',
    subject: defaultScope,
    hospital,
    before: null,
    after: implied,
    author,
  });
  return [implied];
}

async function noted(
  client: pg.PoolClient,
  before: ScopeMember | null,
  after: ScopeMember,
  author: Author,
): Promise<void> {
  const { scope, hospital } = after;
  await noteRegistryEvent(client, { kind: 'member', subject: scope, hospital, before, after, author });
  await beginRelabelling(client, { reason: 'membership', hospitals: [hospital], requestedBy: author });
}
