import { describe, expect, test } from 'vitest';
import { CODECS, encodingRefusal } from './codecTable.ts';
import { readJpeg2000Header } from './codestreamHeaders.ts';
import { decodeFrame } from './decode.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';
import { PixelError } from './pixelError.ts';
import { samplesOf } from './samples.ts';
import {
  decodedByDcmtk,
  hasDcmtk,
  hasTestFiles,
  realFiles,
  type RealImage,
  realImages,
} from './testFiles.ts';
import { transcodeFrame } from './transcode.ts';
import type { NativeFrame } from './types.ts';

/** Largest difference of stored values; bits outside of Bits Stored are not compared. */
function largestDifference(a: NativeFrame, b: NativeFrame): number {
  const { bitsAllocated, bitsStored } = a.description;
  const mask = bitsAllocated > 16 || bitsAllocated === 1 ? ~0 : 2 ** bitsStored - 1;
  const x = samplesOf(a.bytes, bitsAllocated);
  const y = samplesOf(b.bytes, bitsAllocated);
  if (x.length !== y.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs((x[i]! & mask) - (y[i]! & mask)));
  return largest;
}

// Some hundred frames are decoded and encoded here; a machine with other work takes its time.
describe.skipIf(!hasTestFiles)('real files (skipped where there are none)', { timeout: 240_000 }, () => {
  const all = hasTestFiles ? [...realImages()] : [];
  const images = all.filter((image) => 'frames' in image);
  const named = (end: string): RealImage => images.find(({ path }) => path.endsWith(end))!;
  const first = (end: string): Promise<NativeFrame> => {
    const { frames, description } = named(end);
    return decodeFrame(frames[0]!, description);
  };

  test('every frame is decoded, or refused for a reason that is known', async () => {
    const refused: Record<string, string> = {};
    let decoded = 0;
    for (const image of all) {
      if ('refused' in image) {
        refused[image.path] = image.refused;
        continue;
      }
      for (const frame of image.frames) {
        try {
          await decodeFrame(frame, image.description);
          decoded++;
        } catch (error) {
          if (!(error instanceof PixelError)) throw error;
          refused[image.path] = `${error.code}: ${error.message}`;
        }
      }
    }
    expect(refused).toEqual({
      'cornerstone_ts/testImages/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm':
        'UNSUPPORTED: the transfer syntax of the image is not decoded',
      'cornerstone_ts/testImages/CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm':
        'UNSUPPORTED: the transfer syntax of the image is not decoded',
      'pydicom-data/data/liver_nonbyte_aligned.dcm':
        'Frames cannot be told apart: frames do not end on a byte.',
      'pydicom/test_files/JPEG2000-embedded-sequence-delimiter.dcm':
        'CORRUPT: the header of the codestream is damaged or cut off',
    });
    expect(decoded).toBeGreaterThan(1300);
  });

  test.skipIf(!hasDcmtk)('RLE, JPEG and JPEG-LS come out as dcmtk decodes them', async () => {
    const different: Record<string, number> = {};
    let compared = 0;
    const seen = new Set<string>();
    for (const image of images) {
      // One file of each kind in a folder: dcmtk is started anew for each.
      const { path, transferSyntaxUid, description } = image;
      const kind = [
        path.split('/').slice(0, -1).join('/'),
        transferSyntaxUid,
        JSON.stringify(description),
      ].join();
      if (seen.has(kind)) continue;
      seen.add(kind);
      const native = decodedByDcmtk(image);
      if (native === null) continue;
      for (const [i, frame] of image.frames.entries()) {
        const ours = await decodeFrame(frame, image.description);
        const theirs = await decodeFrame(native.frames[i]!, native.description);
        const difference = largestDifference(ours, theirs);
        if (difference > 0) different[image.path] = difference;
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(80);
    expect(different).toEqual({
      'fo-dicom/GH538-jpeg1.dcm': 1,
      // Subsampled, with a JFIF marker, but said to be RGB; dcmtk takes it for RGB.
      'fo-dicom/GH195.dcm': 148,
    });
  });

  test.each([
    ['CT1_J2KR', 'CT1_UNC', 0],
    ['MR1_J2KR', 'MR1_UNC', 0],
    ['NM1_J2KR', 'NM1_UNC', 0],
    ['XA1_J2KR', 'XA1_JPLL', 0],
    ['RG3_J2KR', 'RG3_JPLL', 0],
    ['MR2_J2KR', 'MR2_JPLL', 0],
    ['CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm', 'CTImage.dcm', 0],
    ['CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm', 'CTImage.dcm', 0],
    ['CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm', 'CTImage.dcm', 0],
    ['CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm', 'CTImage.dcm', 0],
    ['CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm', 'CTImage.dcm', 0],
    ['693_J2KR.dcm', '693_UNCR.dcm', 0],
    ['test_files/693_J2KI.dcm', '693_UNCI.dcm', 1],
    ['JPEG2000.dcm', 'JPEG2000_UNC.dcm', 1],
    ['US1_J2KI.dcm', 'US1_UNCI.dcm', 2],
    ['MR_small_jp2klossless.dcm', 'MR_small.dcm', 0],
    ['emri_small_jpeg_2k_lossless.dcm', 'emri_small.dcm', 0],
    ['liver_j2k.dcm', 'data/liver.dcm', 0],
    ['liver_rle.dcm', 'data/liver.dcm', 0],
    ['liver_deflate.dcm', 'data/liver.dcm', 0],
    ['liver_expb.dcm', 'data/liver.dcm', 0],
    ['SC_rgb_expb_32bit.dcm', 'SC_rgb_32bit.dcm', 0],
    ['SC_rgb_rle_32bit.dcm', 'SC_rgb_32bit.dcm', 0],
    ['OBXXXX1A_expb.dcm', 'OBXXXX1A.dcm', 0],
    ['SC_rgb_small_odd_big_endian.dcm', 'SC_rgb_small_odd.dcm', 0],
  ])('%s holds the pixels of %s', async (encoded, native, tolerance) => {
    expect(largestDifference(await first(encoded), await first(native))).toBeLessThanOrEqual(tolerance);
  });

  test('HTJ2K comes out as another decoder decodes it', async () => {
    let compared = 0;
    for (const { path, bytes } of realFiles()) {
      if (!path.includes('HTJ2K')) continue;
      // Some of these files lack the UIDs that instances must have; their codestream is what matters here.
      const frame = bytes.subarray(
        bytes.indexOf('ff4fff51', 0, 'hex'),
        bytes.lastIndexOf('ffd9', undefined, 'hex') + 2,
      );
      const header = readJpeg2000Header(frame);
      expect(header.highThroughput).toBe(true);
      const ours = await decodeJpeg2000(frame, header);
      const theirs = await decodeJpeg2000(frame, { ...header, highThroughput: false });
      const tolerance = header.reversible ? 0 : 1;
      const furthest = ours.bytes.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - theirs.bytes[i]!)),
        0,
      );
      expect(furthest, path).toBeLessThanOrEqual(tolerance);
      compared++;
    }
    expect(compared).toBe(2);
  });

  test('frames encoded in every lossless transfer syntax come back bit by bit', async () => {
    const targets = Object.values(CODECS).filter(({ encode, native }) => encode === 'lossless' && !native);
    const seen = new Set<string>();
    const lossy = new Set<string>();
    let compared = 0;
    for (const { frames, description, path } of images) {
      // One image of each layout, and none that takes seconds: the next slice of a scanner teaches nothing.
      const { transferSyntaxUid: _, numberOfFrames: __, ...layout } = description;
      const kind = JSON.stringify(layout);
      if (seen.has(kind) || layout.rows * layout.columns > 270_000) continue;
      seen.add(kind);
      const source = await decodeFrame(frames[0]!, description).catch(() => null);
      if (source === null) continue;
      for (const { uid } of targets) {
        if (encodingRefusal(description, uid) !== null) continue;
        try {
          const encoded = await transcodeFrame({ bytes: frames[0]!.slice(), description, target: uid });
          const changed = encoded.changedAttributes['00280004']?.Value?.[0] as string | undefined;
          const back = await decodeFrame(encoded.bytes, {
            ...description,
            transferSyntaxUid: uid,
            photometricInterpretation: changed ?? description.photometricInterpretation,
          });
          expect(back.description.photometricInterpretation, path).toBe(
            source.description.photometricInterpretation,
          );
          const same = Buffer.compare(back.bytes, source.bytes) === 0;
          // Signs that the source did not extend are extended; stored values are the same.
          expect(same || largestDifference(back, source) === 0, `${path} ${uid}`).toBe(true);
          compared++;
        } catch (error) {
          if (!(error instanceof PixelError)) throw error;
          expect(error.message).toContain('bits outside of BitsStored');
          lossy.add(path);
        }
      }
    }
    expect(compared).toBeGreaterThan(300);
    expect([...lossy].sort()).toEqual([]);
  });
});
