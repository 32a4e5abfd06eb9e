import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  type DicomJson,
  type DicomJsonAttribute,
  DicomError,
  ORIGINAL_ATTRIBUTES_SEQUENCE,
  type Part10Instance,
  personName,
  readPart10,
  TAG,
  transferSyntax,
} from '@hutong/dicom';
import { instanceObjectKey, openObjectStore } from '@hutong/storage-config';
import { describe, expect, test } from 'vitest';
import { REAL_DICOM, realFiles } from '../../../test/harness/realFiles.ts';
import { RewriteFailure, rewriteObject } from './rewriteObject.ts';

const NAME = { Alphabetic: 'Zhang^San', Ideographic: '张^三' };
const CHANGES: DicomJson = {
  '00100010': { vr: 'PN', Value: [NAME] },
  '00100020': { vr: 'LO', Value: ['CORRECTED-1'] },
};
/** Not of the dataset's meaning, or corrected. */
const NOT_COMPARED = new Set(['00080005', '00100010', '00100020', ORIGINAL_ATTRIBUTES_SEQUENCE]);

function read(bytes: Buffer): Part10Instance | null {
  try {
    const instance = readPart10(bytes);
    return transferSyntax(instance.transferSyntaxUid) === undefined ? null : instance;
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
}

/**
 * Tags of attributes that differ, at any depth by the outermost. Values by reference are not looked at, nor those whose VR
 * was unknown before; the character set of items, and the padding of odd values, may change.
 */
function differences(before: DicomJson, after: DicomJson): string[] {
  return Object.keys({ ...before, ...after }).filter(
    (tag) => !NOT_COMPARED.has(tag) && !isSame(before[tag], after[tag]),
  );
}

function isSame(before: DicomJsonAttribute | undefined, after: DicomJsonAttribute | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  if (before.vr === 'UN' || before.BulkDataURI !== undefined) return true;
  if (before.InlineBinary !== undefined) {
    const [one, other] = [before, after].map(({ InlineBinary = '' }) => Buffer.from(InlineBinary, 'base64'));
    return other!.subarray(0, one!.length).equals(one!) && other!.length - one!.length <= one!.length % 2;
  }
  if (before.vr !== 'SQ') return JSON.stringify(before.Value) === JSON.stringify(after.Value);
  const items = (before.Value ?? []) as DicomJson[];
  return items.every((item, n) => differences(item, (after.Value?.[n] ?? {}) as DicomJson).length === 0);
}

/** The first files of each folder: most are slices of one series. */
function someFiles(folder: string): string[] {
  const byFolder = Map.groupBy(realFiles(folder), (file) => path.dirname(file));
  return [...byFolder.values()].flatMap((files) => files.slice(0, 12));
}

describe.skipIf(REAL_DICOM === null)('the real DICOM files beside the checkout (HUTONG_TEST_DICOM)', () => {
  test('each is written anew with a corrected patient and nothing else changed, or refused with a reason', async () => {
    const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'hutong-rewrite-'));
    const objects = await openObjectStore({ dataDirectory, s3: null });
    const refused: string[] = [];
    let written = 0;
    try {
      for (const file of someFiles(REAL_DICOM!)) {
        const name = path.relative(REAL_DICOM!, file);
        const bytes = readFileSync(file);
        const before = read(bytes);
        if (before === null) continue;
        const objectKey = instanceObjectKey({ hospital: 'h1', ...before.identity });
        await objects.put(objectKey, bytes, {});
        const input = {
          instance: {
            instanceId: 1,
            sopInstanceUid: before.identity.sopInstanceUid,
            objectKey,
            objectSize: bytes.length,
            objectSha256: createHash('sha256').update(bytes).digest(),
            transferSyntaxUid: before.transferSyntaxUid,
            pixelData: before.pixelData?.value ?? null,
          },
          identity: { hospital: 'h1', studyInstanceUid: before.identity.studyInstanceUid },
          wanted: { attributes: CHANGES, restored: [] },
          modification: { system: 'Hutong', reason: 'CORRECT', source: 'h1', at: new Date(0) },
          metadata: {},
        } as const;
        try {
          const rows = await rewriteObject(objects, input);
          const again = readPart10(await buffer(await objects.get(rows!.instance.object_key)));
          expect(personName(again.dataset, TAG.PatientName), name).toMatchObject(NAME);
          expect(differences(before.dataset, again.dataset), name).toEqual([]);
          expect(again.pixelData?.value.length, name).toBe(before.pixelData?.value.length);
          expect(again.pixelData?.numberOfFrames, name).toBe(before.pixelData?.numberOfFrames);
          written += 1;
          await objects.delete(rows!.instance.object_key);
        } catch (error) {
          if (!(error instanceof RewriteFailure)) throw error;
          refused.push(`${name}: ${error.message}`);
        }
        await objects.delete(objectKey);
      }
    } finally {
      await objects.close();
      await rm(dataDirectory, { recursive: true, force: true });
    }
    expect(written).toBeGreaterThan(100);
    expect(refused).toEqual([]);
  });
});
