/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anInstance, type FactoryInstance } from '../factories/index.ts';
import { launchBrowser } from '../harness/browser.ts';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PICTURES = path.join(ROOT, 'test-results');
const COMPUTED_RADIOGRAPHY = '1.2.840.10008.5.1.4.1.1.1';
const DIGITAL_X_RAY = '1.2.840.10008.5.1.4.1.1.1.1';

interface RadiographOptions {
  seed: string;
  patient: string;
  modality: 'CR' | 'DX';
  description: string;
  bodyPart: string;
  code?: string;
}

/** One frontal radiograph. Computed radiography is for people to decide, whatever it shows. */
const aRadiograph = ({ seed, patient, modality, description, bodyPart, code }: RadiographOptions) =>
  anInstance(
    {
      SOPClassUID: modality === 'CR' ? COMPUTED_RADIOGRAPHY : DIGITAL_X_RAY,
      Modality: modality,
      ImageType: ['ORIGINAL', 'PRIMARY', ''],
      PresentationIntentType: 'FOR PRESENTATION',
      PatientName: patient,
      StudyDescription: description,
      SeriesDescription: '正位',
      BodyPartExamined: bodyPart,
      ViewPosition: 'PA',
      ...(code === undefined
        ? {}
        : {
            ProcedureCodeSequence: [
              { CodeValue: code, CodingSchemeDesignator: '99CITY', CodeMeaning: description },
            ],
          }),
      SliceThickness: undefined,
      SpacingBetweenSlices: undefined,
      ImagePositionPatient: undefined,
      ImageOrientationPatient: undefined,
      FrameOfReferenceUID: undefined,
      SliceLocation: undefined,
      RescaleType: undefined,
    },
    { seed },
  );

const CHEST = { modality: 'CR', description: '胸部正位摄片', bodyPart: 'CHEST' } as const;
const FIRST = aRadiograph({ ...CHEST, seed: 'review one', patient: 'Zhao^Yi=赵^一' });
const SECOND = aRadiograph({ ...CHEST, seed: 'review two', patient: 'Qian^Er=钱^二' });
const UNMAPPED = aRadiograph({
  seed: 'unmapped',
  patient: 'Sun^San=孙^三',
  modality: 'DX',
  description: '入职特检K9',
  bodyPart: '',
  code: 'K9',
});

/** The list that is shipped, with one requirement less and one stricter, as a region might send its next version. */
function nextVersion(): { document: string; item: string } {
  const file = path.join(ROOT, 'packages/conformance/catalogues/hechi-2024.json');
  const list = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    version: string;
    items: { code: string; requirements: { id: string; level: string }[] }[];
  };
  list.version = '2.0.0';
  const item = list.items.find(({ code }) => code === 'DR-01');
  if (item === undefined) throw new Error('the shipped list has no DR-01');
  item.requirements = item.requirements.filter(({ id }) => id !== 'VIEWS');
  const images = item.requirements.find(({ id }) => id === 'IMG');
  if (images !== undefined) images.level = 'should';
  return { document: JSON.stringify(list), item: item.code };
}

/** What a loaded machine may take a while to show. */
const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

describe('verdicts, exams and lists in the portal', () => {
  const folder = temporaryFolder('portal-conformance');
  let cloud: RunningCloud;
  let browser: Browser;
  let context: BrowserContext;
  const complaints: string[] = [];

  const picture = async (page: Page, name: string): Promise<void> => {
    // What slides in has arrived.
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(PICTURES, `conformance-${name}.png`) });
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
  const rowOf = (page: Page, { studyInstanceUid }: FactoryInstance) =>
    page.locator(`[data-testid="study-row"][data-uid="${studyInstanceUid}"]`);
  const noWider = (page: Page): Promise<boolean> =>
    page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

  beforeAll(async () => {
    fs.mkdirSync(PICTURES, { recursive: true });
    cloud = await startCloud({ HUTONG_DATA: folder, HUTONG_SETTLED_HOURS: '0' });
    const names = ['--name-zh', '市第一人民医院', '--name-en', 'First Hospital'];
    await hutong(['hospital', 'add', '--code', 'city-first', ...names], cloud.env);
    const evaluated = ['--item', 'all', '--evaluated', '2026-10-01', '--scope', '龙南市'];
    await hutong(['qualification', 'add', '--hospital', 'city-first', ...evaluated], cloud.env);
    const key = await hutong(['key', 'create', '--hospital', 'city-first', '--scope', 'store'], cloud.env);
    for (const { bytes } of [FIRST, SECOND, UNMAPPED]) {
      const stored = await fetch(`${cloud.url}/dicomweb/studies`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom', authorization: `Bearer ${key}` },
        body: Buffer.from(bytes),
      });
      expect(stored.status).toBe(200);
    }
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const first = await context.newPage();
    await first.goto(cloud.signInLink!);
    await first.getByTestId('user-menu').waitFor();
    await first.close();
  }, 200_000);

  afterAll(async () => {
    // What was not started because an earlier step failed cannot be stopped.
    await (browser as Browser | undefined)?.close();
    await (cloud as RunningCloud | undefined)?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('a review is decided from the keyboard, the next one follows, and the label appears in the list', async () => {
    const page = await newPage('/');
    await soon(() => rowOf(page, FIRST).getAttribute('data-verdict')).toBe('REVIEW');
    expect(await rowOf(page, FIRST).getByTestId('hr-label').count()).toBe(0);
    await page.goto(`${cloud.url}/reviews`);
    const rows = page.getByTestId('review-row');
    await soon(() => rows.count()).toBeGreaterThanOrEqual(2);
    await page.locator(`[data-testid="review-row"][data-uid="${FIRST.studyInstanceUid}"]`).click();
    const detail = page.getByTestId('review-detail');
    await soon(() => detail.innerText()).toMatch(/赵一[^]*待定内容/);
    await detail.getByTestId('requirement').first().waitFor();
    await picture(page, 'reviews');

    await page.keyboard.press('p');
    const submit = page.getByTestId('decision-submit');
    await submit.waitFor();
    expect(await submit.isDisabled()).toBe(true);
    await page.keyboard.press('Alt+Digit1');
    const reason = page.getByTestId('decision-reason');
    expect(await reason.inputValue()).not.toBe('');
    await reason.fill('已阅片：双侧胸廓完整，设备为CR');
    await picture(page, 'decide');
    await page.keyboard.press('Enter');
    await soon(() => detail.innerText()).toContain('钱二');
    await soon(() =>
      page.locator(`[data-testid="review-row"][data-uid="${FIRST.studyInstanceUid}"]`).count(),
    ).toBe(0);

    await page.goto(cloud.url);
    const row = rowOf(page, FIRST);
    await soon(() => row.getAttribute('data-verdict')).toBe('PASS');
    expect(await row.getByTestId('decided-mark').getAttribute('data-state')).toBe('holds');
    expect(await row.getByTestId('hr-label').innerText()).toBe('龙南市HR');
    await picture(page, 'worklist');

    await row.getByTestId('verdict').click();
    const item = page.getByTestId('item-result');
    await soon(() => item.getAttribute('data-verdict')).toBe('PASS');
    expect(await item.getAttribute('data-machine-verdict')).toBe('REVIEW');
    expect(await item.getByTestId('decision-card').innerText()).toMatch(
      /双侧胸廓完整[^]*判定时系统结果：待审/,
    );
    await page.getByTestId('open-verdict-history').click();
    await soon(() => page.locator('[data-testid="verdict-event"]').count()).toBeGreaterThanOrEqual(2);
    expect(await page.getByTestId('verdict-event').first().getAttribute('data-kind')).toBe('decision');
    expect(await page.getByTestId('provenance').innerText()).toContain('hechi-2024');
    await picture(page, 'history');
    await page.close();
  });

  test('a decision is taken back, and the verdict of the machine and the review return', async () => {
    const page = await newPage('/');
    await rowOf(page, FIRST).getByTestId('verdict').click();
    await page.getByTestId('decide-takeBack').click();
    await page.getByTestId('phrase').first().click();
    await page.getByTestId('decision-submit').click();
    await soon(() => rowOf(page, FIRST).getAttribute('data-verdict')).toBe('REVIEW');
    await soon(() => page.getByTestId('decision-card').count()).toBe(0);
    await soon(() => rowOf(page, FIRST).getByTestId('hr-label').count()).toBe(0);
    await page.close();
  });

  test('a decision on a result that somebody changed meanwhile shows the new state and keeps the reason', async () => {
    const page = await newPage('/reviews');
    await page.locator(`[data-testid="review-row"][data-uid="${SECOND.studyInstanceUid}"]`).click();
    await page.getByTestId('requirement').first().waitFor();
    await page.keyboard.press('f');
    await page.getByTestId('decision-reason').fill('范围不足');
    const refusal = {
      type: 'about:blank',
      title: 'The evidence changed',
      status: 409,
      code: 'evidence-changed',
      detail: 'changed',
      detailZh: '依据已变化',
      requestId: 'r',
    };
    await page.route('**/conformance/decisions**', (route) =>
      route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(refusal) }),
    );
    await page.getByTestId('decision-submit').click();
    await page.getByTestId('evidence-changed').waitFor();
    expect(await page.getByTestId('decision-reason').inputValue()).toBe('范围不足');
    await picture(page, 'conflict');
    await page.unroute('**/conformance/decisions**');
    complaints.length = 0;
    await page.getByTestId('decision-submit').click();
    await soon(() =>
      page.locator(`[data-testid="review-row"][data-uid="${SECOND.studyInstanceUid}"]`).count(),
    ).toBe(0);
    await page.close();
  });

  test('an exam that nobody mapped is mapped by pinyin, and its studies are judged again', async () => {
    const page = await newPage('/');
    await soon(() => rowOf(page, UNMAPPED).getAttribute('data-verdict')).not.toBe('PENDING');
    expect(await rowOf(page, UNMAPPED).getAttribute('data-verdict')).not.toBe('PASS');
    await page.getByTestId('nav-exams').click();
    const exam = page.locator('[data-testid="unmapped-exam"]', { hasText: '入职特检K9' }).first();
    await exam.waitFor();
    await picture(page, 'exams');
    await exam.getByTestId('choose-items').click();
    await page.getByTestId('picker-search').fill('xbdr');
    await page.getByTestId('pick-DR-01').waitFor();
    await page.keyboard.press('Enter');
    const picker = page.getByTestId('item-picker');
    await soon(() => picker.innerText()).toMatch(/将重新判定 1 份检查[^]*已选 1 项/);
    await picture(page, 'picker');
    await page.getByTestId('picker-save').click();
    await soon(() => page.getByTestId('mapped-message').innerText()).toContain('1 份检查');
    await page.getByTestId('mapped-tab').click();
    const mapping = page.locator('[data-testid="mapping"]', { hasText: 'K9' }).first();
    await soon(() => mapping.innerText()).toContain('DR-01');
    await picture(page, 'mapped');
    await page.goto(cloud.url);
    await soon(() => rowOf(page, UNMAPPED).innerText()).toContain('胸部DR摄片');
    await page.close();
  });

  test('a table of exams is checked line by line before anything is imported', async () => {
    const page = await newPage('/exams');
    await page.getByTestId('import-exams').click();
    const csv = 'code,scheme,name,items\nT1,99CITY,,MR-01\nT2,99CITY,,MR-99\n';
    await page
      .getByTestId('file-input')
      .setInputFiles({ name: 'exams.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await soon(() => page.getByTestId('import-errors').innerText()).toMatch(/第 3 行[^]*MR-99/);
    expect(await page.getByTestId('import-confirm').isDisabled()).toBe(true);
    await picture(page, 'import');
    await page.close();
  });

  test('a new version is checked, compared with the one in force, and kept as a draft', async () => {
    const { document, item } = nextVersion();
    const page = await newPage('/catalogue/versions');
    await page.getByTestId('catalogue-version').first().waitFor();
    const input = page.getByTestId('file-input');
    const file = (text: string) => ({
      name: 'list.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    });
    await input.setInputFiles(file(document.replace('"DR-02"', '"DR 02"')));
    await soon(() => page.getByTestId('catalogue-errors').innerText()).toContain('items');
    await picture(page, 'list-errors');
    // The browser says itself that a request was refused.
    complaints.length = 0;
    await page.reload();
    await input.setInputFiles(file(document));
    const changed = page.locator(`[data-testid="difference-item"][data-code="${item}"]`);
    await changed.waitFor();
    expect(await page.getByTestId('catalogue-effect').innerText()).toMatch(/\d+ 份检查/);
    await picture(page, 'list-difference');
    await page.getByTestId('save-draft').click();
    const draft = page.locator('[data-testid="catalogue-version"][data-version="hechi-2024@2.0.0"]');
    await soon(() => draft.getAttribute('data-state')).toBe('draft');
    await draft.getByTestId('compare').click();
    await soon(() => page.getByTestId('difference-requirement').count()).toBeGreaterThanOrEqual(2);
    await picture(page, 'difference');
    await page.close();
  });

  test('it is put in force for study dates, which judges studies again with progress', async () => {
    const page = await newPage('/catalogue/versions');
    const draft = page.locator('[data-testid="catalogue-version"][data-version="hechi-2024@2.0.0"]');
    await draft.getByTestId('put-in-force').click();
    await page.getByTestId('state-dialog').waitFor();
    await picture(page, 'force');
    await page.getByTestId('state-confirm').click();
    await soon(() => draft.getAttribute('data-state')).toBe('inForce');
    await page.getByTestId('reevaluations-tab').click();
    const work = page.locator('[data-testid="reevaluation"][data-reason="catalogue"]').first();
    await soon(() => work.getAttribute('data-state')).toBe('done');
    await picture(page, 'reevaluation');
    await page.close();
  });

  test('on a phone and in English nothing is cut off, and nothing was complained about', async () => {
    const page = await newPage('/reviews');
    await page.getByTestId('switch-language').click();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByTestId('review-row').first().click();
    await page.getByTestId('review-detail').waitFor();
    await picture(page, 'review-phone-en');
    expect(await noWider(page)).toBe(true);
    for (const [address, hook] of [
      ['/exams', 'exams'],
      ['/catalogue/versions', 'catalogue-versions'],
    ] as const) {
      await page.goto(`${cloud.url}${address}`);
      await page.getByTestId(hook).waitFor();
      await picture(page, `${hook}-phone-en`);
      expect(await noWider(page), address).toBe(true);
    }
    await page.close();
    expect(complaints).toEqual([]);
  });
});
