/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aCtStudy,
  toInstance,
  uidFrom,
  type FactoryInstance,
  type FactoryStudy,
} from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const PICTURES = path.resolve(import.meta.dirname, '../../test-results');

const STUDY = aCtStudy({ seed: 'history' });
const OTHER = aCtStudy({ seed: 'other', overrides: { PatientName: 'Li^Er=李^二' } });
/** The same UIDs with other content, as a sender makes them who changed names by itself. */
const CHANGED = aCtStudy({
  seed: 'other',
  overrides: {
    PatientName: 'Li^Er=李^尔',
    PatientSex: 'F',
    SeriesDescription: '胸部平扫 1.5mm',
    SliceThickness: 1.5,
  },
});

/** A Key Object Selection that rejects an image for quality (IHE RAD-TF, IOCM). */
const rejectionOf = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid }: FactoryInstance) =>
  toInstance({
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.59',
    SOPInstanceUID: uidFrom('rejection note'),
    StudyInstanceUID: studyInstanceUid,
    SeriesInstanceUID: uidFrom('rejection note series'),
    PatientID: 'P-other',
    PatientName: 'Li^Er=李^二',
    PatientBirthDate: '19700101',
    PatientSex: 'O',
    StudyDate: '20261109',
    Modality: 'KO',
    SeriesNumber: 99,
    InstanceNumber: 1,
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [
      { CodeValue: '113001', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Rejected for Quality Reasons' },
    ],
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: studyInstanceUid,
        ReferencedSeriesSequence: [
          {
            SeriesInstanceUID: seriesInstanceUid,
            ReferencedSOPSequence: [
              { ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid },
            ],
          },
        ],
      },
    ],
  });

/** What a loaded machine may take a while to show. */
const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

describe('corrections in the portal', () => {
  const folder = temporaryFolder('portal-corrections');
  let cloud: RunningCloud;
  let browser: Browser;
  let context: BrowserContext;
  let key = '';
  const complaints: string[] = [];

  const store = async (study: Pick<FactoryStudy, 'instances'>): Promise<number[]> => {
    const answers = await Promise.all(
      study.instances.map(({ bytes }) =>
        fetch(`${cloud.url}/dicomweb/studies`, {
          method: 'POST',
          headers: { 'content-type': 'application/dicom', authorization: `Bearer ${key}` },
          body: Buffer.from(bytes),
        }),
      ),
    );
    return answers.map(({ status }) => status);
  };
  const picture = async (page: Page, name: string): Promise<void> => {
    // What slides in has arrived.
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(PICTURES, `corrections-${name}.png`) });
  };
  const newPage = async (address: string): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${cloud.url}${address}`);
    return page;
  };
  const rowOf = (page: Page, { studyInstanceUid }: { studyInstanceUid: string }) =>
    page.locator(`[data-testid="study-row"][data-uid="${studyInstanceUid}"]`);
  const giveReason = async (page: Page, label: string, text: string): Promise<void> => {
    await page.getByTestId('reason-code').click();
    await page.locator('.ant-select-item-option', { hasText: label }).click();
    await page.getByTestId('reason-text').fill(text);
  };

  /** Confirms, and waits for the dialog to go: a refusal would stay in it. */
  const confirmDialog = async (page: Page): Promise<void> => {
    await page.getByTestId('dialog-confirm').click();
    const refusal = page.getByTestId('dialog-failed');
    await expect
      .poll(
        async () => ({
          open: await page.getByTestId('dialog-confirm').count(),
          refused: await refusal.allInnerTexts(),
        }),
        { timeout: 30_000 },
      )
      .toEqual({ open: 0, refused: [] });
  };

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    cloud = await startCloud({ HUTONG_DATA: folder, HUTONG_SETTLED_HOURS: '0' });
    const names = ['--name-zh', '市第一人民医院', '--name-en', 'First Hospital'];
    await hutong(['hospital', 'add', '--code', 'city-first', ...names], cloud.env);
    // A sender that may not correct: what it sends again is kept aside.
    key = await hutong(['key', 'create', '--hospital', 'city-first', '--scope', 'store'], cloud.env);
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
    const first = await context.newPage();
    await first.goto(cloud.signInLink!);
    await first.getByTestId('user-menu').waitFor();
    await first.close();
    expect(await store(STUDY)).toEqual([200, 200, 200]);
    expect(await store(OTHER)).toEqual([200, 200, 200]);
    await store(CHANGED);
  }, 200_000);

  afterAll(async () => {
    // What was not started because an earlier step failed cannot be stopped.
    await (browser as Browser | undefined)?.close();
    await (cloud as RunningCloud | undefined)?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('a study is deleted with a reason, its history says so, and it is recovered from there', async () => {
    const page = await newPage('/');
    const row = rowOf(page, STUDY);
    await row.waitFor();
    await row.hover();
    await row.getByTestId('row-history').click();
    await page.getByTestId('history-empty').waitFor();
    await page.getByTestId('open-delete').click();

    const confirm = page.getByTestId('dialog-confirm');
    expect(await confirm.isDisabled()).toBe(true);
    expect(await page.getByTestId('delete-names').innerText()).toMatch(
      /测试一[^]*市第一人民医院[^]*2026-11-09/,
    );
    await giveReason(page, '测试或体模图像', '调试设备时误传');
    expect(await page.getByTestId('delete-means').innerText()).toMatch(/\d{4}-\d\d-\d\d 前可/);
    await picture(page, 'delete');
    await confirmDialog(page);

    const event = page.locator('[data-testid="event"][data-kind="deleted"]');
    await event.waitFor();
    expect(await event.innerText()).toMatch(/测试或体模图像[^]*调试设备时误传[^]*3 幅图像/);
    await soon(() => row.count()).toBe(0);
    await event.locator('summary').click();
    await picture(page, 'history');

    await event.getByTestId('recover-event').click();
    await confirmDialog(page);
    await page.locator('[data-testid="event"][data-kind="recovered"]').waitFor();
    await soon(() => row.count()).toBe(1);
    expect(await event.getByTestId('recover-event').count()).toBe(0);
    await page.keyboard.press('Escape');
    await soon(() => page.getByTestId('history').count()).toBe(0);
    await page.close();
  });

  test('the name of a patient is corrected, the history counts the images that were rewritten, and it is undone', async () => {
    const page = await newPage('/');
    await rowOf(page, STUDY).click();
    await page.keyboard.press('h');
    await page.getByTestId('open-correct').click();
    expect(await page.getByTestId('dialog-confirm').isDisabled()).toBe(true);
    await page.getByTestId('correct-ideographic').fill('测试^壹');
    await picture(page, 'correct');
    await page.getByTestId('correct-ideographic').press('Enter');
    const progress = page.getByTestId('patient-progress');
    await progress.waitFor();
    await soon(() => progress.getAttribute('data-state')).toBe('done');
    expect(await progress.innerText()).toContain('3 / 3');
    await soon(() => rowOf(page, STUDY).innerText()).toContain('测试壹');
    await picture(page, 'corrected');
    await page.getByTestId('undo-correction').click();
    await picture(page, 'undo');
    await confirmDialog(page);
    await soon(() => rowOf(page, STUDY).innerText()).toContain('测试一');
    await soon(() => progress.getAttribute('data-state')).toBe('done');
    expect(await progress.innerText()).toContain('3 / 3');
    expect(await page.getByTestId('history').innerText()).toContain('撤销更正');
    expect(await page.getByTestId('undo-correction').count()).toBe(0);
    await picture(page, 'undone');
    await page.close();
  });

  test('what arrived under a known UID is compared by attribute and accepted for the whole series', async () => {
    const page = await newPage('/');
    const link = page.getByTestId('nav-pending');
    await soon(() => link.innerText()).toMatch(/待处理\s*3/);
    await link.click();
    const card = page.getByTestId('pending-card');
    await card.waitFor();
    const name = card.locator('tr[data-keyword="PatientName"]');
    expect(await name.innerText()).toMatch(/患者姓名[^]*李\^二[^]*李\^尔/);
    await picture(page, 'pending');

    await page.getByTestId('switch-language').click();
    await soon(() => card.innerText()).toContain('Use the received');
    await picture(page, 'pending-en');
    await page.getByTestId('switch-language').click();
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, 'pending-phone');
    await page.setViewportSize({ width: 1440, height: 900 });

    await card.getByTestId('accept').click();
    await giveReason(page, '信息有误', '医院已更正');
    await picture(page, 'decide');
    await confirmDialog(page);
    await page.getByTestId('pending-empty').waitFor();
    await soon(() => link.innerText()).toBe('待处理');
    await page.getByTestId('records-tab').click();
    await soon(() => page.locator('[data-testid="event"][data-kind="accepted"]').count()).toBe(3);
    await picture(page, 'records');
    await page.goto(cloud.url);
    await soon(() => rowOf(page, OTHER).innerText()).toContain('李尔');
    await page.close();
  });

  test('a rejection note is dismissed on a phone, where a refused decision says why', async () => {
    await store({ instances: [rejectionOf(OTHER.instances[0]!)] });
    const page = await newPage('/pending');
    const card = page.getByTestId('pending-card');
    await card.waitFor();
    expect(await card.innerText()).toMatch(/图像质量不合格[^]*要求退回 1 幅图像/);
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, 'rejection-phone');
    await card.getByTestId('discard').click();
    await giveReason(page, '其他原因', '');
    expect(await page.getByTestId('dialog-confirm').isDisabled()).toBe(true);
    await page.getByTestId('reason-text').fill('图像可用');
    await context.setOffline(true);
    await page.getByTestId('dialog-confirm').click();
    expect(await page.getByTestId('dialog-failed').innerText()).toContain('连不上服务器');
    await picture(page, 'failed-phone');
    await context.setOffline(false);
    complaints.length = 0;
    await confirmDialog(page);
    await page.getByTestId('pending-empty').waitFor();
    await page.close();
  });

  test('a patient is merged only into one that the hospital knows', async () => {
    const page = await newPage('/');
    await page.getByTestId('switch-theme').click();
    await rowOf(page, STUDY).click();
    await page.keyboard.press('h');
    await page.getByTestId('open-correct').click();
    await page.getByTestId('choice-patientMerge').click();
    await page.getByTestId('merge-into').fill('P-nobody');
    await page.locator('.merge-none').waitFor();
    expect(await page.getByTestId('dialog-confirm').isDisabled()).toBe(true);
    await page.getByTestId('merge-into').fill('P-other');
    await soon(() => page.getByTestId('merge-target').innerText()).toContain('李');
    await picture(page, 'merge-light');
    await confirmDialog(page);
    await soon(() => page.getByTestId('event').first().innerText()).toMatch(/合并患者编号|图像已改写/);
    await soon(() => rowOf(page, STUDY).innerText()).toContain('P-other');
    await picture(page, 'merged-light');
    await page.keyboard.press('Escape');
    await page.getByTestId('switch-theme').click();
    await page.close();
  });

  test('on a phone and in English the history and its dialogs fit', async () => {
    const page = await newPage('/');
    await page.getByTestId('switch-language').click();
    await rowOf(page, STUDY).waitFor();
    await picture(page, 'list-en');
    await page.setViewportSize({ width: 390, height: 844 });
    await rowOf(page, STUDY).getByTestId('verdict').click();
    await page.getByTestId('detail-history').click();
    await page.getByTestId('event').first().waitFor();
    await picture(page, 'history-phone-en');
    await page.getByTestId('open-delete').click();
    await picture(page, 'delete-phone-en');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
    await page.keyboard.press('Escape');
    await soon(() => page.getByTestId('dialog-confirm').count()).toBe(0);
    expect(await page.getByTestId('history').count()).toBe(1);
    await page.close();
    expect(complaints).toEqual([]);
  });
});
