import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SpoolFolder, SpoolFull } from './spool.ts';

let folder: string;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'hutong-spool-')), 'spool');
});
afterEach(() => rm(path.dirname(folder), { recursive: true }));

test('gives back every range of what was written, whatever the chunks were', async () => {
  const spools = new SpoolFolder(folder, 1e9);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 400_000, minLength: 1, size: 'max' }), { maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (chunks, from, to) => {
        const spool = await spools.open();
        for (const chunk of chunks) await spool.write(Buffer.from(chunk));
        const whole = Buffer.concat(chunks);
        expect(spool.position).toBe(whole.length);
        const [start = 0, end = 0] = [from, to]
          .map((at) => Math.floor(at * whole.length))
          .toSorted((a, b) => a - b);
        const read = await spool.bytes({ offset: start, length: end - start });
        expect(read.equals(whole.subarray(start, end))).toBe(true);
        await spool.close();
      },
    ),
    { numRuns: 25 },
  );
  expect(spools.bytes).toBe(0);
});

test('leaves no name in the folder, and takes away the names that others left', async () => {
  const spools = new SpoolFolder(folder, 1e9);
  await (await spools.open()).close();
  await writeFile(path.join(folder, 'left'), '');
  const again = new SpoolFolder(folder, 1e9);
  const spool = await again.open();
  await spool.write(Buffer.alloc(300_000));
  expect(await readdir(folder)).toEqual([]);
  await spool.close();
});

test('all spools together take no more than the bound, and what is closed makes room', async () => {
  const spools = new SpoolFolder(folder, 1000);
  const [first, second] = [await spools.open(), await spools.open()];
  await first.write(Buffer.alloc(600));
  await expect(second.write(Buffer.alloc(600))).rejects.toThrow(SpoolFull);
  await second.write(Buffer.alloc(400));
  await first.close();
  await first.close();
  expect(spools.bytes).toBe(400);
  await second.write(Buffer.alloc(600));
  await second.close();
  expect(spools.bytes).toBe(0);
});
