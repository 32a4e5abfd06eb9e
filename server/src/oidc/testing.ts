/** For tests: people with passwords of their own who sign in, agree to what applications ask for, and get tokens. */
import { createHash, randomBytes } from 'node:crypto';
import {
  changePassword,
  createAccount,
  createClient,
  type NewClient,
  type OidcClient,
  type RoleGrant,
} from '@hutong/storage-config';
import type { OidcInteraction, OidcInteractionOutcome } from '../contract/clients.ts';
import type { TestServer } from '../testing.ts';

export const REDIRECT = 'https://app.example.org/back';

/** Cookies of one browser, sent to where their paths say. */
export class Browser {
  readonly #url: string;
  readonly #cookies = new Map<string, { path: string; value: string }>();

  constructor(url: string) {
    this.#url = url;
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  /** Redirects are not followed. */
  async fetch(target: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(target, this.#url);
    const cookies = [...this.#cookies]
      .filter(([, { path }]) => url.pathname === path || url.pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([name, { value }]) => `${name.split(' ')[0] ?? ''}=${value}`);
    const headers = new Headers(init.headers);
    if (cookies.length > 0) headers.set('Cookie', cookies.join('; '));
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/';
      const key = `${name} ${path}`;
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(key);
      else this.#cookies.set(key, { path, value });
    }
    return answer;
  }

  post(target: string, body: unknown): Promise<Response> {
    return this.fetch(target, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}

export interface Person {
  id: string;
  username: string;
  password: string;
}

let people = 0;

/** An account that chose its own password. */
export async function createPerson(server: TestServer, roles: readonly RoleGrant[]): Promise<Person> {
  people += 1;
  const username = `person${people}`;
  const { id, password: given } = await createAccount(server.index, {
    username,
    displayName: `王医生 ${people}`,
    roles,
  });
  const password = `Gu-${randomBytes(9).toString('hex')}-7Q`;
  const outcome = await changePassword(server.index, {
    accountId: id,
    present: given,
    wanted: password,
    session: 'none',
    address: '127.0.0.1',
    device: null,
  });
  if (outcome.kind !== 'changed') throw new Error(`the password was not changed: ${outcome.kind}`);
  return { id, username, password };
}

/** A browser in which the person is signed in at the portal. */
export async function signedIn(server: TestServer, { username, password }: Person): Promise<Browser> {
  const browser = new Browser(server.url);
  const answer = await browser.post('/api/session', { username, password });
  if (answer.status !== 201) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`);
  return browser;
}

export const webClient = (
  server: TestServer,
  more: Partial<NewClient> = {},
): Promise<{ client: OidcClient; secret: string | null }> =>
  createClient(server.index, {
    kind: 'web',
    name: '阅片应用',
    hospitalCode: null,
    scopes: ['read', 'share'],
    authentication: 'none',
    redirectUris: [REDIRECT],
    loggedOutUris: ['https://app.example.org/gone'],
    ...more,
  });

export const machineClient = (
  server: TestServer,
  more: Partial<NewClient> = {},
): Promise<{ client: OidcClient; secret: string | null }> =>
  createClient(server.index, {
    kind: 'machine',
    name: '集成平台',
    hospitalCode: null,
    scopes: ['read'],
    authentication: 'secret',
    ...more,
  });

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  scope: string;
  expires_in: number;
  token_type: string;
}

export interface Request {
  url: string;
  verifier: string;
  state: string;
}

/** What an application sends a browser to. */
export function authorizationRequest(
  server: TestServer,
  clientId: string,
  more: Record<string, string> = {},
): Request {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(8).toString('hex');
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid profile hutong.read',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    ...more,
  });
  return { url: `${server.url}/oidc/auth?${query.toString()}`, verifier, state };
}

/** Begins in a browser; the path of the interaction's page, or where the application's address leads with the outcome. */
export async function begin(browser: Browser, url: string): Promise<URL> {
  const answer = await browser.fetch(url);
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no redirect: ${answer.status} ${await answer.text()}`);
  return new URL(location, url);
}

export async function details(browser: Browser, page: URL): Promise<OidcInteraction> {
  const answer = await browser.fetch(`${page.href}/details`);
  if (answer.status !== 200) throw new Error(`no interaction: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as OidcInteraction;
}

/** Agrees, and follows to the application's address. */
export async function agree(browser: Browser, page: URL): Promise<URL> {
  const { person } = await details(browser, page);
  const answer = await browser.post(`${page.href}/confirm`, { account: person?.account ?? '' });
  if (answer.status !== 200) throw new Error(`not agreed: ${answer.status} ${await answer.text()}`);
  const { location } = (await answer.json()) as OidcInteractionOutcome;
  return begin(browser, location);
}

export async function postToken(
  server: TestServer,
  body: Record<string, string>,
  basic?: { id: string; secret: string | null },
): Promise<Response> {
  return fetch(`${server.url}/oidc/token`, {
    method: 'POST',
    headers:
      basic === undefined
        ? {}
        : { Authorization: `Basic ${Buffer.from(`${basic.id}:${basic.secret ?? ''}`).toString('base64')}` },
    body: new URLSearchParams(body),
  });
}

/** The whole way of a person: sign in, agree, exchange the code. */
export async function tokensOf(
  server: TestServer,
  browser: Browser,
  clientId: string,
  more: Record<string, string> = {},
): Promise<Tokens> {
  const request = authorizationRequest(server, clientId, more);
  const back = await agree(browser, await begin(browser, request.url));
  const answer = await postToken(server, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    code_verifier: request.verifier,
  });
  if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Tokens;
}

/** The token of a machine. */
export async function machineToken(
  server: TestServer,
  client: { id: string },
  secret: string | null,
  more: Record<string, string> = {},
): Promise<Tokens> {
  const answer = await postToken(
    server,
    { grant_type: 'client_credentials', ...more },
    { id: client.id, secret },
  );
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Tokens;
}

export const bearer = (server: TestServer, token: string, path = '/api/worklist'): Promise<Response> =>
  fetch(server.url + path, { headers: { Authorization: `Bearer ${token}` } });
