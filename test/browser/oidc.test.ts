/// <reference lib="dom" />
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import * as oidc from 'openid-client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const PICTURES = path.resolve(import.meta.dirname, '../../test-results');
const PASSWORD = 'Blaue-Berge-77';
const SCOPE = 'openid profile hutong.read';

/** An application of somebody else: it waits for the browser to come back. */
interface Application {
  redirect: string;
  gone: string;
  /** The address with which the browser came back last. */
  came: () => URL | null;
  close: () => Promise<void>;
}

async function startApplication(): Promise<Application> {
  let last: URL | null = null;
  const server: Server = createServer((req, res) => {
    if (req.url?.startsWith('/favicon') !== true) last = new URL(req.url ?? '/', origin);
    res.end('<!doctype html><title>app</title><p id="app">back</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    redirect: `${origin}/back`,
    gone: `${origin}/gone`,
    came: () => last,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('an application of somebody else, with a browser and a client library', () => {
  const folder = temporaryFolder('oidc');
  let cloud: RunningCloud;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let application: Application;
  let config: oidc.Configuration;
  const complaints: string[] = [];

  const picture = (name: string): Promise<unknown> =>
    page.screenshot({ path: path.join(PICTURES, `oidc-${name}.png`) });

  async function begin(more: Record<string, string> = {}): Promise<{ verifier: string; state: string }> {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: application.redirect,
      scope: SCOPE,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      ...more,
    });
    await page.goto(url.href);
    return { verifier, state };
  }

  const worklist = (token: string): Promise<number> =>
    fetch(`${cloud.url}/api/worklist`, { headers: { authorization: `Bearer ${token}` } }).then(
      ({ status }) => status,
    );

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    cloud = await startCloud({ HUTONG_DATA: folder });
    application = await startApplication();
    const given = await hutong(
      ['account', 'create', '--username', 'li.min', '--name', '李敏', '--role', 'radiologist'],
      cloud.env,
    );
    const id = await hutong(
      [
        ...['client', 'create', '--kind', 'web', '--public', '--name', '移动阅片', '--region'],
        ...['--scope', 'read', '--redirect', application.redirect, '--logged-out', application.gone],
      ],
      cloud.env,
    );
    config = await oidc.discovery(new URL(`${cloud.url}/oidc`), id.trim(), undefined, oidc.None(), {
      // The cloud of the test speaks http.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      execute: [oidc.allowInsecureRequests],
    });
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
    });
    // The first, given password is changed at the portal.
    await page.goto(`${cloud.url}/sign-in`);
    await page.locator('input[autocomplete="username"]').fill('li.min');
    await page.locator('input[autocomplete="current-password"]').fill(given.trim().split('\n').at(-1) ?? '');
    await page.keyboard.press('Enter');
    const wanted = page.locator('input[autocomplete="new-password"]');
    await wanted.first().waitFor();
    const present = page.locator('input[autocomplete="current-password"]');
    if ((await present.count()) > 0) await present.fill(given.trim().split('\n').at(-1) ?? '');
    for (const field of await wanted.all()) await field.fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByTestId('user-menu').waitFor();
    await context.clearCookies();
  }, 200_000);

  afterAll(async () => {
    await browser.close();
    await application.close();
    await cloud.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test('a person signs in on the way, agrees, and the application reads with the token, refreshes it and signs out', async () => {
    const { verifier, state } = await begin();
    await page.getByTestId('sign-in-form').waitFor();
    await picture('sign-in');
    await page.locator('input[autocomplete="username"]').fill('li.min');
    await page.locator('input[autocomplete="current-password"]').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByTestId('consent-agree').waitFor();
    expect(await page.getByTestId('consent').innerText()).toContain('移动阅片');
    expect(await page.getByTestId('consent-scopes').innerText()).toContain('查询与调阅影像');
    await picture('consent');
    await page.getByTestId('consent-agree').click();
    await page.locator('#app').waitFor();

    const came = application.came();
    const tokens = await oidc.authorizationCodeGrant(config, came!, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      idTokenExpected: true,
    });
    expect(tokens.claims()).toMatchObject({ name: '李敏', preferred_username: 'li.min' });
    expect(await worklist(tokens.access_token)).toBe(200);
    const subject = tokens.claims()?.sub ?? '';
    expect(await oidc.fetchUserInfo(config, tokens.access_token, subject)).toMatchObject({ name: '李敏' });
    expect(await oidc.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      active: true,
      scope: 'hutong.read',
    });

    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(await worklist(refreshed.access_token)).toBe(200);

    await page.goto(
      oidc.buildEndSessionUrl(config, {
        id_token_hint: tokens.id_token ?? '',
        post_logout_redirect_uri: application.gone,
      }).href,
    );
    await picture('sign-out');
    await page.locator('button[value="yes"]').click();
    await page.waitForURL(`${application.gone}*`);
    await expect.poll(() => worklist(refreshed.access_token)).toBe(401);
    await expect(oidc.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toThrow();
    await page.goto(cloud.url);
    await page.getByTestId('sign-in-form').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);

  test('on a phone, in English and dark, a person refuses, and the application is told so', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await begin();
    await page.locator('input[autocomplete="username"]').fill('li.min');
    await page.locator('input[autocomplete="current-password"]').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByTestId('consent-refuse').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
    await picture('phone');
    await page.getByTestId('consent-refuse').click();
    await page.locator('#app').waitFor();
    expect(application.came()?.searchParams.get('error')).toBe('access_denied');
    expect(complaints).toEqual([]);
  }, 60_000);

  test('an administrator registers a machine in the portal, which gets in with what is shown, until it is ended there', async () => {
    const desk = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const admin = await desk.newPage();
    admin.on('pageerror', (error) => complaints.push(error.message));
    await admin.goto(cloud.signInLink!);
    await admin.getByTestId('user-menu').waitFor();
    await admin.goto(`${cloud.url}/administration/apps`);
    await admin.getByTestId('register-app').click();
    await admin.getByTestId('app-machine').click();
    await admin.getByTestId('app-name').fill('<b>集成平台</b>');
    await admin.screenshot({ path: path.join(PICTURES, 'oidc-register.png') });
    await admin.getByTestId('app-confirm').click();
    const secret = await admin.getByTestId('client-secret').innerText();
    const id = await admin.getByTestId('app-shown').getByTestId('client-id').innerText();
    await admin.getByTestId('app-done').click();
    const answer = await fetch(`${cloud.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect(await worklist(token)).toBe(200);
    // Markup in a name is text, and the secret is shown this once.
    await admin.locator('[data-name="<b>集成平台</b>"] .managed-open').click();
    const drawer = admin.getByTestId('app-drawer');
    expect(await drawer.innerText()).toContain('<b>集成平台</b>');
    expect(await drawer.innerText()).not.toContain(secret);
    await drawer.getByTestId('end-app').click();
    await drawer.getByTestId('end-app-yes').click();
    await expect.poll(() => worklist(token)).toBe(401);
    expect(complaints).toEqual([]);
    await desk.close();
  }, 60_000);

  test('a machine gets a token with what the command line prints, until it is ended there', async () => {
    const secret = await hutong(
      ['client', 'create', '--kind', 'machine', '--name', '集成平台', '--region', '--scope', 'read'],
      cloud.env,
    );
    const listed = await hutong(['client', 'list'], cloud.env);
    const id = /(htc_\S+) +machine/.exec(listed)?.[1] ?? '';
    const machine = await oidc.discovery(
      new URL(`${cloud.url}/oidc`),
      id,
      undefined,
      oidc.ClientSecretBasic(secret.trim()),
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      { execute: [oidc.allowInsecureRequests] },
    );
    const { access_token: token } = await oidc.clientCredentialsGrant(machine, { scope: 'hutong.read' });
    expect(await worklist(token)).toBe(200);
    await hutong(['client', 'revoke', id], cloud.env);
    await expect.poll(() => worklist(token)).toBe(401);
  }, 60_000);
});
