/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy } from '../factories/index.ts';
import { pixelsOf, put, soon, startShareBench, type ShareBench } from './sharePhone.ts';

const CHEST = aCtStudy({ seed: 'state chest', slices: 6, rows: 128, columns: 128 });
const LATER = aCtStudy({ seed: 'state later', slices: 4, rows: 128, columns: 128 });

let bench: ShareBench;
beforeAll(async () => {
  bench = await startShareBench('share-states');
  await bench.store(CHEST);
  await bench.store(LATER);
}, 200_000);
afterAll(() => (bench as ShareBench | undefined)?.close());

const chest = (body = {}) =>
  bench.share({ studies: [{ studyInstanceUid: CHEST.studyInstanceUid }], ...body });
const enter = async (page: Page, text: string): Promise<void> => {
  await page.getByTestId('factor-input').fill(text);
  await page.getByTestId('factor-submit').click();
};
const refusal = async (page: Page): Promise<string> => {
  const refused = page.getByTestId('share-refused');
  await refused.waitFor();
  return refused.innerText();
};

describe('the question', () => {
  test('says hospital, exam and date, takes digits, and waits after wrong ones until the link is locked', async () => {
    const { link, code } = await chest({ factor: 'code' });
    const page = await bench.open();
    await page.goto(link);
    await page.getByTestId('factor-input').waitFor();
    expect(await page.evaluate(() => location.href)).toBe(`${bench.cloud.url}/s`);
    const asked = await page.getByTestId('factor-form').innerText();
    expect(asked).toMatch(/市第一人民医院[^]*CT[^]*2026-11-09/);
    expect(asked).not.toMatch(/测试|state chest/);
    expect(await page.getByTestId('factor-input').getAttribute('inputmode')).toBe('numeric');
    await bench.picture(page, 'question-phone');
    const wrong = code === '111111' ? '222222' : '111111';
    await enter(page, wrong);
    expect(await page.getByTestId('factor-wrong').innerText()).toMatch(/还可尝试 \d 次/);
    await bench.picture(page, 'question-wrong-phone');
    // Sooner or later it does not listen for a while, and says for how long.
    const submit = page.getByTestId('factor-submit');
    for (let entry = 0; entry < 9; entry++) {
      if (/秒后再试/.test(await submit.innerText())) break;
      await enter(page, wrong);
      await soon(() => submit.getAttribute('aria-busy')).toBe('false');
    }
    expect(await submit.innerText()).toMatch(/请 \d+ 秒后再试/);
    expect(await submit.isDisabled()).toBe(true);
    await bench.picture(page, 'question-wait-phone');
    await put(page);
  });

  test('asks for the end of an identity card with a pad of numbers and an X', async () => {
    const { link } = await chest({ factor: 'idDigits', secret: '123X' });
    const page = await bench.open();
    await page.goto(link);
    await page.getByTestId('factor-input').fill('123');
    await page.getByRole('button', { name: 'X', exact: true }).click();
    await bench.picture(page, 'question-id-phone');
    await page.getByTestId('factor-submit').click();
    await page.getByTestId('stage').waitFor();
    await put(page);
  });

  test('tells a guardian that it is for a guardian', async () => {
    const { link } = await chest({
      factor: 'password',
      secret: 'correct horse',
      audience: 'guardian',
      guardian: { name: '李四', relation: 'parent' },
    });
    const page = await bench.open();
    await page.goto(link);
    expect(await page.getByTestId('share-audience').innerText()).toMatch(/监护人[^]*父母/);
    expect(await page.getByTestId('factor-form').innerText()).not.toContain('李四');
    await bench.picture(page, 'question-guardian-phone');
    await put(page);
  });

  test('leads a colleague to the sign-in page when an account is asked for', async () => {
    const { link } = await chest({ audience: 'colleague', signIn: { hospitals: [] } });
    const page = await bench.open();
    await page.goto(link);
    await page.getByTestId('share-sign-in').waitFor();
    await bench.picture(page, 'sign-in-phone');
    await page.getByRole('button', { name: '去登录' }).click();
    await page.waitForURL('**/sign-in');
    // The way back: the link itself is in no address.
    await page.goto(`${bench.cloud.url}/s`);
    await page.getByTestId('share-sign-in').waitFor();
    expect(page.url()).toBe(`${bench.cloud.url}/s`);
    await put(page);
  });
});

describe('a link that opens nothing says why', () => {
  test('before its time', async () => {
    const { link } = await chest({ notBefore: new Date(Date.now() + 86_400_000).toISOString() });
    const page = await bench.open();
    await page.goto(link);
    expect(await refusal(page)).toMatch(/将于 \d{4}-\d\d-\d\d \d\d:\d\d 开放/);
    await bench.picture(page, 'not-yet-phone');
    await put(page);
  });

  test('when it was opened as often as it may be', async () => {
    const { link } = await chest({ maxUses: 1 });
    const first = await bench.open();
    await first.goto(link);
    await first.getByTestId('stage').waitFor();
    const second = await bench.open();
    await second.goto(link);
    expect(await refusal(second)).toContain('打开次数已用完');
    await bench.picture(second, 'used-up-phone');
    await put(first);
    await put(second);
  });

  test('when half of it was copied, or none', async () => {
    const page = await bench.open();
    await page.goto(`${bench.cloud.url}/s#htsh_0123456789012345678901234567890123456789abc`);
    expect(await refusal(page)).toContain('链接不完整');
    await page.goto('about:blank');
    await page.goto(`${bench.cloud.url}/s`);
    expect(await refusal(page)).toContain('请重新打开链接');
    await put(page);
  });
});

test('a share that is ended closes the viewer while it is looked at, and says so', async ({ annotate }) => {
  const { link, id } = await chest();
  const page = await bench.open();
  await page.goto(link);
  await pixelsOf(page);
  expect(await bench.ask('DELETE', `/api/shares/${id}`)).toBe(204);
  const ended = performance.now();
  const said = await refusal(page);
  await annotate(`closed ${Math.round(performance.now() - ended)} ms after it was ended`);
  expect(said).toContain('分享已结束');
  expect(await page.getByTestId('stage').count()).toBe(0);
  await bench.picture(page, 'ended-phone');
  await put(page);
});

test('of several exams one chooses', async () => {
  const { link } = await bench.share({
    studies: [{ studyInstanceUid: CHEST.studyInstanceUid }, { studyInstanceUid: LATER.studyInstanceUid }],
  });
  const page = await bench.open();
  await page.goto(link);
  await page.getByTestId('share-overview').waitFor();
  expect(await page.getByTestId('share-study').count()).toBe(2);
  await bench.picture(page, 'several-phone');
  await page.getByTestId('share-study').last().click();
  await soon(() => page.getByTestId('slice-number').innerText()).toMatch(/\/ 4$/);
  expect(await page.getByTestId('strip-series').count()).toBe(2);
  await put(page);
});

test('a share made before the images come fills itself, without losing its place', async () => {
  const early = aCtStudy({ seed: 'state early', slices: 4, overrides: { AccessionNumber: 'EARLY-1' } });
  const { link } = await bench.share({ accessionNumber: 'EARLY-1' });
  const page = await bench.open();
  await page.goto(link);
  await page.getByTestId('share-waiting').waitFor();
  await bench.picture(page, 'waiting-phone');
  await bench.store(early);
  await page.getByTestId('stage').waitFor();
  await soon(() => page.getByTestId('slice-number').innerText()).toMatch(/\/ 4$/);
  await page.getByTestId('slider').fill('3');
  const more = aCtStudy({
    seed: 'state early more',
    slices: 2,
    overrides: {
      StudyInstanceUID: early.studyInstanceUid,
      AccessionNumber: 'EARLY-1',
      PatientID: 'P-state early',
    },
  });
  await bench.store(more);
  await soon(() => page.getByTestId('strip-series').count()).toBe(2);
  expect(await page.getByTestId('slice-number').innerText()).toBe('4 / 4');
  await put(page);
});

test('a file goes back to who shared, and is listed', async () => {
  const { link } = await chest({ mayReply: true });
  const page = await bench.open();
  await page.goto(link);
  await page.getByTestId('viewer-back').click();
  const pdf = Buffer.from(
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
  );
  await page
    .getByTestId('reply-file')
    .setInputFiles({ name: '会诊意见.pdf', mimeType: 'application/pdf', buffer: pdf });
  await bench.picture(page, 'reply-phone');
  await page.getByTestId('reply-send').click();
  await page.getByTestId('reply-sent').waitFor();
  await soon(() => page.getByTestId('share-reply').innerText()).toMatch(/已回传[^]*会诊意见\.pdf/);
  await bench.picture(page, 'reply-sent-phone');
  await page.getByRole('button', { name: '再发一个' }).click();
  await page
    .getByTestId('reply-file')
    .setInputFiles({ name: 'x.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') });
  expect(await page.getByTestId('share-reply').innerText()).toContain('只能发送');
  await put(page);
});

test('inside WeChat the page says how to download', async () => {
  const { link } = await chest({ mayDownload: true });
  const page = await bench.open({
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.49',
  });
  await page.goto(link);
  await page.getByTestId('viewer-back').click();
  expect(await page.getByTestId('share-wechat').innerText()).toContain('在浏览器打开');
  await bench.picture(page, 'wechat-phone');
  await put(page);
});

test('without a network the pictures stay, and the page says that it tries again', async () => {
  const { link } = await chest();
  const page = await bench.open();
  await page.goto(link);
  await pixelsOf(page);
  await page.context().setOffline(true);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.locator('.so-offline').waitFor();
  expect(await page.getByTestId('stage').count()).toBe(1);
  await bench.picture(page, 'offline-phone');
  await page.context().setOffline(false);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await soon(() => page.locator('.so-offline').count()).toBe(0);

  const lost = await bench.open();
  await lost.route('**/api/share-sessions', (route) => route.abort());
  await lost.goto(link);
  await lost.getByTestId('share-unanswered').waitFor();
  await lost.unroute('**/api/share-sessions');
  await lost.getByRole('button', { name: '重试' }).click();
  await lost.getByTestId('stage').waitFor();
  await put(lost);
  await put(page);
});

test('nothing of the link or the patient is kept or asked for in clear, and nothing else is within reach', async () => {
  const { link } = await chest();
  const page = await bench.open();
  await page.goto(link);
  await pixelsOf(page);
  await page.reload();
  await pixelsOf(page);
  const kept = await page.evaluate(() =>
    [sessionStorage, localStorage].flatMap((each) => Object.entries(each)).join(' '),
  );
  expect(kept).not.toMatch(/htsh_|htss_|测试|\d+\.\d+\.\d+\.\d+\.\d+/);
  for (const url of bench.requests) expect(url).not.toMatch(/htsh_(?!0123)|%E6%B5%8B|测试|P-state/);
  const statuses = await page.evaluate(
    async ([other, own]) => {
      const alias = sessionStorage.getItem('hutong.share') ?? '';
      const paths = [
        '/api/worklist',
        `/dicomweb/studies/${own}/metadata`,
        `/shares/${alias}/dicomweb/studies`,
        `/shares/${alias}/dicomweb/studies/${other}/metadata`,
      ];
      return Promise.all(paths.map(async (each) => (await fetch(each)).status));
    },
    [LATER.studyInstanceUid, CHEST.studyInstanceUid] as const,
  );
  expect(statuses).toEqual([401, 401, 404, 404]);
  await put(page);
});

test('no page complained, and none was refused anything by its policy', () => {
  expect(bench.complaints).toEqual([]);
});
