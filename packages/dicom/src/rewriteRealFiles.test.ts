import { describe, expect, test } from 'vitest';
import { readPart10 } from './part10Reader.ts';
import { hasTestFiles } from './testFiles.ts';
import { evened, readableFiles, rewritten } from './testRewriting.ts';
import { transferSyntax } from './transferSyntaxes.ts';
import type { DicomJson, Part10Instance } from './types.ts';

/**
 * The attributes that can be compared. In big endian datasets private values of VR UN stay so; the same value is read
 * by its creator when little endian.
 */
function comparable(
  { dataset }: Part10Instance,
  { dataset: original, transferSyntaxUid }: Part10Instance,
): DicomJson {
  const isBigEndian = transferSyntax(transferSyntaxUid)?.bigEndian === true;
  return Object.fromEntries(
    Object.entries(dataset).filter(([tag]) => !(isBigEndian && original[tag]?.vr === 'UN')),
  );
}

/** Warnings that say how the object was encoded, which a rewritten one is not any more. */
const ofEncoding = new Set([
  'DUPLICATE_ATTRIBUTE',
  'FILE_META_MISMATCH',
  'LENGTH_EXCEEDS_PARENT',
  'MALFORMED_SEQUENCE',
  'MISPLACED_ATTRIBUTE',
  'MISSING_DELIMITER',
  'MISSING_TRANSFER_SYNTAX',
  'TRAILING_BYTES',
  'TRANSFER_SYNTAX_MISMATCH',
]);

describe.skipIf(!hasTestFiles)('rewriting real files (skipped where there are none)', () => {
  test('with one change gives the same metadata but for that, and the same pixel data', () => {
    let count = 0;
    for (const opened of readableFiles()) {
      const { path, instance } = opened;
      const change = { '00120064': { vr: 'SQ', Value: [{ '00080104': { vr: 'LO', Value: ['Test'] } }] } };
      const { bytes, value } = rewritten(opened, change);
      const again = readPart10(bytes);
      expect(comparable(again, instance), path).toEqual({ ...comparable(instance, instance), ...change });
      expect(
        again.warnings.filter(({ code }) => !ofEncoding.has(code)),
        path,
      ).toEqual(instance.warnings.filter(({ code }) => !ofEncoding.has(code)));
      expect(again.pixelData === null, path).toBe(instance.pixelData === null);
      if (again.pixelData !== null) {
        const { offset, length } = again.pixelData.value;
        expect(bytes.subarray(offset, offset + length).equals(value), path).toBe(true);
        expect(again.pixelData.frames?.length, path).toBe(instance.pixelData?.frames?.length);
      }
      count++;
    }
    expect(count).toBe(695);
  });

  test('with Chinese text gives that and the text that was there, wherever it was in what repertoire', () => {
    for (const opened of readableFiles()) {
      const { path, instance } = opened;
      const change = { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Zhang^San', Ideographic: '张^三' }] } };
      const again = readPart10(rewritten(opened, change).bytes);
      const expected = { ...comparable(instance, instance), ...change };
      expect(evened(comparable(again, instance), ['00080005']), path).toEqual(evened(expected, ['00080005']));
      expect([['ISO_IR 192'], instance.dataset['00080005']?.Value], path).toContainEqual(
        again.dataset['00080005']?.Value,
      );
      expect(again.warnings.filter(({ code }) => code === 'WRONG_CHARACTER_SET')).toEqual([]);
    }
  });
});
