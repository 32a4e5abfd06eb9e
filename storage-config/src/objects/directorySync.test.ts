import { mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DirectorySync } from './directorySync.ts';

let root: string;
let directories: DirectorySync;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hutong-directories-'));
  directories = new DirectorySync();
});
afterEach(async () => {
  directories.close();
  await rm(root, { recursive: true, force: true });
});

/** What the open descriptors of this process below the folder are called by the system. */
async function opened(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(root)).sort();
}

async function make(name: string): Promise<string> {
  const directory = path.join(root, name);
  await mkdir(directory, { recursive: true });
  return directory;
}

describe.skipIf(process.platform !== 'linux')('open directories (seen in /proc)', () => {
  test('one that was synced stays open, once', async () => {
    const directory = await make('a');
    await Promise.all([
      directories.sync(directory),
      directories.sync(directory),
      directories.sync(directory),
    ]);
    await directories.sync(directory);
    expect(await opened()).toEqual([directory]);
  });

  test('one that was removed and made again is opened anew', async () => {
    const directory = await make('a');
    await directories.sync(directory);
    await rm(directory, { recursive: true });
    await make('a');
    expect(await opened()).toEqual([`${directory} (deleted)`]);
    await directories.sync(directory);
    expect(await opened()).toEqual([directory]);
  });

  test('one that was removed for good is an error, and nothing stays open', async () => {
    const directory = await make('a');
    await directories.sync(directory);
    await rm(directory, { recursive: true });
    await expect(directories.sync(directory)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await opened()).toEqual([]);
  });

  test('only those synced last stay open', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => make(`d${100 + i}`)));
    for (const directory of all) await directories.sync(directory);
    expect(await opened()).toEqual(all.slice(-64));
  });

  test('closing leaves none open, not even one that is being synced', async () => {
    const [first, second] = [await make('a'), await make('b')];
    await directories.sync(first);
    const syncing = directories.sync(second);
    directories.close();
    await syncing;
    expect(await opened()).toEqual([]);
  });
});
