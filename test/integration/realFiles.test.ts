import fs from 'node:fs';
import path from 'node:path';
import { DicomError, readPart10 } from '@hutong/dicom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';
import { findInstance, retrieveInstance, store } from '../harness/dicomweb.ts';
import { addHospital } from '../harness/killNine.ts';
import { REAL_DICOM, realFiles } from '../harness/realFiles.ts';

describe.skipIf(REAL_DICOM === null)('the real DICOM files beside the checkout (HUTONG_TEST_DICOM)', () => {
  const dataDirectory = temporaryFolder('real');
  let cloud: RunningCloud;
  let key: string;

  beforeAll(async () => {
    cloud = await startCloud({ HUTONG_DATA: dataDirectory });
    key = await addHospital(cloud);
  });
  afterAll(async () => {
    await cloud.stop();
    fs.rmSync(dataDirectory, { recursive: true, force: true });
  });

  test('each is stored and comes back byte for byte, or is refused with a reason, and the server lives on', async () => {
    const folder = REAL_DICOM!;
    const wronglyRefused: string[] = [];
    const firstBytes = new Map<string, Buffer>();
    let stored = 0;
    for (const file of realFiles(folder)) {
      const bytes = fs.readFileSync(file);
      const name = path.relative(folder, file);
      const answer = await store(cloud.url, key, [bytes]);
      const [uid] = answer.stored;
      if (uid === undefined) {
        expect(answer.failed, `${name} is refused with a reason`).toHaveLength(1);
        expect(answer.failed[0]!.reason, name).toBeGreaterThan(0);
        expect(answer.failed[0]!.comment, name).not.toBe('');
        // 0x0111: a different file under a UID that is stored already is kept aside, rightly.
        const isKeptAside = answer.failed[0]!.reason === 0x0111;
        if (!isKeptAside && hasPart10Header(bytes) && isReadable(bytes)) wronglyRefused.push(name);
        continue;
      }
      stored += 1;
      const found = await findInstance(cloud.url, key, uid);
      expect(found, `${name} is found`).not.toBeNull();
      // A dataset that is stored already is not stored again: the bytes that came first are the ones kept.
      const first = firstBytes.get(uid) ?? bytes;
      firstBytes.set(uid, first);
      const back = await retrieveInstance(cloud.url, key, found!);
      expect(back.equals(first), `${name} comes back byte for byte`).toBe(true);
    }
    expect(wronglyRefused).toEqual([]);
    expect(stored).toBeGreaterThan(600);
    expect((await fetch(`${cloud.url}/readyz`)).status).toBe(200);
  });
});

const hasPart10Header = (bytes: Buffer): boolean => bytes.subarray(128, 132).toString('latin1') === 'DICM';

function isReadable(bytes: Buffer): boolean {
  try {
    readPart10(bytes);
    return true;
  } catch (error) {
    if (error instanceof DicomError) return false;
    throw error;
  }
}
