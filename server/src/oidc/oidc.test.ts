import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import {
  agree,
  authorizationRequest,
  bearer,
  begin,
  createPerson,
  details,
  machineClient,
  machineToken,
  postToken,
  REDIRECT,
  signedIn,
  tokensOf,
  webClient,
} from './testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.close();
});

const REGION = [{ role: 'radiologist', hospital: null }] as const;

test('a person signs in to an application by code and PKCE, and its token opens what both may', async () => {
  const person = await createPerson(server, REGION);
  const { client } = await webClient(server);
  const browser = await signedIn(server, person);
  const request = authorizationRequest(server, client.id);
  const page = await begin(browser, request.url);
  expect(page.pathname).toMatch(/^\/oidc\/interaction\/[\w-]+$/);
  expect(await details(browser, page)).toMatchObject({
    application: { name: '阅片应用', returnsTo: 'app.example.org' },
    scopes: ['openid', 'profile', 'hutong.read'],
    offline: false,
    person: { username: person.username },
    obstacle: null,
  });
  const back = await agree(browser, page);
  expect(back.href).toContain(REDIRECT);
  expect(back.searchParams.get('state')).toBe(request.state);
  expect(back.searchParams.get('iss')).toBe(`${server.url}/oidc`);
  const answer = await postToken(server, {
    grant_type: 'authorization_code',
    client_id: client.id,
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    code_verifier: request.verifier,
  });
  expect(answer.status).toBe(200);
  const tokens = (await answer.json()) as { access_token: string; id_token: string; refresh_token: string };
  expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  expect(decodeJwt(tokens.access_token)).toMatchObject({
    iss: `${server.url}/oidc`,
    aud: server.url,
    sub: person.id,
    client_id: client.id,
    scope: 'hutong.read',
  });
  expect(decodeJwt(tokens.id_token)).toMatchObject({ preferred_username: person.username, aud: client.id });
  expect((await bearer(server, tokens.access_token)).status).toBe(200);
  // The account may share; the token may not.
  expect((await bearer(server, tokens.access_token, '/api/session')).status).toBe(200);
  const session = (await (await bearer(server, tokens.access_token, '/api/session')).json()) as {
    rights: object;
  };
  expect(session.rights).toEqual({ read: null });
});

test('a machine gets a token for its hospital by its secret', async () => {
  await server.hospitalKey('m1');
  const { client, secret } = await machineClient(server, { hospitalCode: 'm1', scopes: ['read', 'store'] });
  const tokens = await machineToken(server, client, secret, { scope: 'hutong.read' });
  expect(tokens).toMatchObject({ scope: 'hutong.read', token_type: 'Bearer', expires_in: 600 });
  expect((await bearer(server, tokens.access_token)).status).toBe(200);
  const all = await machineToken(server, client, secret);
  expect(all.scope).toBe('hutong.read hutong.store');
  const session = (await (await bearer(server, all.access_token, '/api/session')).json()) as {
    rights: object;
  };
  expect(session.rights).toEqual({ read: ['m1'], store: ['m1'] });
});

test('tokens are for a person without a browser session too, until refreshed tokens are used twice', async () => {
  const person = await createPerson(server, REGION);
  const { client } = await webClient(server);
  const browser = await signedIn(server, person);
  const first = await tokensOf(server, browser, client.id, {
    scope: 'openid offline_access hutong.read',
    prompt: 'consent',
  });
  const refresh = (token: string | undefined) =>
    postToken(server, { grant_type: 'refresh_token', client_id: client.id, refresh_token: token ?? '' });
  const second = (await (await refresh(first.refresh_token)).json()) as {
    refresh_token: string;
    access_token: string;
  };
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect((await bearer(server, second.access_token)).status).toBe(200);
  const replay = await refresh(first.refresh_token);
  expect(replay.status).toBe(400);
  expect(await replay.json()).toMatchObject({ error: 'invalid_grant' });
  // Whoever used it twice is not told from whoever owns it: everything of the grant ends.
  expect((await refresh(second.refresh_token)).status).toBe(400);
});
