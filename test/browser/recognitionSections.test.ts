/// <reference lib="dom" />
import path from 'node:path';
import { findCandidates } from '@hutong/storage-config';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multipartBody, postStore, startTestServer, type TestServer } from '../../server/src/testing.ts';
import { aPerson, type Person, send } from '../../server/src/testingPeople.ts';
import { aCtStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SCOPE = '龙南市';

/** The day, YYYY-MM-DD, so many days from now. */
const dayIn = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Every page of mutual recognition opens for who works there, shows what there is, and asks for nothing that is refused. */
describe('pages of mutual recognition', () => {
  let server: TestServer;
  let browser: Browser;
  let centre: Person;
  const complaints: string[] = [];

  const opened = async (who: Person, address: string, width = 1280): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width, height: 820 }, locale: 'zh-CN' });
    const value = (who.cookie['Cookie'] ?? '').split('=')[1] ?? '';
    await context.addCookies([{ name: 'hutong_session', value, url: server.url }]);
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 400)
        complaints.push(`${response.status()} ${new URL(response.url()).pathname}`);
    });
    await page.goto(server.url + address);
    return page;
  };
  const sections = (page: Page): Promise<string[]> =>
    page
      .locator('.administration-nav a')
      .evaluateAll((all) => all.map((link) => (link.dataset['testid'] ?? '').replace('recognition-', '')));
  const done = async (who: Record<string, string>, method: string, address: string, body: object) => {
    const answer = await send(server, method, address, who, body);
    expect(answer.status, `${address} ${answer.text}`).toBeLessThan(300);
  };

  beforeAll(async () => {
    server = await startTestServer({
      env: { HUTONG_QUIET_SECONDS: '3600', HUTONG_REGION_NAME: SCOPE },
      viewerDirectories: {
        portal: process.env['HUTONG_TEST_PORTAL'] ?? path.join(ROOT, 'viewer/portal/dist'),
        ohif: path.join(ROOT, 'viewer/ohif/dist'),
      },
    });
    const a = { Authorization: `Bearer ${await server.hospitalKey('a', ['orders'])}` };
    const key = await server.hospitalKey('b', ['store', 'read', 'orders']);
    const b = { Authorization: `Bearer ${key}` };
    const study = aCtStudy({ seed: 'sections', overrides: { PatientID: 'B-1', AccessionNumber: 'ACC-1' } });
    const bytes = multipartBody(study.instances.map((instance) => instance.bytes));
    expect((await postStore(`${server.url}/dicomweb`, bytes, { key })).status).toBe(200);
    await server.index.query(
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
       SELECT study_id, 'CT-01', $1, '龙南市HR', 'applied', '', '', 'engine' FROM study`,
      [SCOPE],
    );

    centre = await aPerson(server, [{ role: 'qualityControl', hospital: null }]);
    const registry = (method: string, address: string, body: object) =>
      done(centre.cookie, method, `/registry${address}`, body);
    await registry('PUT', '/centres', { code: 'qc', nameZh: '影像质控中心', nameEn: 'QC', scope: SCOPE });
    await registry('PUT', '/alliances', { code: 'ally', nameZh: '医联体', nameEn: 'Alliance' });
    await registry('POST', '/alliance-members', { alliance: 'ally', hospital: 'a', day: dayIn(-30) });
    await registry('POST', '/evaluations', {
      hospital: 'b',
      items: ['CT-01'],
      scope: SCOPE,
      evaluatedAt: dayIn(-60),
      validUntil: dayIn(10),
      result: 'passed',
    });
    const test1 = { hospital: 'b', serialNumber: 'SN-1', testedOn: dayIn(-30), result: 'passed' };
    await registry('POST', '/device-tests', test1);
    await registry('POST', '/suspensions', { hospital: 'a', reason: '质量抽查不合格' });
    await done(centre.cookie, 'POST', '/label-withdrawals', { hospital: 'a', reason: '影像缺损，复核中' });
    await done(centre.cookie, 'POST', '/prices', {
      itemCode: 'CT-01',
      amountFen: 18_000,
      validFrom: '2026-01-01',
    });

    const alike = {
      issuer: '',
      name: 'Zhong^Jianhua=钟^建华',
      sex: 'M',
      birthDate: '1949-05-12',
      identifiers: [],
    };
    await done(a, 'PUT', '/patients', { patients: [{ ...alike, patientId: 'A-9' }] });
    await done(b, 'PUT', '/patients', { patients: [{ ...alike, patientId: 'B-9' }] });
    await findCandidates(server.index);
    await done(b, 'PUT', '/orders', {
      orders: [{ orderNumber: 'O-1', patientId: 'B-9', exam: { code: 'CT0101', name: '头颅CT平扫' } }],
    });
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  }, 60_000);

  test('the quality centre finds on each page what there is', async () => {
    const page = await opened(centre, '/recognition');
    await page.getByTestId('recognition-policy').waitFor();
    const pages: readonly (readonly [string, string, string])[] = [
      ['reminders', '[data-testid=recognition-matrix]', 'b医院'],
      ['decisions', '[data-testid=decisions]', '互认记录'],
      ['labels?tab=recent', '[data-testid=label-row]', '龙南市HR'],
      ['labels?tab=withdrawals', '[data-testid=withdrawal]', '影像缺损'],
      ['labels?tab=policy', '[data-testid=relabelling]', ''],
      ['persons', '[data-testid=match]', '钟建华'],
      ['figures', '[data-testid=figures]', '互认统计'],
      ['prices', '[data-testid=prices]', 'CT-01'],
      ['orders', '[data-testid=order]', '钟建华'],
      ['orders/inbox', '[data-testid=orders]', ''],
      ['orders/turnaround', '[data-testid=orders]', ''],
      ['registry/evaluations', '[data-testid=matrix]', 'CT-01'],
      ['registry/expiring', '[data-testid=expiring]', 'CT-01'],
      ['registry/suspensions', '[data-testid=suspension]', '质量抽查不合格'],
      ['registry/import', '[data-testid=import-table]', ''],
    ];
    for (const [address, shown, text] of pages) {
      await page.goto(`${server.url}/recognition/${address}`);
      await page.locator(shown).first().waitFor();
      expect(await page.locator(shown).first().innerText(), address).toContain(text);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('a centre ends, a hospital leaves an alliance and a device test is taken back, each after a question', async () => {
    const page = await opened(centre, '/recognition/registry/hospitals');
    const confirm = page.getByTestId('registry-confirm');
    await page.getByTestId('end-centre').click();
    await confirm.click();
    await page.getByTestId('end-centre').waitFor({ state: 'detached' });
    await page.getByTestId('alliance-member').click();
    await confirm.click();
    await page.getByTestId('alliance-member').waitFor({ state: 'detached' });

    await page.getByTestId('registry-tab-devices').click();
    await page.getByTestId('device-tests').click();
    await page.getByTestId('revoke-test').click();
    expect(await confirm.isDisabled()).toBe(true);
    await page.locator('.ant-modal textarea').fill('录入有误');
    await confirm.click();
    await page.getByTestId('device-tests').waitFor({ state: 'detached' });
    const { rows } = await server.index.query('SELECT revoked_reason AS reason FROM device_test');
    expect(rows).toEqual([{ reason: '录入有误' }]);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('each role has the pages it works on', async () => {
    const has = async (
      role: 'clinician' | 'healthCommission' | 'hospitalIt' | 'auditor',
    ): Promise<string[]> => {
      const regional = role === 'healthCommission' || role === 'auditor';
      const person = await aPerson(server, [{ role, hospital: regional ? null : 'a' }]);
      const page = await opened(person, '/recognition', 390);
      await page.locator('main h1').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      const found = await sections(page);
      await page.context().close();
      return found;
    };
    expect(await has('clinician')).toEqual(['reminders', 'decisions', 'orders']);
    expect(await has('healthCommission')).toEqual([
      'reminders',
      'decisions',
      'labels',
      'figures',
      'prices',
      'registry',
    ]);
    expect(await has('hospitalIt')).toEqual(['reminders']);
    expect(await has('auditor')).toEqual([]);
    expect(complaints).toEqual([]);
  }, 90_000);
});
