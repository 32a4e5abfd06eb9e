/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import { createAccount, type Role } from '@hutong/storage-config';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multipartBody, postStore, startTestServer, type TestServer } from '../../server/src/testing.ts';
import { aCtStudy, type FactoryStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PICTURES = path.join(ROOT, 'test-results');
/** Where the documentation's picture goes; anew with HUTONG_TEST_PICTURES set. */
const DOCUMENTED =
  process.env['HUTONG_TEST_PICTURES'] === undefined ? PICTURES : path.join(ROOT, 'docs/pictures');
const PASSWORD = 'Blaue-Berge-77';
const PATIENT = {
  PatientName: 'ZHAO^LIU=赵^六',
  PatientID: 'B-4711',
  PatientBirthDate: '19680303',
  PatientSex: 'F',
  SpecificCharacterSet: 'ISO_IR 192',
};

describe('studies of other hospitals in the portal', () => {
  let server: TestServer;
  let browser: Browser;
  let labelled: FactoryStudy;
  const cookies: Record<string, string> = {};
  const complaints: string[] = [];

  const person = async (
    username: string,
    roles: { role: Role; hospital: string | null }[],
  ): Promise<void> => {
    const { password } = await createAccount(server.index, { username, displayName: username, roles });
    const send = (method: string, address: string, body: object, headers = {}) =>
      fetch(server.url + address, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const signedIn = await send('POST', '/api/session', { username, password });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const chosen = await send(
      'PUT',
      '/api/account/password',
      { present: password, wanted: PASSWORD },
      { Cookie: cookie },
    );
    expect(chosen.status).toBe(204);
    cookies[username] = cookie.slice(cookie.indexOf('=') + 1);
  };
  const opened = async (who: string, address: string, width = 1280): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width, height: 820 }, locale: 'zh-CN' });
    await context.addCookies([{ name: 'hutong_session', value: cookies[who] ?? '', url: server.url }]);
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url + address);
    return page;
  };
  const picture = async (page: Page, name: string): Promise<void> => {
    // What slides in has arrived.
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(PICTURES, `elsewhere-${name}.png`) });
  };

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    server = await startTestServer({
      env: { HUTONG_QUIET_SECONDS: '3600' },
      viewerDirectories: {
        portal: process.env['HUTONG_TEST_PORTAL'] ?? path.join(ROOT, 'viewer/portal/dist'),
        ohif: path.join(ROOT, 'viewer/ohif/dist'),
      },
    });
    const [a, b] = [await server.hospitalKey('a'), await server.hospitalKey('b')];
    const store = async (seed: string, key: string, overrides = {}): Promise<FactoryStudy> => {
      const study = aCtStudy({ seed, overrides });
      const body = multipartBody(study.instances.map(({ bytes }) => bytes));
      expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
      return study;
    };
    await store('own', a, { PatientID: 'A-1' });
    labelled = await store('labelled', b, PATIENT);
    await server.index.query(
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
       SELECT study_id, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine' FROM study WHERE study_instance_uid = $1`,
      [labelled.studyInstanceUid],
    );
    await person('li', [
      { role: 'clinician', hospital: 'a' },
      { role: 'qualityControl', hospital: 'a' },
    ]);
    await person('chief', [{ role: 'administrator', hospital: 'b' }]);
    await person('region', [{ role: 'administrator', hospital: null }]);
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  }, 60_000);

  test('a doctor finds a study, breaks the glass, sees it in the list and ends it', async () => {
    const page = await opened('li', '/elsewhere');
    await page.getByTestId('access-name').fill('赵六');
    await page.getByTestId('access-birth').fill('1968-03-03');
    await page.getByTestId('access-go').click();
    await page.getByTestId('access-found').waitFor();
    // Who is looked for stands in no address.
    expect(page.url()).toBe(`${server.url}/elsewhere`);
    await picture(page, 'found');
    await page.getByTestId('access-open-one').click();
    await page.getByTestId('ground-breakGlass').click();
    const go = page.getByTestId('open-go');
    await page.getByTestId('open-reason').fill('昏迷入院，需了解既往影像');
    expect(await go.isDisabled()).toBe(true);
    await page.getByTestId('reason-UNCONSCIOUS').click();
    await page.getByTestId('open-confirm').check();
    await picture(page, 'emergency');
    await page.screenshot({ path: path.join(DOCUMENTED, 'emergency.png') });
    await go.click();
    await page.waitForURL(/\/viewer\?/);
    expect(page.url()).toContain(labelled.studyInstanceUid);

    await page.goto(server.url);
    const row = page.locator(`[data-testid="study-row"][data-uid="${labelled.studyInstanceUid}"]`);
    await row.getByTestId('elsewhere-tag').waitFor();
    expect(await row.getByTestId('elsewhere-tag').getAttribute('title')).toBe('跨院调阅：紧急调阅');
    await picture(page, 'list');

    await page.goto(`${server.url}/elsewhere`);
    await page.getByTestId('grant').waitFor();
    await page.getByTestId('grant-end').click();
    await page.getByTestId('grant').waitFor({ state: 'detached' });
    await page.goto(server.url);
    await page.getByTestId('study-row').first().waitFor();
    expect(await row.count()).toBe(0);
  }, 90_000);

  test('the hospital of the study is told on its phone, and contests', async () => {
    const page = await opened('chief', '/elsewhere', 390);
    const notice = page.getByTestId('notice');
    await notice.waitFor();
    expect(await notice.innerText()).toContain('昏迷入院');
    expect(await page.getByTestId('nav-elsewhere').innerText()).toContain('1');
    // It treats nobody, so it looks for nobody.
    expect(await page.getByTestId('access-search').count()).toBe(0);
    await picture(page, 'notice');
    await notice.getByText('提出异议').click();
    await notice.locator('textarea').fill('当日患者清醒');
    await notice.getByText('提交').click();
    await expect.poll(() => notice.getAttribute('data-state')).toBe('contested');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  }, 60_000);

  test('the region opens one hospital to another in a table, and takes it back', async () => {
    const page = await opened('region', '/administration/access');
    await page.getByTestId('policy-cell-b-a').click();
    await page.getByTestId('policy-open').check();
    await page.getByTestId('policy-save').click();
    await expect.poll(() => page.getByTestId('policy-entry').count()).toBe(2);
    await picture(page, 'policy');
    const doctor = await opened('li', '/');
    await expect.poll(() => doctor.getByTestId('study-row').count()).toBe(2);
    await page.getByTestId('policy-cell-b-a').click();
    await page.getByTestId('policy-restore').click();
    await expect.poll(() => page.getByTestId('policy-entry').count()).toBe(1);
    await doctor.reload();
    await expect.poll(() => doctor.getByTestId('study-row').count()).toBe(1);
  }, 90_000);

  test('who has several roles says what is read for', async () => {
    const page = await opened('li', '/elsewhere');
    await page.getByTestId('access-search').waitFor();
    await page.getByTestId('user-menu').click();
    await page.getByText('质量控制').click();
    const purpose = async (): Promise<unknown> => {
      const session = (await (await page.request.get(`${server.url}/api/session`)).json()) as {
        purpose: string;
      };
      return session.purpose;
    };
    await expect.poll(purpose).toBe('HQUALIMP');
    await page.getByTestId('user-menu').click();
    await page.getByText('诊疗', { exact: true }).click();
    await expect.poll(purpose).toBe('TREAT');
  }, 60_000);

  test('nothing went wrong in the pages', () => {
    expect(complaints).toEqual([]);
  });
});
