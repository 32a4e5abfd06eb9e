/// <reference lib="dom" />
import path from 'node:path';
import { createAccount, type Role } from '@hutong/storage-config';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../server/src/testing.ts';
import { launchBrowser } from '../harness/browser.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PASSWORD = 'Blaue-Berge-77';

const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

describe('what each role sees of the portal', () => {
  let server: TestServer;
  let browser: Browser;
  const cookies: Record<string, string> = {};
  const complaints: string[] = [];

  const person = async (username: string, role: Role, hospital: string | null): Promise<void> => {
    const roles = [{ role, hospital }];
    const { password } = await createAccount(server.index, { username, displayName: username, roles });
    const headers = { 'Content-Type': 'application/json' };
    const signedIn = await fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ username, password }),
    });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const chosen = await fetch(`${server.url}/api/account/password`, {
      method: 'PUT',
      headers: { ...headers, Cookie: cookie },
      body: JSON.stringify({ present: password, wanted: PASSWORD }),
    });
    expect(chosen.status).toBe(204);
    cookies[username] = cookie.slice(cookie.indexOf('=') + 1);
  };
  const opened = async (who: string, address: string, width = 1366): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'zh-CN' });
    await context.addCookies([{ name: 'hutong_session', value: cookies[who] ?? '', url: server.url }]);
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    // What a role may not ask for is not asked for.
    page.on('response', (response) => {
      if (response.status() === 403) complaints.push(`${who}: ${new URL(response.url()).pathname}`);
    });
    await page.goto(server.url + address);
    return page;
  };
  const links = (page: Page): Promise<string[]> =>
    page.locator('.header .nav a').evaluateAll((all) => all.map((link) => link.dataset['testid'] ?? ''));
  const focused = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['testid']);

  beforeAll(async () => {
    server = await startTestServer({
      viewerDirectories: {
        portal: process.env['HUTONG_TEST_PORTAL'] ?? path.join(ROOT, 'viewer/portal/dist'),
        ohif: path.join(ROOT, 'viewer/ohif/dist'),
      },
    });
    await server.hospitalKey('a');
    await person('clinician', 'clinician', 'a');
    await person('engineer', 'hospitalIt', 'a');
    await person('auditor', 'auditor', 'a');
    await person('chief', 'administrator', null);
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  }, 60_000);

  test('the header has what a role works with, and people begin there', async () => {
    const clinician = await opened('clinician', '/');
    await soon(() => links(clinician)).toEqual([
      'nav-worklist',
      'nav-elsewhere',
      'nav-recognition',
      'nav-shares',
      'nav-catalogue',
    ]);
    const engineer = await opened('engineer', '/');
    await engineer.getByTestId('keys').waitFor();
    expect(await links(engineer)).toEqual(['nav-recognition', 'nav-administration']);
    const auditor = await opened('auditor', '/');
    await auditor.getByTestId('audit').waitFor();
    expect(await auditor.getByTestId('nav-administration').innerText()).toBe('审计记录');
    expect(complaints).toEqual([]);
  });

  test('a dialog gives the focus back to what opened it', async () => {
    const page = await opened('chief', '/administration/people');
    for (const button of ['create-person', 'user-menu']) {
      await page.getByTestId(button).focus();
      await page.keyboard.press('Enter');
      if (button === 'user-menu') await page.getByText('我的账号').click();
      await page.locator('.ant-modal').waitFor();
      await soon(() => page.evaluate(() => document.activeElement?.closest('.ant-modal') !== null)).toBe(
        true,
      );
      await page.keyboard.press('Escape');
      await page.locator('.ant-modal').waitFor({ state: 'detached' });
      await soon(() => focused(page)).toBe(button);
    }
  });

  test('on a phone a menu names every page, and titles are in sight', async () => {
    const page = await opened('chief', '/administration/limits', 390);
    await page.getByTestId('limits').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const [line, title] = [
      await page.locator('.administration-nav').boundingBox(),
      await page.locator('.page-head h1').boundingBox(),
    ];
    expect(title?.y).toBeGreaterThanOrEqual((line?.y ?? 0) + (line?.height ?? 0));
    await page.getByTestId('pages-menu').click();
    const entries = page.locator('.pages-menu [role="menuitem"]');
    await soon(() => entries.count()).toBe(await page.locator('.header .nav a').count());
    await entries.filter({ hasText: '研究导出' }).click();
    await page.getByTestId('exports-empty').waitFor();
    expect(complaints).toEqual([]);
  });
});
