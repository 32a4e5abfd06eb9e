import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ObjectStore, ObjectNotFound, type StoredObject } from '../objectStore.ts';
import { openObjectStore } from './openObjectStore.ts';

// What both drivers must do. S3 needs a real server, named by HUTONG_TEST_S3_ENDPOINT, _ACCESS_KEY and _SECRET_KEY.
const endpoint = process.env['HUTONG_TEST_S3_ENDPOINT'];
const drivers: { name: string; open: (() => Promise<ObjectStore>) | null }[] = [
  {
    name: 'file system',
    open: async () => openObjectStore({ dataDirectory: await newFolder(), s3: null }),
  },
  {
    name: endpoint === undefined ? 'S3 (HUTONG_TEST_S3_ENDPOINT is not set)' : 'S3',
    open:
      endpoint === undefined
        ? null
        : () =>
            openObjectStore({
              dataDirectory: '/nowhere',
              s3: {
                endpoint: new URL(endpoint),
                bucket: `test-${randomUUID()}`,
                region: 'us-east-1',
                accessKey: process.env['HUTONG_TEST_S3_ACCESS_KEY'] ?? '',
                secretKey: process.env['HUTONG_TEST_S3_SECRET_KEY'] ?? '',
              },
            }),
  },
];

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-objects-'));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const newKey = (): string => `instances/h1/ab/1.2.3/1.2.3.4/1.2.3.4.5~${randomUUID()}`;
const METADATA = { hospital: 'h1', received: '2026-11-21T00:00:00.000Z' };
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function listed(store: ObjectStore, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(prefix)) found.push(object);
  return found;
}

for (const { name, open } of drivers) {
  describe.skipIf(open === null)(name, () => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = await open!();
    });
    afterAll(() => store.close());

    test('an object comes back byte for byte with its metadata', async () => {
      const key = newKey();
      const body = randomBytes(600_000);
      const writer = await store.create(key, METADATA);
      for (let at = 0; at < body.length; at += 65_536) await writer.write(body.subarray(at, at + 65_536));
      await writer.commit();
      expect(sha256(await buffer(await store.get(key)))).toBe(sha256(body));
      expect(await store.stat(key)).toMatchObject({ key, size: body.length, metadata: METADATA });
    });

    test('an object larger than one part comes back byte for byte', async () => {
      const key = newKey();
      const body = randomBytes(12 * 1024 * 1024 + 17);
      const writer = await store.create(key, METADATA);
      for (let at = 0; at < body.length; at += 1_000_003)
        await writer.write(body.subarray(at, at + 1_000_003));
      await writer.commit();
      expect(sha256(await buffer(await store.get(key)))).toBe(sha256(body));
      expect((await store.stat(key)).metadata).toEqual(METADATA);
    });

    test('an empty object can be kept', async () => {
      const key = newKey();
      await store.put(key, new Uint8Array(), METADATA);
      expect(await buffer(await store.get(key))).toHaveLength(0);
    });

    test('a range is read exactly, at the beginning, inside and at the end', async () => {
      const key = newKey();
      const body = randomBytes(100_000);
      await store.put(key, body, METADATA);
      for (const range of [
        { offset: 0, length: 1 },
        { offset: 1234, length: 4567 },
        { offset: 99_990, length: 10 },
      ]) {
        const read = await buffer(await store.get(key, range));
        expect(read.equals(body.subarray(range.offset, range.offset + range.length))).toBe(true);
        expect((await store.read(key, range)).equals(read)).toBe(true);
      }
      await expect(store.read(key, { offset: 99_990, length: 11 })).rejects.toThrow(RangeError);
      await expect(store.read(newKey(), { offset: 0, length: 1 })).rejects.toThrow(ObjectNotFound);
      expect(await store.read(key, { offset: 5, length: 0 })).toHaveLength(0);
    });

    test('nothing is found under a key before commit, nor after abort', async () => {
      for (const size of [1000, 11 * 1024 * 1024]) {
        const key = newKey();
        const writer = await store.create(key, METADATA);
        await writer.write(randomBytes(size));
        await expect(store.stat(key)).rejects.toThrow(ObjectNotFound);
        await writer.abort();
        await writer.abort();
        await expect(store.get(key)).rejects.toThrow(ObjectNotFound);
        await expect(writer.write(randomBytes(1))).rejects.toThrow();
        await expect(writer.commit()).rejects.toThrow();
      }
      expect(await store.sweepUnfinished(new Date(Date.now() + 60_000))).toBe(0);
    });

    test('an abort while a commit runs leaves the whole object or nothing', async () => {
      for (const delay of [0, 0, 1, 2, 4]) {
        const key = newKey();
        const bytes = randomBytes(300_000);
        const writer = await store.create(key, METADATA, bytes.length);
        await writer.write(bytes);
        const committed = writer.commit().then(
          () => true,
          () => false,
        );
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
        await writer.abort();
        if (await committed)
          expect(await store.stat(key)).toMatchObject({ size: bytes.length, metadata: METADATA });
        else await expect(store.stat(key)).rejects.toThrow(ObjectNotFound);
      }
    });

    test('a write that was abandoned is swept, and leaves nothing', async () => {
      const key = newKey();
      const abandoned = await store.create(key, METADATA);
      await abandoned.write(randomBytes(11 * 1024 * 1024));
      expect(await store.sweepUnfinished(new Date(Date.now() - 3_600_000))).toBe(0);
      expect(await store.sweepUnfinished(new Date(Date.now() + 60_000))).toBe(1);
      await expect(abandoned.commit()).rejects.toThrow();
      await expect(store.stat(key)).rejects.toThrow(ObjectNotFound);
      await abandoned.abort();
    });

    test('a deleted object is gone, and deleting it again is no error', async () => {
      const key = newKey();
      await store.put(key, Buffer.from('x'), METADATA);
      await store.delete(key);
      await store.delete(key);
      await expect(store.get(key)).rejects.toThrow(ObjectNotFound);
      await expect(store.stat(key)).rejects.toThrow(ObjectNotFound);
    });

    test('a listing holds every object under the prefix and no other', async () => {
      const [here, there] = [randomUUID(), randomUUID()];
      const keys = [`${here}/a/1`, `${here}/a/2`, `${here}/b`];
      for (const key of [...keys, `${there}/a/1`]) await store.put(key, Buffer.from('four'), METADATA);
      const found = await listed(store, `${here}/`);
      expect(found.map(({ key }) => key).sort()).toEqual(keys);
      expect(found.every(({ size }) => size === 4)).toBe(true);
      expect(Math.abs(Date.now() - found[0]!.lastModified.getTime())).toBeLessThan(3_600_000);
      expect((await listed(store, `${here}/a`)).map(({ key }) => key).sort()).toEqual(keys.slice(0, 2));
      expect(await listed(store, `${randomUUID()}/`)).toEqual([]);
    });

    test('many objects can be written at once', async () => {
      const bodies = Array.from({ length: 40 }, () => ({ key: newKey(), body: randomBytes(5000) }));
      await Promise.all(bodies.map(({ key, body }) => store.put(key, body, METADATA)));
      for (const { key, body } of bodies)
        expect(sha256(await buffer(await store.get(key)))).toBe(sha256(body));
    });

    test('keys that could leave the store are refused', async () => {
      for (const key of [
        '../x',
        'a/../../x',
        '/etc/passwd',
        'a//b',
        'a/./b',
        '.hidden',
        'a/.b',
        '',
        'a\0b',
        'a\\b',
        'a.meta',
      ]) {
        await expect(store.put(key, Buffer.from('x'), {})).rejects.toThrow('not well-formed');
        await expect(store.get(key)).rejects.toThrow('not well-formed');
        await expect(store.delete(key)).rejects.toThrow('not well-formed');
      }
    });

    test('the store says that it answers', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
