/** For tests: people with sessions, and their requests. */
import { createHash, randomBytes } from 'node:crypto';
import { createAccount, type RoleGrant } from '@hutong/storage-config';
import type { TestServer } from './testing.ts';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

/** Sends JSON to the API. */
export async function send<T>(
  server: TestServer,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer<T>> {
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : {}) as T,
  };
}

export interface Person {
  id: string;
  username: string;
  cookie: Record<string, string>;
}

let made = 0;

/** A person with an own password who is signed in. */
export async function aPerson(server: TestServer, roles: readonly RoleGrant[]): Promise<Person> {
  made += 1;
  const username = `person.${made}`;
  const { id } = await createAccount(server.index, { username, displayName: `人 ${made}`, roles });
  await server.index.query('UPDATE account SET password_given = false WHERE account_id = $1', [id]);
  const secret = `hts_${randomBytes(32).toString('base64url')}`;
  await server.index.query(
    `INSERT INTO session (id_hash, subject, role, account_id, expires_at)
     VALUES ($1, $2, 'account', $3, now() + interval '1 hour')`,
    [createHash('sha256').update(secret).digest(), username, id],
  );
  return { id, username, cookie: { Cookie: `hutong_session=${secret}` } };
}

/** Cookie of a new session. @throws Error when it was refused */
export async function signIn(
  server: TestServer,
  username: string,
  password: string,
): Promise<Record<string, string>> {
  const answer = await send(server, 'POST', '/session', {}, { username, password });
  if (answer.status !== 201) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return { Cookie: cookies.join('; ') };
}

/** The password that {@link aSignedInPerson} chooses. */
export const PASSWORD = 'Blaue-Berge-77';

/** Somebody who signed in with a given password over HTTP and, unless told otherwise, chose {@link PASSWORD}. */
export async function aSignedInPerson(
  server: TestServer,
  username: string,
  roles: readonly RoleGrant[],
  chooses = true,
): Promise<Person> {
  const { id, password } = await createAccount(server.index, { username, displayName: username, roles });
  const cookie = await signIn(server, username, password);
  if (chooses) {
    const answer = await send(server, 'PUT', '/account/password', cookie, {
      present: password,
      wanted: PASSWORD,
    });
    if (answer.status !== 204) throw new Error(`the password was refused: ${answer.status} ${answer.text}`);
  }
  return { id, username, cookie };
}
