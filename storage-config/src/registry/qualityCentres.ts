import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { noteRegistryEvent } from './registryEvents.ts';
import { RegistryFault, unknownScope } from './registryFault.ts';
import { listScopes, lockRegistry } from './scopes.ts';

/** Who evaluates at a scope (质控中心). */
export interface QualityCentre {
  code: string;
  nameZh: string;
  nameEn: string;
  scope: string;
  /** Categories of items: DR, CT, MR; empty: all. */
  modalities: string[];
}

/** Somebody who enters what a centre found. */
export interface CentrePerson {
  centre: string;
  accountId: string;
  username: string;
  name: string;
}

const COLUMNS = 'code, name_zh AS "nameZh", name_en AS "nameEn", scope, modalities';

/** Centres that did not end, by code. */
export async function listCentres(client: pg.Pool | pg.PoolClient): Promise<QualityCentre[]> {
  const { rows } = await client.query<QualityCentre>(
    `SELECT ${COLUMNS} FROM quality_centre WHERE ended_at IS NULL ORDER BY code`,
  );
  return rows;
}

/** The centres that an account acts for. */
export async function centresOf(
  client: pg.Pool | pg.PoolClient,
  accountId: string,
): Promise<QualityCentre[]> {
  const { rows } = await client.query<QualityCentre>(
    `SELECT ${COLUMNS} FROM quality_centre c
      WHERE ended_at IS NULL
        AND EXISTS (SELECT FROM quality_centre_person p
                     WHERE p.centre_code = c.code AND p.account_id = $1 AND p.left_at IS NULL)
      ORDER BY code`,
    [accountId],
  );
  return rows;
}

/** Who acts for which centre. */
export async function listCentrePeople(client: pg.Pool | pg.PoolClient): Promise<CentrePerson[]> {
  const { rows } = await client.query<CentrePerson>(
    `SELECT p.centre_code AS centre, p.account_id AS "accountId", a.username, a.display_name AS name
       FROM quality_centre_person p JOIN account a USING (account_id)
      WHERE p.left_at IS NULL ORDER BY 1, 3`,
  );
  return rows;
}

/** Adds a centre, or changes what is said of it. @throws RegistryFault */
export async function saveCentre(
  client: pg.PoolClient,
  centre: QualityCentre,
  author: Author,
): Promise<void> {
  await lockRegistry(client);
  if (!(await listScopes(client)).some(({ name }) => name === centre.scope)) throw unknownScope(centre.scope);
  const { rows } = await client.query<QualityCentre & { ended: boolean }>(
    `SELECT ${COLUMNS}, ended_at IS NOT NULL AS ended FROM quality_centre WHERE code = $1`,
    [centre.code],
  );
  const [same] = rows;
  if (same?.ended === true)
    throw new RegistryFault('ended', '该质控中心已终止。', 'The quality centre ended.');
  await client.query(
    `INSERT INTO quality_centre (code, name_zh, name_en, scope, modalities) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (code) DO UPDATE SET name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en,
            scope = EXCLUDED.scope, modalities = EXCLUDED.modalities`,
    [centre.code, centre.nameZh, centre.nameEn, centre.scope, centre.modalities],
  );
  await noteRegistryEvent(client, {
    kind: 'centre',
    subject: centre.code,
    before: same ?? null,
    after: centre,
    author,
  });
}

/** Ends a centre: nobody enters anything for it from now on. What it found stays. @throws RegistryFault */
export async function endCentre(client: pg.PoolClient, code: string, author: Author): Promise<void> {
  await lockRegistry(client);
  const before = (await listCentres(client)).find((centre) => centre.code === code);
  if (before === undefined) throw noCentre();
  await client.query('UPDATE quality_centre SET ended_at = now() WHERE code = $1', [code]);
  await noteRegistryEvent(client, { kind: 'centre', subject: code, before, after: null, author });
}

/** Says who acts for a centre: these accounts and no others. @throws RegistryFault */
export async function setCentrePeople(
  client: pg.PoolClient,
  centre: string,
  usernames: readonly string[],
  author: Author,
): Promise<CentrePerson[]> {
  await lockRegistry(client);
  if (!(await listCentres(client)).some(({ code }) => code === centre)) throw noCentre();
  const { rows: accounts } = await client.query<{ id: string; username: string }>(
    'SELECT account_id AS id, username FROM account WHERE username = ANY ($1) AND disabled_at IS NULL',
    [usernames],
  );
  const missing = usernames.find((name) => !accounts.some(({ username }) => username === name));
  if (missing !== undefined)
    throw new RegistryFault(
      'unknown-account',
      `没有用户“${missing.slice(0, 64)}”，或已停用。`,
      `There is no account "${missing.slice(0, 64)}", or it is disabled.`,
    );
  const before = (await listCentrePeople(client)).filter((one) => one.centre === centre);
  const ids = accounts.map(({ id }) => id);
  await client.query(
    `UPDATE quality_centre_person SET left_at = now()
      WHERE centre_code = $1 AND left_at IS NULL AND account_id <> ALL ($2::uuid[])`,
    [centre, ids],
  );
  await client.query(
    `INSERT INTO quality_centre_person (centre_code, account_id)
     SELECT $1, id FROM unnest($2::uuid[]) AS id ON CONFLICT DO NOTHING`,
    [centre, ids],
  );
  const after = (await listCentrePeople(client)).filter((one) => one.centre === centre);
  await noteRegistryEvent(client, {
    kind: 'centrePerson',
    subject: centre,
    before: { people: before.map(({ username }) => username) },
    after: { people: after.map(({ username }) => username) },
    author,
  });
  return after;
}

const noCentre = (): RegistryFault =>
  new RegistryFault('unknown-centre', '没有该质控中心。', 'There is no such quality centre.');
