import { link, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MetadataFiles } from './metadataFiles.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-metadata-'));
  await mkdir(path.join(folder, 'new'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);
const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(at(name), 'utf8'));
const METADATA = { hospital: 'first', caller: 'key' };

test('equal metadata is one file under many names', async () => {
  const files = new MetadataFiles(at('new'));
  for (const name of ['a', 'b', 'c']) await files.put(METADATA, at(name));
  await files.put({ ...METADATA, caller: 'other' }, at('d'));
  expect(await read('c')).toEqual(METADATA);
  expect(await read('d')).toEqual({ ...METADATA, caller: 'other' });
  const [a, b, d] = await Promise.all(['a', 'b', 'd'].map((name) => stat(at(name))));
  expect(a?.ino).toBe(b?.ino);
  expect(a?.ino).not.toBe(d?.ino);
});

test('removing one of them keeps the others, and new ones can still be put', async () => {
  const files = new MetadataFiles(at('new'));
  await files.put(METADATA, at('e'));
  await files.put(METADATA, at('f'));
  await rm(at('f'));
  expect(await read('e')).toEqual(METADATA);
  await files.put(METADATA, at('g'));
  expect(await read('g')).toEqual(METADATA);
});

test('what stands at the place is replaced, and the names of the old file keep it', async () => {
  const files = new MetadataFiles(at('new'));
  await files.put({ n: '1' }, at('h'));
  await link(at('h'), at('i'));
  await files.put({ n: '2' }, at('j'));
  await files.put({ n: '2' }, at('h'));
  expect([await read('h'), await read('i')]).toEqual([{ n: '2' }, { n: '1' }]);
});

test('a folder that is not there is said so, and leaves nothing behind', async () => {
  const files = new MetadataFiles(at('new'));
  await expect(files.put(METADATA, at('missing/k'))).rejects.toThrow('ENOENT');
  await files.put(METADATA, at('k'));
  await expect(files.put(METADATA, at('missing/k'))).rejects.toThrow('ENOENT');
  expect((await stat(at('new'))).nlink).toBe(2);
});
