import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ObjectStoreFull, ObjectStoreUnavailable } from '../objectStore.ts';
import { openFileStore } from './fileStore.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const newStore = async (name: string) => {
  const place = path.join(folder, name);
  return {
    place,
    store: await openFileStore(place),
    unfinished: () => readdir(path.join(place, '.unfinished')),
  };
};

test('an abandoned write is swept once it is old, a running one is not', async () => {
  const { place, store, unfinished } = await newStore('swept');
  const dead = await store.create('a/dead', {});
  await dead.write(Buffer.alloc(300_000));
  const [name] = await unfinished();
  const old = new Date(Date.now() - 86_400_000);
  await utimes(path.join(place, '.unfinished', name!), old, old);
  const alive = await store.create('a/alive', {});
  await alive.write(Buffer.from('x'));
  expect(await store.sweepUnfinished(new Date(Date.now() - 3_600_000))).toBe(1);
  await alive.commit();
  expect((await store.stat('a/alive')).size).toBe(1);
  await dead.abort();
});

test('a process killed in the middle of a write leaves nothing under the key', async () => {
  const { place, store, unfinished } = await newStore('killed');
  const program = `
    import { openFileStore } from ${JSON.stringify(new URL('./fileStore.ts', import.meta.url).href)};
    const store = await openFileStore(${JSON.stringify(place)});
    await store.put('a/kept', Buffer.from('kept'), { n: '1' });
    const writer = await store.create('a/lost', {});
    await writer.write(Buffer.alloc(1_000_000));
    process.stdout.write('writing');
    setInterval(() => undefined, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await store.stat('a/kept')).toMatchObject({ size: 4, metadata: { n: '1' } });
  await expect(store.stat('a/lost')).rejects.toThrow('no object');
  expect(await unfinished()).toHaveLength(1);
});

test('while small objects follow each other the next files stand ready, and go when the store is closed', async () => {
  const { store, unfinished } = await newStore('ready');
  const put = (i: number) => store.put(`a/${i}`, Buffer.from(`object ${i}`), { n: String(i % 3) });
  await put(0);
  expect(await unfinished()).toEqual([]);
  for (let i = 1; i < 40; i += 1) await put(i);
  await Promise.all(Array.from({ length: 40 }, (_, i) => put(100 + i)));
  expect((await unfinished()).length).toBeGreaterThan(0);
  expect((await unfinished()).length).toBeLessThanOrEqual(4);
  for (const i of [0, 1, 39, 100, 139]) {
    const { size, metadata } = await store.stat(`a/${i}`);
    expect({ size, metadata }).toEqual({ size: `object ${i}`.length, metadata: { n: String(i % 3) } });
    expect((await store.read(`a/${i}`, { offset: 0, length: size })).toString()).toBe(`object ${i}`);
  }
  await store.close();
  expect(await unfinished()).toEqual([]);
});

test('files that stood ready and were removed under our hands cost one object, which is not acknowledged', async () => {
  const { place, store, unfinished } = await newStore('removed');
  const put = (i: number) => store.put(`a/${i}`, Buffer.from('x'), {});
  for (let i = 0; i < 5; i += 1) await put(i);
  for (const name of await unfinished()) await rm(path.join(place, '.unfinished', name));
  await expect(put(5)).rejects.toThrow(ObjectStoreUnavailable);
  await expect(store.stat('a/5')).rejects.toThrow('no object');
  expect(await readdir(path.join(place, 'a'))).not.toContain('5.meta');
  await put(6);
  expect((await store.stat('a/6')).size).toBe(1);
  await store.close();
});

test('an object goes into a folder that was tidied away since the last one', async () => {
  const { place, store } = await newStore('tidied');
  await store.put('a/b/1', Buffer.from('1'), {});
  await rm(path.join(place, 'a'), { recursive: true });
  await store.put('a/b/2', Buffer.from('2'), {});
  expect((await store.stat('a/b/2')).size).toBe(1);
});

test('a store whose folder is gone says that it is not available', async () => {
  const { place, store } = await newStore('gone');
  await rm(place, { recursive: true });
  await expect(store.check()).rejects.toThrow(ObjectStoreUnavailable);
  await expect(store.create('a/b', {})).rejects.toThrow(ObjectStoreUnavailable);
});

function canMount(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false;
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canMount())('on a full disk (needs root to mount a small one)', () => {
  test('a write ends with ObjectStoreFull, leaves nothing, and later ones succeed', async () => {
    const place = path.join(folder, 'full');
    await mkdir(place);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', place]);
    try {
      const store = await openFileStore(place);
      await expect(store.put('a/large', Buffer.alloc(3_000_000), {})).rejects.toThrow(ObjectStoreFull);
      expect(await readdir(path.join(place, '.unfinished'))).toEqual([]);
      await expect(store.stat('a/large')).rejects.toThrow('no object');
      await store.put('a/small', Buffer.alloc(1_000_000), {});
      expect((await store.stat('a/small')).size).toBe(1_000_000);
      await store.close();
    } finally {
      execFileSync('umount', [place]);
    }
  });
});
