import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Author } from '../../corrections/events.ts';
import { type Account, insertRoles, readAccount, type RoleGrant, usernameOf } from '../account.ts';
import { mayGo, recordChange } from '../accountRecord.ts';

/** Who a provider of identity says somebody is. */
export interface ExternalPerson {
  issuer: string;
  /** `sub`: unique and never given to another within the issuer. Names are for people and link nothing. */
  subject: string;
  /** Name of the provider in its configuration. */
  provider: string;
  username: string;
  displayName: string;
  /** What its claims give by the mapping; those in hospitals that are not known give nothing. */
  roles: readonly RoleGrant[];
}

const authorOf = (provider: string): Author => ({
  kind: 'system',
  id: `provider:${provider}`,
  name: provider,
});

/**
 * The account of a person of a provider, with the roles that it has there now. It is made when there is none and there is
 * a role. Linked by issuer and subject alone: an account of the same name is another's.
 *
 * @returns null: no account, for no role is given
 */
export async function externalAccount(
  client: pg.PoolClient,
  person: ExternalPerson,
): Promise<Account | null> {
  // One after the other with all changes of accounts, so that nobody is made twice.
  await mayGo(client, { author: authorOf(person.provider) }, null);
  const roles = await knownRoles(client, person.roles);
  const { rows } = await client.query<{ id: string }>(
    `UPDATE external_identity SET last_used_at = now(), provider = $3 WHERE issuer = $1 AND subject = $2
      RETURNING account_id AS id`,
    [person.issuer, person.subject, person.provider],
  );
  const [linked] = rows;
  if (linked === undefined) return roles.length === 0 ? null : make(client, person, roles);
  await client.query('UPDATE account SET display_name = $2 WHERE account_id = $1 AND display_name <> $2', [
    linked.id,
    shownName(person),
  ]);
  await renewRoles(client, linked.id, roles, person.provider);
  return readAccount(client, linked.id);
}

/** Gives an account the roles that its provider says now. */
async function renewRoles(
  client: pg.PoolClient,
  id: string,
  roles: readonly RoleGrant[],
  provider: string,
): Promise<void> {
  const before = (await readAccount(client, id))?.roles ?? [];
  const text = (list: readonly RoleGrant[]): string =>
    JSON.stringify(list.map(({ role, hospital }) => `${role}@${hospital ?? ''}`).toSorted());
  if (text(before) === text(roles)) return;
  await client.query('DELETE FROM account_role WHERE account_id = $1', [id]);
  await insertRoles(client, id, roles);
  await recordChange(client, {
    account: id,
    kind: 'roles',
    author: authorOf(provider),
    before,
    after: roles,
  });
}

async function make(
  client: pg.PoolClient,
  person: ExternalPerson,
  roles: readonly RoleGrant[],
): Promise<Account | null> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO account (username, display_name, password_hash, password_given) VALUES ($1, $2, NULL, false)
     RETURNING account_id AS id`,
    [await freeName(client, person), shownName(person)],
  );
  const id = rows[0]?.id ?? '';
  await client.query(
    'INSERT INTO external_identity (issuer, subject, account_id, provider) VALUES ($1, $2, $3, $4)',
    [person.issuer, person.subject, id, person.provider],
  );
  await insertRoles(client, id, roles);
  const author = authorOf(person.provider);
  await recordChange(client, { account: id, kind: 'created', author, before: [], after: roles });
  return readAccount(client, id);
}

/** `li.ming@keycloak`: whose word for the name it is stands in it, so that nobody takes it for an account of here. */
async function freeName(client: pg.PoolClient, person: ExternalPerson): Promise<string> {
  const clean = usernameOf(person.username)
    .replace(/[^a-z0-9._-]/g, '')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 24);
  const digest = createHash('sha256').update(`${person.issuer} ${person.subject}`).digest('hex');
  const base = clean === '' ? digest.slice(0, 12) : clean;
  const name = `${base}@${person.provider}`;
  const { rowCount } = await client.query('SELECT FROM account WHERE username = $1', [name]);
  return rowCount === 0 ? name : `${base}.${digest.slice(0, 8)}@${person.provider}`;
}

const shownName = ({ displayName, username, subject }: ExternalPerson): string =>
  [displayName, username, subject]
    .map((name) => name.replaceAll(/\p{C}/gu, '').trim().slice(0, 100))
    .find((name) => name !== '') ?? '';

async function knownRoles(client: pg.PoolClient, roles: readonly RoleGrant[]): Promise<RoleGrant[]> {
  const { rows } = await client.query<{ code: string }>('SELECT code FROM hospital WHERE code = ANY ($1)', [
    roles.flatMap(({ hospital }) => hospital ?? []),
  ]);
  const codes = new Set(rows.map(({ code }) => code));
  const unique = new Map(roles.map((grant) => [`${grant.role} ${grant.hospital ?? ''}`, grant]));
  return [...unique.values()].filter(({ hospital }) => hospital === null || codes.has(hospital));
}
