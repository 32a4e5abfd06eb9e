import type { DicomJson } from '@hutong/dicom';
import type { PixelDescription } from '@hutong/pixels';
import type { PixelThreads } from '../../pixelThreads/index.ts';
import type { PictureType } from '../rendered/renderForms.ts';

const SIDE = 128;
const [BACKGROUND, PAPER, INK] = [24, 150, 64];

/** A sheet with lines: stands for what has no picture, or none that may be shown small. */
function sheet(): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE).fill(BACKGROUND);
  const fill = (left: number, top: number, right: number, bottom: number, grey: number): void => {
    for (let y = top; y < bottom; y += 1) pixels.fill(grey, y * SIDE + left, y * SIDE + right);
  };
  fill(36, 24, 92, 104, PAPER);
  for (let line = 0; line < 5; line += 1) fill(46, 40 + line * 12, line === 4 ? 66 : 82, 44 + line * 12, INK);
  return pixels;
}

const DESCRIPTION: PixelDescription = {
  transferSyntaxUid: '1.2.840.10008.1.2.1',
  rows: SIDE,
  columns: SIDE,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  bitsAllocated: 8,
  bitsStored: 8,
  highBit: 7,
  signed: false,
  planarConfiguration: 0,
  numberOfFrames: 1,
  sampleType: 'integer',
};

/** The neutral icon, as a picture. It shows nothing of the instance it stands for. */
export async function renderIcon(
  pixelThreads: PixelThreads,
  viewport: { width: number; height: number },
  mediaType: PictureType,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const dataset: DicomJson = {};
  const { bytes } = await pixelThreads.render(
    {
      frames: [sheet()],
      description: DESCRIPTION,
      dataset,
      settings: {
        mediaType,
        quality: null,
        viewport,
        window: { center: 127.5, width: 255, function: 'linear-exact' },
        iccProfile: 'no',
        annotations: [],
        presentationState: null,
        frameNumbers: [1],
      },
    },
    signal,
  );
  return bytes;
}
