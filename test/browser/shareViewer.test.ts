/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../factories/index.ts';
import {
  decodeQr,
  DESK,
  fingersOn,
  pixelsOf,
  put,
  soon,
  startShareBench,
  type ShareBench,
} from './sharePhone.ts';

const SIDE = 256;
const STUDY = aCtStudy({ seed: 'shared pixels', slices: 12, rows: SIDE, columns: SIDE });
const THIN = aCtStudy({
  seed: 'shared thin',
  slices: 5,
  rows: SIDE,
  columns: SIDE,
  overrides: {
    StudyInstanceUID: STUDY.studyInstanceUid,
    SeriesDescription: '肺窗 5.0mm',
    PatientID: 'P-shared pixels',
    AccessionNumber: 'Ashared pixels',
    SeriesNumber: 3,
  },
});
const OTHER = aCtStudy({ seed: 'not shared pixels' });

let bench: ShareBench;
beforeAll(async () => {
  bench = await startShareBench('share-viewer');
  await bench.store(STUDY);
  await bench.store(THIN);
  await bench.store(OTHER);
}, 200_000);
afterAll(() => (bench as ShareBench | undefined)?.close());

const shareStudy = (body = {}) =>
  bench.share({ studies: [{ studyInstanceUid: STUDY.studyInstanceUid }], ...body });
const sliceOf = (page: Page): Promise<string> => page.getByTestId('slice-number').innerText();

/** Stored value of a pixel of the factory's slices: native, little endian, at the end of the file. */
function storedValue(slice: number, column: number, row: number): number {
  const bytes = STUDY.instances[slice]?.bytes ?? new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getInt16(bytes.byteLength - SIDE * SIDE * 2 + (row * SIDE + column) * 2, true);
}

test('a QR code leads to the question, the first picture, and then the pixels that were stored', async ({
  annotate,
}) => {
  const made = await shareStudy({ factor: 'code' });
  const png = Buffer.from(made.qrCodePng.split(',')[1] ?? '', 'base64');
  const link = await decodeQr(png);
  expect(link).toBe(made.link);
  const page = await bench.open();
  await page.goto(link);
  await page.getByTestId('factor-input').fill(made.code ?? '');
  const entered = performance.now();
  await page.getByTestId('factor-submit').click();
  await page.locator('[data-testid="picture"][data-pending="false"]').waitFor();
  const pictured = performance.now() - entered;
  await pixelsOf(page);
  await annotate(
    `first picture after ${Math.round(pictured)} ms, stored pixels after ${Math.round(performance.now() - entered)} ms`,
  );
  expect(await sliceOf(page)).toBe('6 / 12');
  expect(await page.getByTestId('picture-kind').innerText()).toContain('原始像素');
  await bench.picture(page, 'pixels-phone');

  // The value under a finger is the stored one, rescaled to Hounsfield units.
  const { tap } = await fingersOn(page);
  const box = await page.getByTestId('stage').evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  });
  const scale = Math.min(box.width, box.height) / SIDE;
  const [column, row] = [140, 101];
  const at = [
    box.x + box.width / 2 + (column + 0.5 - SIDE / 2) * scale,
    box.y + box.height / 2 + (row + 0.5 - SIDE / 2) * scale,
  ] as const;
  // Before anything is drawn over it: what WebGL drew there is that value in the image's own window.
  const grey = await page.getByTestId('pixels').evaluate((element, [x, y]) => {
    const drawn = element.querySelector('canvas');
    if (drawn === null) return null;
    const around = drawn.getBoundingClientRect();
    const copy = new OffscreenCanvas(drawn.width, drawn.height);
    const context = copy.getContext('2d');
    context?.drawImage(drawn, 0, 0);
    const place = [
      ((x - around.x) / around.width) * drawn.width,
      ((y - around.y) / around.height) * drawn.height,
    ];
    return context?.getImageData(Math.floor(place[0] ?? 0), Math.floor(place[1] ?? 0), 1, 1).data[0] ?? null;
  }, at);
  const slope = await page.evaluate(async (study) => {
    const alias = sessionStorage.getItem('hutong.share') ?? '';
    const answer = await fetch(`/shares/${alias}/dicomweb/studies/${study}/metadata`, {
      headers: { accept: 'application/dicom+json' },
    });
    const [dataset] = (await answer.json()) as Record<string, { Value: number[] } | undefined>[];
    const first = (tag: string): number => Number(dataset?.[tag]?.Value[0]);
    return {
      slope: first('00281053'),
      intercept: first('00281052'),
      center: first('00281050'),
      width: first('00281051'),
    };
  }, STUDY.studyInstanceUid);
  const expected = storedValue(5, column, row) * slope.slope + slope.intercept;
  const shade = ((expected - (slope.center - 0.5)) / (slope.width - 1) + 0.5) * 255;
  expect(Math.abs((grey ?? -99) - Math.max(0, Math.min(255, shade)))).toBeLessThanOrEqual(6);

  await page.getByTestId('tool-measure').click();
  await tap(...at);
  expect(await page.getByTestId('probe').textContent()).toBe(`${Math.round(expected)} HU`);
  await put(page);
});

test('fingers scroll with momentum, zoom, window, measure, and play; back closes the viewer alone', async () => {
  const { link } = await shareStudy({ mayDownload: true });
  const page = await bench.open();
  await page.goto(link);
  await pixelsOf(page);
  const { drag, send, tap } = await fingersOn(page);
  await drag([190, 500], [190, 420], 10);
  await soon(async () => Number((await sliceOf(page)).split(' ')[0])).toBeGreaterThan(7);
  await pixelsOf(page);

  const scaleOf = () =>
    page.getByTestId('picture').evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
  await send('touchStart', [150, 400], [230, 400]);
  await send('touchMove', [120, 400], [260, 400]);
  await send('touchMove', [90, 400], [290, 400]);
  await send('touchEnd');
  expect(await scaleOf()).toBeGreaterThan(2);
  await bench.picture(page, 'pixels-zoomed-phone');
  await tap(190, 400);
  await tap(190, 400);
  await soon(scaleOf).toBe(1);

  await page.getByTestId('tool-window').click();
  await page.getByTestId('window-lung').click();
  await soon(() => page.getByTestId('picture-kind').innerText()).toMatch(/W 1500 L -600/);
  await drag([190, 400], [260, 430]);
  await soon(() => page.getByTestId('picture-kind').innerText()).toMatch(/W (?!1500)\d+ L/);
  await bench.picture(page, 'pixels-window-phone');

  await page.getByTestId('tool-measure').click();
  await drag([120, 350], [260, 350]);
  const length = await page.getByTestId('rulers').textContent();
  expect(length).toMatch(/^\d+\.\d mm$/);
  await page.getByTestId('tool-rotate').click();
  await page.getByTestId('tool-mirror').click();
  // A length is the picture's, however that lies.
  expect(await page.getByTestId('rulers').textContent()).toBe(length);
  await page.getByTestId('tool-invert').click();
  await bench.picture(page, 'pixels-measured-phone');
  await page.getByTestId('measure-clear').click();
  expect(await page.getByTestId('rulers').textContent()).toBe('');
  await page.getByTestId('tool-reset').click();
  await page.getByTestId('tool-measure').click();

  const before = await sliceOf(page);
  await page.getByTestId('play').click();
  await page.getByTestId('rate-25').click();
  await soon(() => sliceOf(page)).not.toBe(before);
  await page.getByTestId('play').click();

  await page.getByTestId('strip-series').last().click();
  await soon(() => sliceOf(page)).toBe('3 / 5');
  await pixelsOf(page);
  await page.getByTestId('slider').fill('4');
  await soon(() => sliceOf(page)).toBe('5 / 5');
  await page.setViewportSize({ width: 844, height: 390 });
  await pixelsOf(page);
  await bench.picture(page, 'pixels-landscape');
  for (const button of await page.locator('button:visible').all()) {
    const { width, height } = (await button.boundingBox()) ?? { width: 0, height: 0 };
    expect(Math.min(width, height), await button.innerText()).toBeGreaterThanOrEqual(44);
  }

  await page.goBack();
  await page.getByTestId('share-overview').waitFor();
  expect(page.url()).toBe(`${bench.cloud.url}/s`);
  await page.setViewportSize({ width: 390, height: 844 });
  await bench.picture(page, 'overview-phone');
  // A telephone has no room for the reading viewer.
  expect(await page.getByTestId('share-ohif').count()).toBe(0);
  const saved = page.waitForEvent('download');
  await page.getByTestId('share-download-link').click();
  expect((await saved).suggestedFilename()).toMatch(/\.zip$/);
  await page.getByTestId('share-study').click();
  await page.getByTestId('stage').waitFor();
  await page.getByTestId('viewer-back').click();
  await page.getByTestId('share-overview').waitFor();
  await put(page);
});

test('without WebGL the rendered pictures do', async () => {
  const { link } = await shareStudy();
  const page = await bench.open();
  await page.addInitScript(() => {
    // Read as a value: it is called on the canvas again.
    const own = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, 'getContext')?.value as (
      ...given: unknown[]
    ) => unknown;
    Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', {
      value(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
        return kind.startsWith('webgl') ? null : own.call(this, kind, ...rest);
      },
    });
  });
  await page.goto(link);
  await page.locator('[data-testid="picture"][data-pending="false"]').waitFor();
  await page.getByTestId('tool-window').click();
  await page.getByTestId('window-bone').click();
  await soon(() => bench.requests.some((url) => url.includes('window=450,1800,linear'))).toBe(true);
  expect(await page.getByTestId('stage').getAttribute('data-shown')).toBe('picture');
  await put(page);
});

test('a share with a watermark gives rendered pictures only', async () => {
  const { link } = await shareStudy({ watermark: true });
  const page = await bench.open({ viewport: DESK, isMobile: false });
  const from = bench.requests.length;
  await page.goto(link);
  await page.locator('[data-testid="picture"][data-pending="false"]').waitFor();
  await bench.picture(page, 'watermark-desk');
  // Long enough for pixels to have been asked for.
  await page.waitForTimeout(1500);
  const asked = bench.requests.slice(from);
  expect(asked.some((url) => url.includes('/rendered'))).toBe(true);
  expect(asked.filter((url) => /\/frames\/\d+$|\/metadata$/.test(url))).toEqual([]);
  await page.getByTestId('viewer-back').click();
  await page.getByTestId('share-overview').waitFor();
  expect(await page.getByTestId('share-ohif').count()).toBe(0);
  await put(page);
});

test('the reading viewer opens inside the share, reaches nothing else, and leads back', async () => {
  const { link, alias } = await shareStudy();
  const page = await bench.open({ viewport: DESK, isMobile: false, hasTouch: false });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const addresses: string[] = [];
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await page.goto(link);
  await page.getByTestId('stage').waitFor();
  await page.getByTestId('viewer-back').click();
  await page.getByTestId('share-ohif').click();
  await page.locator('[data-cy="hutong-study-bar"]').waitFor({ timeout: 60_000 });
  await page.locator('[data-cy="viewport-pane"] canvas').first().waitFor({ timeout: 60_000 });
  await soon(() =>
    page
      .locator('.viewport-overlay')
      .allInnerTexts()
      .then((texts) => texts.join(' ')),
  ).toMatch(/\d+\/12|\d+\/5/);
  await bench.picture(page, 'ohif-desk');
  expect(await page.locator('[data-cy="hutong-conformance"]').count()).toBe(0);

  const here = bench.cloud.url;
  const asked = requests.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:'));
  const isStatic = (url: string) =>
    /^\/(?:assets|viewer\/v-[0-9a-f]{16}\.ohif)\//.test(url) ||
    ['/s', '/favicon.svg', '/viewer/app-config.js', `/viewer?share=${alias}`].includes(url);
  const outside = asked
    .map((url) => (url.startsWith(here) ? url.slice(here.length) : url))
    .filter((url) => !url.startsWith(`/shares/${alias}/`) && !isStatic(url) && url !== '/api/share-sessions');
  expect(outside).toEqual([]);
  // Neither a name, nor a UID, nor what opens the share stands in an address.
  addresses.push(page.url());
  for (const address of addresses) {
    expect(address.replace(/#htsh_.*$/, '')).not.toMatch(/\d+\.\d+\.\d+\.\d+\.\d+|测试|htsh_|P-shared/);
  }
  expect(page.url()).toBe(`${here}/viewer?share=${alias}`);
  await page.locator('[data-cy="hutong-back"]').click();
  await page.getByTestId('share-overview').waitFor();
  expect(page.url()).toBe(`${here}/s`);
  await put(page);
});

test('the reading viewer of a share that is ended shows no images any more', async () => {
  const { link, id } = await shareStudy();
  const page = await bench.open({ viewport: DESK, isMobile: false, hasTouch: false });
  await page.goto(link);
  await page.getByTestId('stage').waitFor();
  await page.getByTestId('viewer-back').click();
  await page.getByTestId('share-ohif').click();
  await page.locator('[data-cy="hutong-study-bar"]').waitFor({ timeout: 60_000 });
  expect(await bench.ask('DELETE', `/api/shares/${id}`)).toBe(204);
  await page.locator('[data-cy="hutong-share-ended"]').waitFor({ timeout: 20_000 });
  expect(await page.locator('[data-cy="viewport-pane"]').count()).toBe(0);
  await bench.picture(page, 'ohif-ended-desk');
  await put(page);
});

test('no page complained, and none was refused anything by its policy', () => {
  expect(bench.complaints).toEqual([]);
});
