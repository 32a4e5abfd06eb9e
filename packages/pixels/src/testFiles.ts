/** For tests: frames of the real files, where there are any. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { type DicomJson, frameRanges, pixelElement, readPart10 } from '@hutong/dicom';
import { realFiles, testFilesFolder } from '../../dicom/src/testFiles.ts';
import { littleEndian, pixelDescription } from './description.ts';
import { frameCut } from './frameCut.ts';
import { PixelError } from './pixelError.ts';
import type { PixelDescription } from './types.ts';

export { hasTestFiles, realFiles, testFilesFolder } from '../../dicom/src/testFiles.ts';

export interface RealImage {
  path: string;
  dataset: DicomJson;
  transferSyntaxUid: string;
  description: PixelDescription;
  frames: Uint8Array[];
}

/** Images of one file; null where it holds no pixel data or is no DICOM, the reason where its frames are refused. */
export function imageOf(path: string, bytes: Buffer): RealImage | { path: string; refused: string } | null {
  let instance;
  try {
    instance = readPart10(bytes);
  } catch {
    return null;
  }
  const { pixelData, dataset, transferSyntaxUid } = instance;
  if (pixelData === null) return null;
  try {
    const fileMetaLength = 132 + 12 + bytes.readUInt32LE(140);
    const source = pixelData.inDeflated === true ? inflateRawSync(bytes.subarray(fileMetaLength)) : bytes;
    const { value } = pixelData;
    const { element } = pixelElement(source.subarray(0, value.offset), transferSyntaxUid);
    const stored = pixelDescription(dataset, transferSyntaxUid, element);
    const frames = Array.from({ length: pixelData.numberOfFrames }, (_, i) => {
      const ranges = frameRanges(pixelData, i + 1);
      const [only] = ranges;
      if (pixelData.encapsulated || only === undefined)
        return Buffer.concat(ranges.map(({ offset, length }) => source.subarray(offset, offset + length)));
      const place = { start: (only.offset - value.offset) * 8, bits: only.length * 8 };
      const { offset, length, cut } = frameCut(stored, place, value.length);
      return cut(Buffer.from(source.subarray(value.offset + offset, value.offset + offset + length)));
    });
    return { path, dataset, transferSyntaxUid, description: littleEndian(stored), frames };
  } catch (error) {
    if (error instanceof PixelError || error instanceof RangeError) return { path, refused: error.message };
    throw error;
  }
}

export function* realImages(): Generator<RealImage | { path: string; refused: string }> {
  for (const { path, bytes } of realFiles()) {
    const image = imageOf(path, bytes);
    if (image !== null) yield image;
  }
}

const DCMTK: Record<string, string> = {
  '1.2.840.10008.1.2.5': 'dcmdrle',
  '1.2.840.10008.1.2.4.50': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.51': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.57': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.70': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.80': 'dcmdjpls',
  '1.2.840.10008.1.2.4.81': 'dcmdjpls',
};

export const hasDcmtk = ((): boolean => {
  try {
    execFileSync('dcmdjpeg', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

/** The image as dcmtk decodes it; null where it cannot. */
export function decodedByDcmtk(image: RealImage): RealImage | null {
  const tool = DCMTK[image.transferSyntaxUid];
  if (tool === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), 'hutong-pixels-'));
  try {
    const out = join(folder, 'native.dcm');
    execFileSync(tool, [join(testFilesFolder, image.path), out], { stdio: 'pipe' });
    const native = imageOf(image.path, readFileSync(out));
    return native !== null && 'frames' in native ? native : null;
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
