import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Uid } from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ObjectStore } from './objectStore.ts';
import { openObjectStore } from './objects/openObjectStore.ts';
import {
  deletePictureRenditions,
  pictureRenditionKey,
  PICTURE_RENDITIONS_PREFIX,
  sweepPictureRenditions,
} from './pictureRenditions.ts';

let folder: string;
let objects: ObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-renditions-'));
  objects = await openObjectStore({ dataDirectory: folder, s3: null });
});
afterAll(async () => {
  await objects.close();
  await rm(folder, { recursive: true });
});

const uid = (text: string): Uid => text as Uid;
const identity = (study: string, series: string, sop: string) => ({
  hospital: 'h1',
  studyInstanceUid: uid(study),
  seriesInstanceUid: uid(series),
  sopInstanceUid: uid(sop),
});
async function kept(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(PICTURE_RENDITIONS_PREFIX)) keys.push(key);
  return keys;
}

test('pictures go with their instance, series or study, and no others do', async () => {
  const all = [
    identity('1.2', '1.2.1', '1.2.1.1'),
    identity('1.2', '1.2.1', '1.2.1.11'),
    identity('1.2', '1.2.2', '1.2.2.1'),
    identity('1.22', '1.22.1', '1.22.1.1'),
  ];
  for (const one of all)
    await objects.put(pictureRenditionKey(one, 'ab'.repeat(32), 'thumbnail.jpg'), Buffer.from('x'), {});
  expect(await deletePictureRenditions(objects, identity('1.2', '1.2.1', '1.2.1.1'))).toBe(1);
  expect(await deletePictureRenditions(objects, { hospital: 'h2', studyInstanceUid: uid('1.2') })).toBe(0);
  expect(await deletePictureRenditions(objects, { hospital: 'h1', studyInstanceUid: uid('1.2') })).toBe(2);
  expect(await kept()).toEqual([expect.stringContaining('/1.22/')]);
  expect(await sweepPictureRenditions(objects)).toBe(0);
  expect(await sweepPictureRenditions(objects, -1)).toBe(1);
});
