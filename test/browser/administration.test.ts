/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const PICTURES = path.resolve(import.meta.dirname, '../../test-results');
const PASSWORD = 'Blaue-Berge-77';

/** What a loaded machine may take a while to show. */
const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

describe('administration in the portal', () => {
  const folder = temporaryFolder('administration');
  let cloud: RunningCloud;
  let browser: Browser;
  let desk: BrowserContext;
  const complaints: string[] = [];
  let studies = 0;

  const picture = async (page: Page, name: string): Promise<void> => {
    // What slides in has arrived.
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(PICTURES, `administration-${name}.png`) });
  };
  const opened = async (context: BrowserContext, section: string): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${cloud.url}/administration/${section}`);
    return page;
  };
  const store = async (secret: string): Promise<number> => {
    studies += 1;
    const [instance] = aCtStudy({ seed: `administration ${studies}` }).instances;
    const answer = await fetch(`${cloud.url}/dicomweb/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom', authorization: `Bearer ${secret}` },
      body: Buffer.from(instance?.bytes ?? []),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  /** A person who was told the first password signs in and chooses an own one. */
  const signedIn = async (
    username: string,
    given: string,
  ): Promise<{ context: BrowserContext; page: Page }> => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${cloud.url}/sign-in`);
    await page.locator('input[autocomplete="username"]').fill(username);
    await page.locator('input[autocomplete="current-password"]').fill(given);
    await page.keyboard.press('Enter');
    const wanted = page.locator('input[autocomplete="new-password"]');
    await wanted.first().waitFor();
    const present = page.locator('input[autocomplete="current-password"]');
    if ((await present.count()) > 0) await present.fill(given);
    for (const field of await wanted.all()) await field.fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByTestId('user-menu').waitFor();
    return { context, page };
  };

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    cloud = await startCloud({ HUTONG_DATA: folder });
    for (const [code, zh, en] of [
      ['city-first', '市第一人民医院', 'First Hospital'],
      ['city-tcm', '市中医医院', 'TCM Hospital'],
    ] as const)
      await hutong(['hospital', 'add', '--code', code, '--name-zh', zh, '--name-en', en], cloud.env);
    browser = await launchBrowser();
    desk = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const first = await desk.newPage();
    await first.goto(cloud.signInLink!);
    await first.getByTestId('user-menu').waitFor();
    await first.close();
  }, 200_000);

  afterAll(async () => {
    await browser.close();
    await cloud.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test('a person is made, signs in, and sees the rights change with the role', async () => {
    const page = await opened(desk, 'people');
    await page.getByTestId('create-person').click();
    await page.getByTestId('new-name').fill('李敏 <b>医生</b>');
    await page.getByTestId('new-username').fill('li.min');
    await page.getByTestId('role-add').click();
    await page.getByText('市第一人民医院 · city-first').click();
    await page.getByTestId('role-radiologist').click();
    await picture(page, 'create');
    await page.getByTestId('create-confirm').click();
    const given = await page.getByTestId('password').innerText();
    await picture(page, 'given');
    await page.getByTestId('given-done').click();
    const row = page.locator('[data-testid="person-row"][data-username="li.min"]');
    await row.waitFor();
    // Markup in a name is text.
    expect(await row.locator('.managed-open').innerText()).toBe('李敏 <b>医生</b>');
    expect(await page.getByText(given).count()).toBe(0);

    const person = await signedIn('li.min', given);
    const rights = (): Promise<Record<string, unknown>> =>
      person.page.evaluate(async () => {
        const answer = await fetch('/api/session');
        return ((await answer.json()) as { rights: Record<string, unknown> }).rights;
      });
    expect(Object.keys(await rights())).toEqual(expect.arrayContaining(['read', 'share']));

    await row.locator('.managed-open').click();
    const drawer = page.getByTestId('person');
    await drawer.getByTestId('role-radiologist').click();
    await drawer.getByTestId('role-auditor').click();
    await drawer.getByTestId('person-save').click();
    await soon(() => drawer.getByTestId('person-history').locator('li').first().innerText()).toContain(
      '变更角色',
    );
    await picture(page, 'person');
    expect(Object.keys(await rights())).toEqual(['audit']);
    expect(await person.page.evaluate(async () => (await fetch('/api/worklist')).status)).toBe(403);

    await drawer.getByTestId('disable-account').click();
    await drawer.getByTestId('disable-account-yes').click();
    await soon(() => person.page.evaluate(async () => (await fetch('/api/session')).status)).toBe(401);
    await page.close();
    await person.context.close();
  }, 120_000);

  test('a key is made and rotated, stores with both secrets, and is revoked', async () => {
    const page = await opened(desk, 'keys');
    await page.getByTestId('keys-empty').waitFor();
    await page.getByTestId('create-key').click();
    await page.getByTestId('key-label').fill('放射科 CT 1');
    await page.getByTestId('key-confirm').click();
    const old = await page.getByTestId('secret').innerText();
    await picture(page, 'secret');
    await page.getByTestId('secret-done').click();
    expect(await store(old)).toBe(200);

    const row = page.locator('[data-testid="key-row"][data-label="放射科 CT 1"]');
    await row.locator('.managed-open').click();
    await page.getByTestId('rotate-key').click();
    const fresh = await page.getByTestId('secret').innerText();
    expect(fresh).not.toBe(old);
    await page.getByTestId('secret-done').click();
    expect([await store(old), await store(fresh)]).toEqual([200, 200]);
    await page.getByTestId('end-previous').click();
    await soon(() => store(old)).toBe(401);
    expect(await store(fresh)).toBe(200);
    // The list shows when and from where it was used, without being asked.
    await soon(() => row.locator('.key-use').innerText()).toMatch(/(刚刚|分钟前).*127\.0\.0\.1/);
    await picture(page, 'key');

    await page.getByTestId('revoke-typed').fill('放射科');
    expect(await page.getByTestId('revoke-key').isDisabled()).toBe(true);
    await page.getByTestId('revoke-typed').fill('放射科 CT 1');
    await page.getByTestId('revoke-key').click();
    await row.waitFor({ state: 'detached' });
    await soon(() => store(fresh)).toBe(401);
    await page.close();
  }, 120_000);

  test('the lists fit a phone', async () => {
    const phone = await browser.newContext({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
      locale: 'zh-CN',
      storageState: await desk.storageState(),
    });
    for (const section of ['people', 'keys']) {
      const page = await opened(phone, section);
      await page.getByTestId(section).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await picture(page, `phone-${section}`);
    }
    await phone.close();
  }, 60_000);

  test('no page complained', () => {
    expect(complaints).toEqual([]);
  });
});
