/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';
import { store } from '../harness/dicomweb.ts';
import { addHospital } from '../harness/killNine.ts';

const PICTURES = path.resolve(import.meta.dirname, '../../test-results');
const STUDY = aCtStudy({
  seed: 'audited',
  overrides: { PatientID: 'P-AUDIT-7', PatientName: 'Wang^Wu=王^五' },
});

const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

describe('the audit trail in the portal', () => {
  const folder = temporaryFolder('portal-audit');
  let cloud: RunningCloud;
  let browser: Browser;
  let page: Page;
  const addresses: string[] = [];

  beforeAll(async () => {
    cloud = await startCloud({ HUTONG_DATA: folder });
    const key = await addHospital(cloud);
    const bytes = STUDY.instances.map((one) => one.bytes);
    expect((await store(cloud.url, key, bytes)).stored).toHaveLength(bytes.length);
    const answer = await fetch(`${cloud.url}/dicomweb/studies/${STUDY.studyInstanceUid}/metadata`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    browser = await launchBrowser();
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1360, height: 860 } });
    page = await context.newPage();
    page.on('request', (request) => addresses.push(request.url()));
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    await page.goto(cloud.signInLink ?? '');
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await page.goto(`${cloud.url}/administration/audit`);
  });
  afterAll(async () => {
    await browser.close();
    await cloud.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const rows = (action: string) => page.locator(`[data-testid=audit-event][data-action=${action}]`);

  test('who read the study is found, with what an operator did before', async () => {
    await soon(() => rows('metadata').count()).toBe(1);
    expect(await rows('store').count()).toBeGreaterThan(0);
    expect(await rows('operate').count()).toBeGreaterThan(0);
    expect(await rows('metadata').innerText()).toMatch(/查看检查信息[^]*P-AUDIT-7[^]*诊疗[^]*成功/);
    await page.screenshot({ path: path.join(PICTURES, 'audit.png') });
  });

  test('the list goes by keys, and an event shows its place in the chain', async () => {
    await page.getByTestId('audit-list').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const drawer = page.getByTestId('audit-drawer');
    await soon(() => drawer.innerText()).toMatch(/链中位置/);
    await page.keyboard.press('Escape');
    await soon(() => drawer.isVisible()).toBe(false);
  });

  test('the trail is verified from the page', async () => {
    await page.getByTestId('audit-verify').click();
    await soon(() => page.getByTestId('audit-verified').innerText()).toMatch(/校验通过/);
  });

  test('a table is taken out', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('audit-export').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
    expect(fs.readFileSync(await download.path(), 'utf8')).toContain('P-AUDIT-7');
  });

  test('what the patient may be told is reached from an event, printed without the rest of the page', async () => {
    await rows('metadata').click();
    await page.getByTestId('audit-to-history').click();
    const record = page.getByTestId('access-record');
    await soon(() => record.innerText()).toMatch(/影像访问记录[^]*测试医院[^]*P-AUDIT-7[^]*查看/);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.administration-nav').isVisible()).toBe(false);
    expect(await page.getByTestId('history-patient').isVisible()).toBe(false);
    expect(await record.isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });

  test('no address that was asked for or gone to names the patient', () => {
    expect(addresses.length).toBeGreaterThan(5);
    expect(addresses.filter((address) => address.includes('P-AUDIT-7'))).toEqual([]);
  });
});
