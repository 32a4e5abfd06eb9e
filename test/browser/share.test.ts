/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import jsQR from 'jsqr';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const PICTURES = path.resolve(import.meta.dirname, '../../test-results');
const PHONE = { width: 390, height: 844 };

/** A phone network: 9 Mbit/s down, 3 Mbit/s up, 85 ms there and back. */
const FOUR_G = { downloadThroughput: 9e6 / 8, uploadThroughput: 3e6 / 8, latency: 85 };

const STUDY = aCtStudy({ seed: 'shared', slices: 12, rows: 256, columns: 256 });
const THIN = aCtStudy({
  seed: 'thin',
  slices: 5,
  rows: 256,
  columns: 256,
  overrides: {
    StudyInstanceUID: STUDY.studyInstanceUid,
    SeriesDescription: '肺窗 5.0mm',
    PatientID: 'P-shared',
    AccessionNumber: 'Ashared',
    SeriesNumber: 3,
  },
});

const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

/** What a QR code in a picture says. */
async function decode(picture: Buffer): Promise<string> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return jsQR.default(new Uint8ClampedArray(data), info.width, info.height)?.data ?? '';
}

describe('a study shared by QR code', () => {
  const folder = temporaryFolder('share');
  let cloud: RunningCloud;
  let browser: Browser;
  let desk: BrowserContext;
  let phone: BrowserContext;
  let link = '';
  let code = '';
  let key = '';
  const complaints: string[] = [];
  const requests: string[] = [];

  const store = async (study: Pick<FactoryStudy, 'instances'>): Promise<void> => {
    for (const { bytes } of study.instances) {
      const { status } = await fetch(`${cloud.url}/dicomweb/studies`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom', authorization: `Bearer ${key}` },
        body: Buffer.from(bytes),
      });
      expect(status).toBe(200);
    }
  };
  const picture = async (page: Page, name: string): Promise<void> => {
    // What slides in has arrived.
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(PICTURES, `share-${name}.png`) });
  };
  const watched = async (context: BrowserContext): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    return page;
  };
  const openDialog = async (viewport = { width: 1366, height: 768 }): Promise<Page> => {
    const page = await watched(desk);
    await page.setViewportSize(viewport);
    await page.goto(cloud.url);
    const row = page.locator(`[data-testid="study-row"][data-uid="${STUDY.studyInstanceUid}"]`);
    await row.getByTestId('verdict').click();
    await page.getByTestId('detail-share').click();
    await page.getByTestId('share-form').waitFor();
    return page;
  };
  /** The phone's page with pictures, after the code. */
  const openOnPhone = async (): Promise<Page> => {
    const page = await watched(phone);
    await page.goto(link);
    await page.getByTestId('factor-input').fill(code);
    await page.getByTestId('factor-submit').click();
    await page.locator('[data-testid="picture"][data-pending="false"]').waitFor();
    return page;
  };
  const sliceOf = (page: Page): Promise<string> => page.getByTestId('slice-number').innerText();

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    cloud = await startCloud({ HUTONG_DATA: folder });
    const names = ['--name-zh', '市第一人民医院', '--name-en', 'First Hospital'];
    await hutong(['hospital', 'add', '--code', 'city-first', ...names], cloud.env);
    key = await hutong(['key', 'create', '--hospital', 'city-first', '--scope', 'store'], cloud.env);
    browser = await launchBrowser();
    desk = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    phone = await browser.newContext({
      viewport: PHONE,
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      locale: 'zh-CN',
    });
    const first = await desk.newPage();
    await first.goto(cloud.signInLink!);
    await first.getByTestId('user-menu').waitFor();
    await first.close();
    await store(STUDY);
    await store(THIN);
  }, 200_000);

  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    await (cloud as RunningCloud | undefined)?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('the dialog makes a link whose QR code a camera reads, and shows the code once', async () => {
    const page = await openDialog();
    await picture(page, 'dialog');
    await page.getByTestId('choice-none').click();
    await page.locator('.share-warning').waitFor();
    await page.getByTestId('choice-idDigits').click();
    expect(await page.getByTestId('share-make').isDisabled()).toBe(true);
    await page.getByTestId('choice-code').click();
    await page.getByTestId('share-download').click();
    await page.getByTestId('share-make').click();
    await page.getByTestId('share-made').waitFor();
    await picture(page, 'made');
    link = await decode(await page.getByTestId('share-qr').screenshot());
    expect(link).toBe(await page.getByTestId('share-link').inputValue());
    expect(link).toMatch(/\/s#htsh_/);
    code = await page.getByTestId('share-code').innerText();
    expect(code).toMatch(/^\d{6}$/);

    await page.emulateMedia({ media: 'print' });
    const slip = page.locator('.share-slip');
    expect(await slip.isVisible()).toBe(true);
    const printed = await slip.innerText();
    expect(printed).toMatch(/市第一人民医院[^]*First Hospital[^]*2026-11-09[^]*有效期至 Valid until/);
    // Slips are left lying about: neither the name nor the code is on them.
    expect(printed).not.toMatch(new RegExp(`测试|${code}`));
    await picture(page, 'slip');
    await page.emulateMedia({ media: 'screen' });
    await page.keyboard.press('Escape');
    await soon(() => page.getByTestId('share-made').count()).toBe(0);
    // The details behind the dialog stay.
    expect(await page.getByTestId('study-detail').count()).toBe(1);
    await page.close();
  });

  test('on a phone the link asks for the code, says when it is wrong, and shows the first picture', async ({
    annotate,
  }) => {
    const page = await watched(phone);
    const network = await phone.newCDPSession(page);
    await network.send('Network.enable');
    await network.send('Network.emulateNetworkConditions', { offline: false, ...FOUR_G });
    const begun = performance.now();
    await page.goto(link);
    await page.getByTestId('factor-input').waitFor();
    const asked = performance.now() - begun;
    expect(await page.evaluate(() => location.href)).toBe(`${cloud.url}/s`);
    expect(await page.getByTestId('factor-form').innerText()).toContain('市第一人民医院');
    expect(await page.getByTestId('factor-input').getAttribute('inputmode')).toBe('numeric');
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    await picture(page, 'factor-phone');
    await page.getByTestId('factor-input').fill(code === '111111' ? '222222' : '111111');
    await page.getByTestId('factor-submit').click();
    expect(await page.getByTestId('factor-wrong').innerText()).toMatch(/还可尝试 \d 次/);
    await picture(page, 'wrong-phone');

    const entered = performance.now();
    await page.getByTestId('factor-input').fill(code);
    await page.getByTestId('factor-submit').click();
    const shown = page.locator('[data-testid="picture"][data-pending="false"]');
    await shown.waitFor();
    const pictured = performance.now() - entered;
    await annotate(
      `4G: asks ${Math.round(asked)} ms after the link, first picture ${Math.round(pictured)} ms later`,
    );
    expect(await shown.evaluate((element) => (element as HTMLImageElement).decode().then(() => true))).toBe(
      true,
    );
    expect(await sliceOf(page)).toBe('6 / 12');
    await picture(page, 'viewer-phone');
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    await page.close();
  });

  test('a share that is ended at the desk ends on the phone', async () => {
    const page = await openOnPhone();
    const dialog = await openDialog(PHONE);
    await dialog.getByTestId('choice-series').click();
    await dialog.locator('.share-series input').first().waitFor();
    await picture(dialog, 'dialog-phone');
    await dialog.getByTestId('share-tab-list').click();
    const item = dialog.getByTestId('share-item');
    expect(await item.getAttribute('data-state')).toBe('open');
    await item.getByTestId('share-openings').click();
    await soon(() => item.locator('.share-openings li').count()).toBeGreaterThan(1);
    await item.getByTestId('share-revoke').click();
    await picture(dialog, 'list-phone');
    await item.getByTestId('share-revoke-yes').click();
    await soon(() => item.getAttribute('data-state')).toBe('revoked');
    await dialog.close();

    const refused = page.getByTestId('share-refused');
    await refused.waitFor();
    expect(await refused.innerText()).toContain('分享已结束');
    expect(await page.getByTestId('picture').count()).toBe(0);
    await picture(page, 'ended-phone');
    await page.goto('about:blank');
    await page.goto(link);
    await refused.waitFor();
    expect(await refused.innerText()).toContain('已被分享者取消');
    await page.close();
    expect(complaints).toEqual([]);
  });
});
