/** Signing in with a real browser: by a provider of identity, with a second factor, and the end of an idle session. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAccount } from '@hutong/storage-config';
import { TOTP } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../server/src/testing.ts';
import { launchBrowser } from '../harness/browser.ts';
import { type IdentityProvider, startIdentityProvider } from '../harness/identityProvider.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PORTAL = process.env['HUTONG_TEST_PORTAL'] ?? path.join(ROOT, 'viewer/portal/dist');
/** Where pictures of what is seen go; nowhere when not set. */
const PICTURES = process.env['HUTONG_TEST_LOOK'];
const SECRET = 'a secret of the tests, long enough for a key';
const PASSWORD = 'Blaue-Berge-77';

let provider: IdentityProvider;
let server: TestServer;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-sign-in-'));
  provider = await startIdentityProvider();
  await writeFile(path.join(folder, 'secret'), SECRET);
  const roles = [
    {
      claim: 'realm_access.roles',
      value: 'hutong-radiologist',
      role: 'radiologist',
      hospitalClaim: 'hospital',
    },
  ];
  const keycloak = {
    id: 'keycloak',
    name: { zh: '统一身份认证', en: 'hospital single sign-on' },
    issuer: provider.url,
    clientId: 'hutong',
    clientSecretFile: 'secret',
    roles,
  };
  await writeFile(path.join(folder, 'providers.json'), JSON.stringify({ providers: [keycloak] }));
  server = await startTestServer({
    env: {
      HUTONG_OIDC_PROVIDERS_FILE: path.join(folder, 'providers.json'),
      HUTONG_SECOND_FACTOR: 'administrators',
      HUTONG_SESSION_IDLE_MINUTES: '1',
    },
    viewerDirectories: { portal: PORTAL, ohif: path.join(folder, 'no') },
  });
  await server.hospitalKey('a');
  const base = `${server.url}/api/sign-in/providers/keycloak`;
  await provider.client({
    id: 'hutong',
    secret: SECRET,
    redirectUri: `${base}/callback`,
    home: `${server.url}/sign-in`,
    backChannelLogout: `${base}/back-channel-logout`,
  });
  const doctor = { username: 'li.ming', name: '李明', roles: ['hutong-radiologist'], hospital: ['a'] };
  await provider.user('sub-of-li', doctor);
  await provider.user('sub-of-none', { ...doctor, username: 'no.role', roles: [] });
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  // What was not started because an earlier step failed cannot be stopped.
  await (browser as Browser | undefined)?.close();
  await (server as TestServer | undefined)?.close();
  await (provider as IdentityProvider | undefined)?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Visit {
  context: BrowserContext;
  page: Page;
  complaints: string[];
}

async function visit(options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: 'zh-CN',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A question that is refused is said by the browser itself.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  return { context, page, complaints };
}

async function look(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  // What moves in has come to rest.
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}

/** A busy machine takes its time. */
const eventually = <Value>(ask: () => Promise<Value>) => expect.poll(ask, { timeout: 20_000 });

const seen = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);

async function signIn(page: Page, username: string, password: string): Promise<void> {
  await seen(page, 'sign-in-username').fill(username);
  await seen(page, 'sign-in-password').fill(password);
  await seen(page, 'sign-in-submit').click();
}

test('by a provider of identity, back to the page that was asked for, and out again there too', async () => {
  const { context, page, complaints } = await visit();
  await page.goto(`${server.url}/exams?q=%E5%BC%A0`);
  await seen(page, 'provider-keycloak').waitFor();
  expect(await page.locator('body').innerText()).toContain('使用统一身份认证登录');
  await look(page, 'sign-in');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await seen(page, 'provider-keycloak').click();
  await page.locator('input[name=user]').fill('li.ming');
  await page.locator('button').first().click();
  await page.waitForURL(`${server.url}/exams?q=%E5%BC%A0`);
  await seen(page, 'user-menu').click();
  await eventually(() => page.locator('.user-card').innerText()).toContain('李明');
  // The place, which may hold a name, was told to nobody on the way.
  const onTheWay = asked.filter((url) => url.includes('/sign-in') || url.startsWith(provider.url));
  expect(onTheWay.filter((url) => decodeURIComponent(url).includes('张'))).toEqual([]);
  const stored = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
  );
  expect(stored + (await page.content())).not.toContain('eyJ');
  expect(await page.evaluate(() => document.cookie)).toBe('');
  await page.getByText('退出登录').click();
  await page.waitForURL((url) => url.pathname === '/sign-in', { timeout: 15_000 });
  await seen(page, 'provider-keycloak').click();
  // The provider asks anew: it was signed out there as well.
  await page.locator('input[name=user]').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('a person without a role, and an old answer, are told what is the matter', async () => {
  const { context, page } = await visit();
  await page.goto(`${server.url}/`);
  await seen(page, 'provider-keycloak').click();
  await page.locator('input[name=user]').fill('no.role');
  await page.locator('button').first().click();
  await seen(page, 'provider-failed').waitFor();
  expect(await seen(page, 'provider-failed').innerText()).toContain('没有为您分配本系统的角色');
  await look(page, 'no-role');
  await page.goto(`${server.url}/api/sign-in/providers/keycloak/callback?state=old&code=x`);
  await eventually(() => seen(page, 'provider-failed').getAttribute('data-problem')).toBe('state-expired');
  await context.close();
});

test('an administrator chooses a password, sets up a second factor, and signs in with a recovery code', async () => {
  const roles = [{ role: 'administrator' as const, hospital: null }];
  const { password } = await createAccount(server.index, {
    username: 'admin.wang',
    displayName: '王管理',
    roles,
  });
  const { context, page, complaints } = await visit();
  await page.goto(`${server.url}/`);
  await signIn(page, 'admin.wang', password);
  await seen(page, 'password-present').fill(password);
  await seen(page, 'password-wanted').fill('Admin@123456');
  await seen(page, 'password-again').fill('Admin@123456');
  await seen(page, 'password-submit').click();
  await eventually(() => seen(page, 'dialog-failed').innerText()).toContain('最常被尝试');
  await seen(page, 'password-wanted').fill(PASSWORD);
  await seen(page, 'password-again').fill(PASSWORD);
  await seen(page, 'password-submit').click();
  await seen(page, 'second-factor-needed').waitFor();
  await look(page, 'second-factor');
  await seen(page, 'shown-password').fill(PASSWORD);
  await seen(page, 'shown-password-submit').click();
  const secret = (await seen(page, 'totp-secret').innerText()).replaceAll(' ', '');
  await look(page, 'totp');
  await seen(page, 'totp-code').fill(new TOTP({ secret }).generate());
  await seen(page, 'totp-confirm').click();
  await seen(page, 'recovery-codes').waitFor();
  const codes = await seen(page, 'recovery-codes').locator('code').allInnerTexts();
  expect(codes).toHaveLength(8);
  await look(page, 'recovery-codes');
  await seen(page, 'recovery-codes-kept').click();
  await seen(page, 'user-menu').waitFor();
  await context.clearCookies();
  await page.goto(`${server.url}/`);
  await eventually(() => seen(page, 'session-ended').innerText()).toContain('重新登录后回到当前页面');
  await signIn(page, 'admin.wang', PASSWORD);
  await seen(page, 'sign-in-recovery').click();
  await look(page, 'recovery');
  await seen(page, 'sign-in-one-time').fill((codes[0] ?? '').toUpperCase());
  await seen(page, 'sign-in-submit').click();
  await seen(page, 'user-menu').click();
  await page.getByText('我的账号').click();
  await eventually(() => seen(page, 'one-time-passwords').innerText()).toContain('还有 7 个恢复码');
  await eventually(() => seen(page, 'own-sessions').innerText()).toContain('Chrome · Linux');
  await look(page, 'account');
  expect(complaints).toEqual([]);
  await context.close();
});

test('who is locked out sees for how long', async () => {
  const { context, page } = await visit({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
  await page.goto(`${server.url}/`);
  for (let tries = 0; tries < 7; tries += 1) {
    await signIn(page, 'nobody.here', `wrong ${tries}`);
    await eventually(() => seen(page, 'sign-in-submit').getAttribute('aria-busy')).toBe('false');
    if ((await seen(page, 'sign-in-locked').count()) > 0) break;
  }
  expect(await seen(page, 'sign-in-locked').innerText()).toMatch(/请在 \d:\d\d 后重试/);
  expect(await seen(page, 'sign-in-submit').isDisabled()).toBe(true);
  await seen(page, 'switch-theme').click();
  await look(page, 'locked-phone');
  await context.close();
});

test('a session that nobody uses ends after a warning, which somebody can answer', async () => {
  const { password } = await createAccount(server.index, {
    username: 'idle.zhao',
    displayName: '赵',
    roles: [{ role: 'clinician', hospital: 'a' }],
  });
  const { context, page } = await visit();
  await page.goto(`${server.url}/`);
  await signIn(page, 'idle.zhao', password);
  await seen(page, 'password-present').fill(password);
  await seen(page, 'password-wanted').fill(PASSWORD);
  await seen(page, 'password-again').fill(PASSWORD);
  await seen(page, 'password-submit').click();
  await seen(page, 'user-menu').waitFor();
  await seen(page, 'idle-warning').waitFor({ timeout: 70_000 });
  await look(page, 'idle');
  await seen(page, 'stay-signed-in').click();
  await eventually(() => seen(page, 'idle-warning').count()).toBe(0);
  expect(await seen(page, 'sign-in-needed').count()).toBe(0);
  await server.index.query(
    `UPDATE session SET last_used_at = now() - interval '2 minutes' WHERE subject = 'idle.zhao'`,
  );
  await page.getByText('互认清单').first().click();
  await seen(page, 'session-ended').waitFor();
  await signIn(page, 'idle.zhao', PASSWORD);
  await page.waitForURL(`${server.url}/catalogue`);
  await seen(page, 'user-menu').waitFor();
  await context.close();
}, 240_000);
