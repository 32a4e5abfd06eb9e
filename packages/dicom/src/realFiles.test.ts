import { describe, expect, test } from 'vitest';
import { TAG } from './attributes.ts';
import { DicomError } from './dicomError.ts';
import { text } from './dicomJson.ts';
import { frameRanges } from './frames.ts';
import { ObjectDigestCheck } from './objectDigest.ts';
import { createPart10Reader } from './part10Reader.ts';
import { hasTestFiles, realFiles } from './testFiles.ts';
import { transferSyntax } from './transferSyntaxes.ts';
import type { Part10Instance } from './types.ts';

function read(bytes: Buffer): Part10Instance | DicomError {
  try {
    const reader = createPart10Reader();
    for (let at = 0; at < bytes.length; at += 65_536) reader.write(bytes.subarray(at, at + 65_536));
    return reader.end();
  } catch (error) {
    if (error instanceof DicomError) return error;
    throw error;
  }
}

/**
 * Files whose group 0002 or TransferSyntaxUID are ambiguous on purpose: two file metas one after the other. The first
 * one names the instance and is true of the pixel data; the manifest has the second.
 */
const twoFileMetas = 'fo-dicom/GH1376.dcm';

describe.skipIf(!hasTestFiles)('real files (skipped where there are none)', () => {
  const results = Array.from(realFiles(), (file) => ({ ...file, result: read(file.bytes) }));
  const accepted = results.flatMap(({ result, ...file }) =>
    result instanceof DicomError ? [] : [{ ...file, instance: result }],
  );

  test('each is read, or refused for what it lacks', () => {
    const counts: Record<string, number> = {};
    for (const { result } of results) {
      const code = result instanceof DicomError ? result.code : 'read';
      counts[code] = (counts[code] ?? 0) + 1;
    }
    expect(counts).toEqual({ read: 695, MISSING_UID: 34, NOT_PART10: 10, TRUNCATED: 3, INVALID_UID: 1 });
  });

  test('transfer syntax, SOP class and number of frames are those known of the file', () => {
    for (const { path, manifest, instance } of accepted) {
      const { dataset, identity } = instance;
      if (manifest['transfer_syntax'] !== '' && path !== twoFileMetas) {
        expect(instance.transferSyntaxUid, path).toBe(manifest['transfer_syntax']);
      }
      if (manifest['sop_class'] !== '') expect(identity.sopClassUid, path).toBe(manifest['sop_class']);
      if (manifest['modality'] !== '') expect(text(dataset, TAG.Modality), path).toBe(manifest['modality']);
      if (manifest['frames'] !== '') expect(text(dataset, TAG.NumberOfFrames), path).toBe(manifest['frames']);
    }
  });

  test('digests and sizes are those of the bytes', () => {
    for (const { path, bytes, manifest, instance } of accepted) {
      expect(instance.objectSize, path).toBe(Number(manifest['bytes']));
      const check = new ObjectDigestCheck(Buffer.from(instance.objectDigest, 'hex'));
      expect(check.update(bytes).matches(), path).toBe(true);
    }
  });

  test('every compressed frame begins as its codestream does, and every range lies in the object', () => {
    let frames = 0;
    for (const { path, bytes, instance } of accepted) {
      const layout = instance.pixelData;
      if (layout === null || layout.undividedReason !== undefined || layout.inDeflated) continue;
      const mediaType = transferSyntax(instance.transferSyntaxUid)?.frameMediaType;
      for (let frame = 1; frame <= layout.numberOfFrames; frame++) {
        const ranges = frameRanges(layout, frame);
        for (const { offset, length } of ranges)
          expect(offset + length, path).toBeLessThanOrEqual(bytes.length);
        const start = bytes.subarray(ranges[0]!.offset, ranges[0]!.offset + 2).toString('hex');
        if (mediaType === 'image/jpeg' || mediaType === 'image/jls') expect(start, path).toBe('ffd8');
        if (mediaType === 'image/jp2' || mediaType === 'image/jphc')
          expect(['ff4f', '0000'], path).toContain(start);
        frames++;
      }
    }
    expect(frames).toBeGreaterThan(1000);
  });

  test('only the file of single-bit frames that end inside a byte cannot be divided', () => {
    const undivided = accepted.filter(({ instance }) => instance.pixelData?.undividedReason !== undefined);
    expect(undivided.map(({ path }) => path)).toEqual(['pydicom-data/data/liver_nonbyte_aligned.dcm']);
  });
});
