import type { Uid } from '@hutong/dicom';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from './config/config.ts';
import {
  deleteMetadataRenditions,
  METADATA_RENDITIONS_PREFIX,
  type MetadataRendition,
  metadataRenditionKey,
  sweepMetadataRenditions,
} from './metadataRenditions.ts';
import { openObjectStore } from './objects/openObjectStore.ts';
import type { ObjectStore } from './objectStore.ts';

let folder: string;
let objects: ObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-renditions-'));
  objects = await openObjectStore(loadConfig({ HUTONG_DATA: folder }));
});
afterAll(async () => {
  await objects.close();
  await rm(folder, { recursive: true });
});

const rendition = (changes: Partial<MetadataRendition> = {}): MetadataRendition => ({
  hospital: 'a',
  studyInstanceUid: '1.2' as Uid,
  seriesInstanceUid: null,
  facts: 'x',
  ...changes,
});
const put = (changes: Partial<MetadataRendition>): Promise<void> =>
  objects.put(metadataRenditionKey(rendition(changes)), Buffer.from('x'), {});
async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of objects.list(METADATA_RENDITIONS_PREFIX)) found.push(key);
  return found.sort();
}

test('the same facts have the same key, other facts, roots, studies and series have others', () => {
  const all = [
    {},
    { facts: 'y' },
    { hospital: null },
    { studyInstanceUid: '1.3' as Uid },
    { seriesInstanceUid: '1.2.1' as Uid },
  ].map((changes) => metadataRenditionKey(rendition(changes)));
  expect(new Set(all).size).toBe(all.length);
  expect(metadataRenditionKey(rendition())).toBe(all[0]);
});

test('what is deleted of a study goes from its hospital and from the region, not from others', async () => {
  await put({});
  await put({ seriesInstanceUid: '1.2.1' as Uid });
  await put({ hospital: null });
  await put({ hospital: 'b' });
  await put({ studyInstanceUid: '1.22' as Uid });
  expect(await deleteMetadataRenditions(objects, { hospital: 'a', studyInstanceUid: '1.2' as Uid })).toBe(3);
  expect(await keys()).toEqual(
    [rendition({ hospital: 'b' }), rendition({ studyInstanceUid: '1.22' as Uid })]
      .map((one) => metadataRenditionKey(one))
      .sort(),
  );
});

test('old answers go, new ones stay', async () => {
  await put({});
  const [first = ''] = await keys();
  const old = new Date(Date.now() - 40 * 86_400_000);
  await utimes(path.join(folder, 'objects', first), old, old);
  expect(await sweepMetadataRenditions(objects)).toBe(1);
  expect(await keys()).not.toContain(first);
});
