import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPart10 } from '@hutong/dicom';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasDcmtk, hasTestFiles, imageOf, type RealImage, testFilesFolder } from '../testFiles.ts';
import type { RenderSettings } from '../types.ts';
import { renderFrames } from './render.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hutong-render-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (tool: string, ...args: string[]): void => {
  execFileSync(tool, args, { stdio: 'pipe' });
};

function image(path: string): RealImage {
  const found = imageOf(path, readFileSync(join(testFilesFolder, path)));
  if (found === null || !('frames' in found)) throw new Error(`${path} holds no image`);
  return found;
}

/** Samples of a grey picture of ours. */
async function ours(path: string, settings: Partial<RenderSettings>): Promise<Uint8Array> {
  const picture = await renderFrames({
    ...image(path),
    settings: {
      mediaType: 'image/png',
      quality: null,
      viewport: null,
      window: null,
      iccProfile: 'no',
      annotations: [],
      presentationState: null,
      frameNumbers: [1],
      ...settings,
    },
  });
  return sharp(picture.bytes).toColourspace('b-w').raw().toBuffer();
}

/** Samples of a file in Netpbm's binary form. */
function netpbm(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const head = /^P5\s+(?:#.*\s+)*\d+\s+\d+\s+\d+\s/.exec(bytes.toString('latin1', 0, 200))![0];
  return bytes.subarray(head.length);
}

function furthest(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

const CT = 'cornerstone_ts/testImages/CTImage.dcm';

// dcmtk cuts off what comes after the point where we round, which makes one grey level.
describe.skipIf(!hasTestFiles || !hasDcmtk)('pictures by dcmtk (skipped without it, or real files)', () => {
  test.each([
    [CT, 40, 400],
    ['nema_wg04/data/WG04/JPLL/RG3_JPLL', 2048, 3000],
    ['nema_wg04/data/WG04/JPLL/MR2_JPLL', 1000, 1500],
    ['nema_wg04/data/WG04/JPLL/XA1_JPLL', 128, 200],
    ['pydicom/test_files/MR_small.dcm', 600, 1600],
    ['pydicom/test_files/examples_overlay.dcm', 300, 900],
  ])('%s looks the same in the window %d / %d', async (path, center, width) => {
    const out = join(folder, 'window.pgm');
    run('dcmj2pnm', '+op', '-O', '+Ww', String(center), String(width), join(testFilesFolder, path), out);
    const window = { center, width, function: 'linear' as const };
    expect(furthest(await ours(path, { window }), netpbm(out))).toBeLessThanOrEqual(1);
  });

  test('the first window of the dataset is the same', async () => {
    const out = join(folder, 'first.pgm');
    run('dcmj2pnm', '+op', '-O', '+Wi', '1', join(testFilesFolder, CT), out);
    expect(furthest(await ours(CT, {}), netpbm(out))).toBeLessThanOrEqual(1);
  });

  test.each([
    ['0', 'N', 'IDENTITY'],
    ['90', 'Y', 'IDENTITY'],
    ['180', 'Y', 'INVERSE'],
    ['270', 'N', 'INVERSE'],
  ])('a presentation state that turns by %s, flips (%s) and shows %s', async (rotation, flip, shape) => {
    const [state, out] = [join(folder, 'state.dcm'), join(folder, 'state.pgm')];
    run('dcmpsmk', join(testFilesFolder, CT), state);
    const changes = [
      '-m',
      `(2050,0020)=${shape}`,
      '-i',
      `(0070,0042)=${rotation}`,
      '-i',
      `(0070,0041)=${flip}`,
    ];
    const voi = 'SoftcopyVOILUTSequence[0]';
    run(
      'dcmodify',
      '-nb',
      ...changes,
      '-m',
      `${voi}.WindowCenter=300`,
      '-m',
      `${voi}.WindowWidth=1500`,
      state,
    );
    run('dcmp2pgm', '-p', state, join(testFilesFolder, CT), out);
    const presentationState = readPart10(readFileSync(state)).dataset;
    expect(furthest(await ours(CT, { presentationState }), netpbm(out))).toBeLessThanOrEqual(1);
  });
});
