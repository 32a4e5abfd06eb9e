import fs from 'node:fs';
import path from 'node:path';
import type { MadeShareBody } from '@hutong/server/contract/shares';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const PICTURES = path.resolve(import.meta.dirname, '../../test-results');
const CHILD = { PatientID: 'P-child', PatientBirthDate: '20180301', PatientName: 'Zhang^Xiaobao=张^小宝' };
const STUDY = aCtStudy({ seed: 'child', overrides: CHILD });
const EARLIER = aCtStudy({ seed: 'earlier', overrides: { ...CHILD, StudyDescription: '头颅CT平扫' } });

describe('shares in the portal', () => {
  const folder = temporaryFolder('portal-shares');
  let cloud: RunningCloud;
  let browser: Browser;
  let desk: BrowserContext;
  let ris = '';
  const complaints: string[] = [];

  const picture = async (page: Page, name: string): Promise<void> => {
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(PICTURES, `shares-${name}.png`) });
  };
  const newPage = async (address: string): Promise<Page> => {
    const page = await desk.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${cloud.url}${address}`);
    return page;
  };
  const post = async (address: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${cloud.url}/api${address}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    cloud = await startCloud({ HUTONG_DATA: folder });
    const names = ['--name-zh', '市第一人民医院', '--name-en', 'First Hospital'];
    await hutong(['hospital', 'add', '--code', 'city-first', ...names], cloud.env);
    const key = await hutong(['key', 'create', '--hospital', 'city-first', '--scope', 'store'], cloud.env);
    ris = await hutong(['key', 'create', '--hospital', 'city-first', '--scope', 'share'], cloud.env);
    for (const { bytes } of [...STUDY.instances, ...EARLIER.instances]) {
      const { status } = await fetch(`${cloud.url}/dicomweb/studies`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom', authorization: `Bearer ${key}` },
        body: Buffer.from(bytes),
      });
      expect(status).toBe(200);
    }
    browser = await launchBrowser();
    desk = await browser.newContext({ viewport: { width: 1366, height: 820 }, locale: 'zh-CN' });
    const first = await desk.newPage();
    await first.goto(cloud.signInLink!);
    await first.getByTestId('user-menu').waitFor();
    await first.close();
  }, 200_000);

  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    await (cloud as RunningCloud | undefined)?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('of a child’s images a guardian is proposed; several studies go into one link', async () => {
    const page = await newPage('/');
    await page.locator(`[data-uid="${STUDY.studyInstanceUid}"]`).getByTestId('verdict').click();
    await page.getByTestId('detail-share').click();
    await page.getByTestId('share-minor').getByRole('button').click();
    expect(await page.getByTestId('share-make').isDisabled()).toBe(true);
    await page.getByTestId('share-guardian').fill('张妈妈');
    await page.getByTestId('choice-studies').click();
    await page.getByTestId('share-studies').getByText('头颅CT平扫').click();
    await picture(page, 'guardian');
    await page.getByTestId('share-make').click();
    await page.getByTestId('share-made').waitFor();
    // Paper is as narrow as a phone: what is shown once stays on the screen while it is printed.
    const code = await page.getByTestId('share-code').innerText();
    await page.pdf({ width: '80mm', height: '150mm' });
    expect(await page.getByTestId('share-code').innerText()).toBe(code);
    await page.getByTestId('share-done').click();
    await page.goto(`${cloud.url}/shares`);
    const item = page.getByTestId('share-item');
    const text = await item.innerText();
    expect(text).toMatch(/张小宝[^]*胸部CT平扫[^]*头颅CT平扫[^]*监护人 张妈妈/);
    await page.close();
  });

  test('an accession number gets its slip before images come', async () => {
    const page = await newPage('/shares');
    await page.getByTestId('share-accession').click();
    await page.getByTestId('share-numbers').fill('R100 R101');
    await page.getByTestId('share-make').click();
    await page.getByTestId('share-made').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.share-slip').innerText()).toMatch(
      /市第一人民医院[^]*影像上传后即可查看[^]*R100 R101/,
    );
    await page.emulateMedia({ media: 'screen' });
    await page.getByTestId('share-done').click();
    await page.getByText('检查号 R100 R101 · 影像上传中').waitFor();
    await page.close();
  });

  test('its maker sees wrong entries, makes another code, and gets what came back', async () => {
    const key = { authorization: `Bearer ${ris}` };
    const wanted = {
      hospital: 'city-first',
      accessionNumbers: ['R200'],
      hours: 24,
      factor: 'code',
      mayReply: true,
    };
    const made = (await (await post('/shares', wanted, key)).json()) as MadeShareBody;
    const token = new URL(made.link).hash.slice(1);
    const wrong = made.code === '000000' ? '000001' : '000000';
    for (let i = 0; i < 4; i++) await post('/share-sessions', { token, factor: wrong });
    const page = await newPage('/shares');
    await page.getByTestId('choice-all').click();
    const item = page.getByTestId('share-item').filter({ hasText: 'R200' });
    await item.getByText('验证错误 3 次').waitFor();
    await item.getByTestId('share-openings').click();
    await item.getByTestId('share-attempts').waitFor();
    await item.getByTestId('share-new-code-make').click();
    const code = await item.getByTestId('share-new-code').innerText();
    const session = await post('/share-sessions', { token, factor: code });
    expect(session.status).toBe(201);
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    const pdf =
      '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n';
    const sent = await fetch(`${cloud.url}/shares/${made.alias}/replies`, {
      method: 'POST',
      headers: {
        'content-type': 'application/pdf',
        cookie,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('会诊意见.pdf')}`,
      },
      body: pdf,
    });
    expect(sent.status).toBe(201);
    await page.reload();
    await page.getByTestId('choice-all').click();
    await item.getByTestId('share-openings').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      item.getByTestId('share-replies').getByRole('link').click(),
    ]);
    expect(download.suggestedFilename()).toBe('会诊意见.pdf');
    expect(fs.readFileSync(await download.path(), 'utf8')).toBe(pdf);
    await picture(page, 'record');
    await page.close();
  });

  test('a policy is set, and the dialog holds to it', async () => {
    const page = await newPage('/shares');
    await page.getByTestId('share-policy').click();
    await page.getByTestId('policy-colleagueSignIn').click();
    await page.getByTestId('policy-watermark').click();
    await page.getByTestId('policy-days').fill('3');
    await page.getByTestId('policy-save').click();
    await page.getByTestId('policy-save').waitFor({ state: 'detached' });
    await page.getByTestId('share-accession').click();
    await page.getByTestId('choice-colleague').click();
    await expect.poll(() => page.getByTestId('share-sign-in').isDisabled()).toBe(true);
    expect(await page.getByTestId('share-download').count()).toBe(0);
    expect(await page.getByTestId('choice-7').count()).toBe(0);
    await picture(page, 'policy');
    await page.close();
  });

  test('on a phone nothing is cut off, and no page complained', async () => {
    const page = await newPage('/shares');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByTestId('choice-all').click();
    await page.getByTestId('share-item').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await picture(page, 'phone');
    await page.close();
    expect(complaints).toEqual([]);
  });
});
