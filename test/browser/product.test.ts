/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoStudies } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
// With HUTONG_TEST_PICTURES set, the pictures of the README are taken anew.
const PICTURES =
  process.env['HUTONG_TEST_PICTURES'] === undefined
    ? path.join(ROOT, 'test-results')
    : path.join(ROOT, 'docs/pictures');

/** What a page asked and complained about. */
interface Watch {
  foreign: string[];
  complaints: string[];
}

function watch(page: Page, ownOrigin: string): Watch {
  const seen: Watch = { foreign: [], complaints: [] };
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== ownOrigin) seen.foreign.push(url.href);
  });
  page.on('pageerror', (error) => seen.complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.complaints.push(message.text());
  });
  return seen;
}

/** Different grey values on the largest drawn canvas of the page: a blank or one-coloured picture has few. */
const drawnGreys = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('canvas')].sort(
      (a, b) => b.width * b.height - a.width * a.height,
    );
    const [canvas] = canvases;
    if (canvas === undefined || canvas.width === 0) return 0;
    const copy = document.createElement('canvas');
    copy.width = 256;
    copy.height = 256;
    const context = copy.getContext('2d');
    if (context === null) return 0;
    context.drawImage(canvas, 0, 0, 256, 256);
    const { data } = context.getImageData(0, 0, 256, 256);
    const greys = new Set<number>();
    for (let i = 0; i < data.length; i += 4) greys.add(data[i] ?? 0);
    return greys.size;
  });

describe('the demo in a browser', () => {
  const folder = temporaryFolder('browser');
  const settings = {
    HUTONG_DATA: folder,
    HUTONG_QUIET_SECONDS: '1',
    HUTONG_SETTLED_HOURS: '0',
    HUTONG_PORT: '0',
  };
  let table = '';
  let cloud: RunningCloud;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    // The demo's own exit code says whether every verdict is the expected one.
    table = execFileSync(process.execPath, [path.join(ROOT, 'scripts/hutong.ts'), 'demo', '--once'], {
      env: { ...process.env, ...settings },
      encoding: 'utf8',
    });
    cloud = await startCloud(settings);
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  }, 300_000);

  afterAll(async () => {
    // What was not started because an earlier step failed cannot be stopped.
    await (browser as Browser | undefined)?.close();
    await (cloud as RunningCloud | undefined)?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('demo --once prints every study with its verdict and label', () => {
    const words = { PASS: '符合', FAIL: '缺项', REVIEW: '待审' };
    const lines = table.split('\n');
    for (const { title, patientName, expected } of demoStudies()) {
      const row = lines.find((line) => line.includes(patientName) && line.includes(` ${title} `));
      expect(row, title).toContain(words[expected.verdict]);
      expect(row?.includes('龙南市HR'), `${title}: label`).toBe(expected.label !== null);
    }
  });

  test('the printed link signs in once; the list shows every study of three hospitals in Chinese', async () => {
    const page = await context.newPage();
    const seen = watch(page, cloud.url);
    await page.goto(cloud.signInLink!);
    await page.waitForSelector('[data-testid="study-row"]', { timeout: 30_000 });
    await expect.poll(() => page.locator('[data-testid="study-row"]').count()).toBe(demoStudies().length);
    for (const { studyInstanceUid, title, expected } of demoStudies()) {
      const row = page.locator(`[data-testid="study-row"][data-uid="${studyInstanceUid}"]`);
      expect(await row.getAttribute('data-verdict'), title).toBe(expected.verdict);
      expect(await row.locator('[data-testid="hr-label"]').count(), `${title}: label`).toBe(
        expected.label === null ? 0 : 1,
      );
    }
    expect(await page.locator('body').innerText()).toContain('龙南市HR');
    await page.screenshot({ path: path.join(PICTURES, 'worklist.png') });

    const again = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await again.goto(cloud.signInLink!);
    await expect.poll(() => again.locator('body').innerText()).toMatch(/登录链接已失效/);
    expect(seen.foreign).toEqual([]);
    expect(seen.complaints).toEqual([]);
  });

  test('the demo has reminded a doctor of three exams; the figures count what was decided and saved', async () => {
    for (const decided of [/头颅CT平扫 .*龙南市中医院.*待医师决定/, /颅脑MRI平扫 .*已互认/, /RX04/])
      expect(table).toMatch(decided);
    const page = await context.newPage();
    const seen = watch(page, cloud.url);
    await page.goto(`${cloud.url}/recognition/figures`);
    await page.getByTestId('figures').waitFor({ timeout: 30_000 });
    expect(await page.getByTestId('step-reminded').innerText()).toMatch(/3\s+3\s+3/);
    expect(await page.getByTestId('step-recognised').innerText()).toMatch(/1\s+1\s+1/);
    expect(await page.getByTestId('step-examinedAgain').innerText()).toMatch(/1\s+1\s+1/);
    expect(await page.getByTestId('figures').innerText()).toContain('¥420.00');
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(PICTURES, 'figures.png') });
    expect(seen.foreign).toEqual([]);
    expect(seen.complaints).toEqual([]);
  });

  test('without signing in there is no list and no picture', async () => {
    const stranger = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await stranger.goto(cloud.url);
    await expect.poll(() => stranger.locator('body').innerText()).toMatch(/登录/);
    expect(await stranger.locator('[data-testid="study-row"]').count()).toBe(0);
    const answer = await stranger.request.get(`${cloud.url}/dicomweb/studies`);
    expect(answer.status()).toBe(401);
  });

  test('the viewer draws a passing study and lists each requirement with the series that proves it', async () => {
    const study = demoStudies().find(
      ({ expected }) => expected.itemCode === 'CT-05' && expected.verdict === 'PASS',
    )!;
    const page = await context.newPage();
    const seen = watch(page, cloud.url);
    await page.goto(`${cloud.url}/viewer?StudyInstanceUIDs=${study.studyInstanceUid}`);
    const panel = page.locator('[data-cy="hutong-conformance"]');
    await panel.waitFor({ timeout: 60_000 });
    await expect.poll(() => drawnGreys(page), { timeout: 60_000 }).toBeGreaterThan(40);
    await expect.poll(() => page.locator('[data-cy="hutong-requirement"]').count()).toBeGreaterThan(3);
    const states = await page
      .locator('[data-cy="hutong-requirement"]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-status')));
    expect(states).toContain('SATISFIED');
    expect(await panel.innerText()).toMatch(/薄层|层厚/);
    expect(await page.locator('[data-cy="hutong-hr-label"]').first().innerText()).toContain('龙南市HR');
    expect(await page.locator('[data-cy="hutong-hospital"]').first().innerText()).toMatch(/医院/);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(PICTURES, 'viewer.png') });
    expect(seen.foreign).toEqual([]);
    expect(seen.complaints).toEqual([]);
  });

  test('the viewer says what a failing study lacks', async () => {
    const study = demoStudies().find(
      ({ expected }) => expected.itemCode === 'MR-01' && expected.verdict === 'FAIL',
    )!;
    const page = await context.newPage();
    await page.goto(`${cloud.url}/viewer?StudyInstanceUIDs=${study.studyInstanceUid}`);
    const missing = page.locator('[data-cy="hutong-requirement"][data-status="NOT_SATISFIED"]');
    await missing.first().waitFor({ timeout: 60_000 });
    expect(await missing.first().innerText()).toMatch(/DWI|弥散/);
    await expect.poll(() => drawnGreys(page), { timeout: 60_000 }).toBeGreaterThan(40);
    await page.screenshot({ path: path.join(PICTURES, 'viewer-missing.png') });
  });
});
