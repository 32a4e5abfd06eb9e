/// <reference lib="dom" />
/**
 * How long a recipient of a share waits on a phone's network: for the question, for the first picture after the answer, and
 * for the stored pixels. Prints a table; `node bench/shareFirstPicture.ts [runs]`.
 */
import fs from 'node:fs';
import { aCtStudy } from '../test/factories/index.ts';
import { launchBrowser } from '../test/harness/browser.ts';
import { hutong, startCloud, temporaryFolder } from '../test/harness/cloud.ts';

/** 9 Mbit/s down, 3 Mbit/s up, 85 ms there and back. */
const FOUR_G = { downloadThroughput: 9e6 / 8, uploadThroughput: 3e6 / 8, latency: 85 };
const SLICES = 200;
const SIDE = 512;

interface Times {
  asked: number;
  pictured: number;
  pixels: number;
  /** Bytes over the network until then. */
  landing: number;
  all: number;
}

type Browser = Awaited<ReturnType<typeof launchBrowser>>;

const runs = Number(process.argv[2] ?? 5);
const folder = temporaryFolder('bench-share');
const cloud = await startCloud({ HUTONG_DATA: folder });
let browser: Browser | undefined;
try {
  await hutong(
    ['hospital', 'add', '--code', 'city-first', '--name-zh', '市第一人民医院', '--name-en', 'First'],
    cloud.env,
  );
  const key = await hutong(['key', 'create', '--hospital', 'city-first', '--scope', 'store'], cloud.env);
  const study = aCtStudy({ seed: 'bench share', slices: SLICES, rows: SIDE, columns: SIDE });
  for (const { bytes } of study.instances) {
    const { ok } = await fetch(`${cloud.url}/dicomweb/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom', authorization: `Bearer ${key}` },
      body: Buffer.from(bytes),
    });
    if (!ok) throw new Error('the study could not be stored');
  }
  browser = await launchBrowser();
  const desk = await browser.newPage();
  await desk.goto(cloud.signInLink ?? '');
  await desk.getByTestId('user-menu').waitFor();
  const made = await desk.evaluate(async (studyInstanceUid) => {
    const answer = await fetch('/api/shares', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        hospital: 'city-first',
        studies: [{ studyInstanceUid }],
        hours: 24,
        factor: 'code',
      }),
    });
    return (await answer.json()) as { link: string; code: string };
  }, study.studyInstanceUid);
  const measured: Times[] = [];
  // The first run warms the server, which has been running for long when somebody scans a code.
  for (let run = 0; run <= runs; run++) {
    const times = await open(browser, made);
    if (run > 0) measured.push(times);
  }
  report(measured);
} finally {
  await browser?.close();
  await cloud.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}

/** One phone that never was here before. */
async function open(chromium: Browser, { link, code }: { link: string; code: string }): Promise<Times> {
  const context = await chromium.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    locale: 'zh-CN',
  });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  let bytes = 0;
  network.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await network.send('Network.enable');
  await network.send('Network.emulateNetworkConditions', { offline: false, ...FOUR_G });
  const begun = performance.now();
  await page.goto(link);
  await page.getByTestId('factor-input').waitFor();
  const asked = performance.now() - begun;
  const landing = bytes;
  await page.getByTestId('factor-input').fill(code);
  const entered = performance.now();
  await page.getByTestId('factor-submit').click();
  await page.locator('[data-testid="picture"][data-pending="false"]').waitFor();
  const pictured = performance.now() - entered;
  await page.locator('[data-testid="stage"][data-shown="pixels"]').waitFor();
  const pixels = performance.now() - entered;
  await context.close();
  return { asked, pictured, pixels, landing, all: bytes };
}

function report(measured: readonly Times[]): void {
  const middle = (of: (times: Times) => number): string => {
    const sorted = measured.map(of).sort((a, b) => a - b);
    return String(Math.round(sorted[Math.floor(sorted.length / 2)] ?? NaN));
  };
  console.log(
    `${measured.length} runs, 4G (9/3 Mbit/s, 85 ms), CT of ${SLICES} slices ${SIDE}x${SIDE}; medians`,
  );
  console.table({
    'link to question, ms': middle(({ asked }) => asked),
    'answer to first picture, ms': middle(({ pictured }) => pictured),
    'answer to stored pixels, ms': middle(({ pixels }) => pixels),
    'bytes until the question, kB': middle(({ landing }) => landing / 1000),
    'bytes until stored pixels, kB': middle(({ all }) => all / 1000),
  });
}
