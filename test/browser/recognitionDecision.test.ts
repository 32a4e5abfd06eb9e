/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multipartBody, postStore, startTestServer, type TestServer } from '../../server/src/testing.ts';
import { aPerson, type Person } from '../../server/src/testingPeople.ts';
import { aCtStudy, type FactoryStudy } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PICTURES = path.join(ROOT, 'test-results');

/** From the reminder of a hospital system to the pictures, the decision, and the text for the medical record. */
describe('decisions on recognition in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let study: FactoryStudy;
  let doctor: Person, stranger: Person, issuer: Person;
  const complaints: string[] = [];

  const opened = async (who: Person, address: string, width = 1280, dark = false): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width, height: 820 },
      locale: 'zh-CN',
      colorScheme: dark ? 'dark' : 'light',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const value = (who.cookie['Cookie'] ?? '').split('=')[1] ?? '';
    await context.addCookies([{ name: 'hutong_session', value, url: server.url }]);
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url + address);
    return page;
  };
  const picture = async (page: Page, name: string): Promise<void> => {
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(PICTURES, `recognition-${name}.png`), fullPage: true });
  };
  const remind = async (order: string): Promise<string> => {
    const { rows } = await server.index.query<{ id: string }>(
      `INSERT INTO reminder (created_at, hospital_code, department, practitioner, channel, caller_kind, caller_id, patient_id,
                             order_number, exam_name, item_codes, patient_class, milliseconds)
       VALUES (now() - interval '1 minute', 'a', '神经内科', '赵主任', 'json', 'machine', 'his', 'A-9', $1, '头颅CT平扫',
               '{CT-01}', 'inpatient', 2) RETURNING reminder_id AS id`,
      [order],
    );
    const id = rows[0]?.id ?? '';
    await server.index.query(
      `INSERT INTO reminder_match (reminder_id, position, hospital_code, study_instance_uid, item_code, study_date, age_days,
                                   labels, word, rule)
       VALUES ($1, 0, 'b', $2, 'CT-01', '20260310', 3, '{龙南市HR}', 'MUST_RECOGNISE', 's1-second-a')`,
      [id, study.studyInstanceUid],
    );
    return id;
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
    for (const code of ['a', 'c']) await server.hospitalKey(code);
    const key = await server.hospitalKey('b');
    study = aCtStudy({ seed: 'recognised', overrides: { PatientID: 'B-1' } });
    const body = multipartBody(study.instances.map(({ bytes }) => bytes));
    expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
    await server.index.query(
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
       SELECT study_id, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine' FROM study`,
    );
    // As the workers leave a study that they labelled.
    await server.index.query('UPDATE study SET judged_revision = conformance_revision');
    doctor = await aPerson(server, [{ role: 'clinician', hospital: 'a' }]);
    stranger = await aPerson(server, [{ role: 'clinician', hospital: 'c' }]);
    issuer = await aPerson(server, [{ role: 'clinician', hospital: 'b' }]);
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  }, 60_000);

  test('a doctor recognises with one click, copies the text, undoes it, and examines again with a reason', async () => {
    const page = await opened(doctor, `/recognition/reminders/${await remind('O-1')}`);
    await page.getByTestId('match').waitFor();
    await picture(page, 'reminder');
    await page.getByTestId('recognise').click();
    await page.getByTestId('record-text').waitFor();
    const text = await page.getByTestId('record-text').innerText();
    expect(text).toContain('b医院');
    expect(text).toContain('随住院病历留存');
    await page.getByTestId('copy-record').click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    await picture(page, 'recognised');
    await page.getByTestId('undo-decision').click();
    await page.getByTestId('examine-again').click();
    const record = page.getByTestId('record-again');
    expect(await record.isDisabled()).toBe(true);
    await page.getByTestId('reason-code').click();
    await page.getByTitle(/^RX12/).click();
    expect(await record.isDisabled()).toBe(true);
    await page.getByTestId('reason-text').fill('需导航定位');
    await page.getByTestId('patient-informed').check();
    await picture(page, 'again');
    await record.click();
    await page.getByTestId('decided').waitFor();
    expect(await page.getByTestId('record-text').innerText()).toContain('已告知患者或家属并说明理由');

    await page.goto(`${server.url}/recognition/decisions`);
    await page.getByTestId('decision').first().waitFor();
    expect(await page.getByTestId('decision').count()).toBe(2);
    await picture(page, 'list');
    await page.getByTestId('show-decision').first().click();
    await page.getByTestId('correct-decision').click();
    await page.getByTestId('choice-recognised').last().click();
    await page.getByTestId('confirm-correction').click();
    await page.locator('.recognition-history li').nth(1).waitFor();
    await picture(page, 'history');
    await page.context().close();
  }, 90_000);

  test('the pictures open from the reminder, and are recognised from within the viewer by the keyboard', async () => {
    await server.index.query('TRUNCATE recognition_decision CASCADE');
    const reminder = await remind('O-2');
    const page = await opened(doctor, `/recognition/reminders/${reminder}`);
    await page.getByTestId('open-images').click();
    await page.waitForURL(/\/viewer\?/);
    const recognise = page.locator('[data-cy=hutong-recognise]');
    await recognise.waitFor({ timeout: 60_000 });
    await picture(page, 'viewer');
    await page.locator('[data-cy=hutong-examine-again]').focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-cy=hutong-reason-code]').selectOption('RX04');
    await page.locator('[data-cy=hutong-patient-informed]').focus();
    await page.keyboard.press('Space');
    await page.locator('[data-cy=hutong-record-again]').press('Enter');
    const decided = page.locator('[data-cy=hutong-recognition-decided]');
    await decided.waitFor();
    expect(await decided.getAttribute('data-kind')).toBe('examinedAgain');
    expect(await page.locator('[data-cy=hutong-recognition-record]').innerText()).toContain('RX04');
    await picture(page, 'viewer-decided');
    await page.locator('[data-cy=hutong-recognition-undo]').click();
    await recognise.focus();
    await page.keyboard.press('Enter');
    await decided.waitFor();
    expect(await decided.getAttribute('data-kind')).toBe('recognised');
    const { rows } = await server.index.query(
      `SELECT kind, reminder_id AS reminder FROM recognition_decision WHERE replaces IS NULL ORDER BY created_at`,
    );
    expect(rows).toEqual([
      { kind: 'examinedAgain', reminder },
      { kind: 'recognised', reminder },
    ]);
    await page.context().close();
  }, 120_000);

  test('on a phone, in the dark, and for the issuing hospital without the patient', async () => {
    const reminder = await remind('O-3');
    const phone = await opened(doctor, `/recognition/reminders/${reminder}`, 390, true);
    await phone.getByTestId('match').waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await picture(phone, 'phone');
    const received = await opened(issuer, '/recognition/decisions', 390);
    await received.getByTestId('decision').first().waitFor();
    expect(await received.locator('main').innerText()).not.toContain('A-9');
    await picture(received, 'phone-received');
    const hidden = await opened(stranger, `/recognition/reminders/${reminder}`);
    await hidden.getByText('无法打开该提醒').waitFor();
    expect(await hidden.locator('main').innerText()).not.toContain('头颅CT');
    for (const page of [phone, received, hidden]) await page.context().close();
    expect(complaints).toEqual([]);
  }, 90_000);
});
