import { createMemoryBudget } from '@hutong/dicom';
import { loadConfig, openObjectStore, type ObjectStore } from '@hutong/storage-config';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anInstance } from '../../../test/factories/index.ts';
import { PartFailure, PartReceiver } from './receivePart.ts';

let folder: string;
let objects: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-part-'));
  objects = await openObjectStore(loadConfig({ HUTONG_DATA: folder }));
});
afterAll(async () => {
  await objects.close();
  await rm(folder, { recursive: true });
});

const budget = () => createMemoryBudget(1024 * 1024, 1000);
const receiverOf = (memory = budget()) =>
  new PartReceiver({ hospital: 'first', objects, metadata: {}, memory, studyInstanceUid: null });

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of objects.list('')) found.push(key);
  return found;
}

const failureOf = async (receiver: PartReceiver): Promise<PartFailure> => {
  const error: unknown = await receiver.finish().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PartFailure)) throw new Error('the part was taken');
  return error;
};

test('gives back the memory of a dataset however the part ends', async () => {
  const memory = budget();
  const { bytes } = anInstance({}, { seed: 'memory' });
  const whole = receiverOf(memory);
  await whole.write(Buffer.from(bytes));
  const { objectKey } = await whole.finish();
  const truncated = receiverOf(memory);
  await truncated.write(Buffer.from(bytes.subarray(0, -10)));
  await failureOf(truncated);
  const aborted = receiverOf(memory);
  await aborted.write(Buffer.from(bytes.subarray(0, 900)));
  await aborted.abort();
  expect(memory.used).toBe(0);
  expect(await keys()).toEqual([objectKey]);
  await objects.delete(objectKey);
});

test('a part for whose dataset no memory is left can be sent again later', async () => {
  const memory = budget();
  const { bytes } = anInstance({}, { seed: 'no memory' });
  memory.take(memory.limit - 2000, 0);
  const now = receiverOf(memory);
  await now.write(Buffer.from(bytes));
  expect((await failureOf(now)).reason).toBe('OUT_OF_RESOURCES');
  memory.giveBack(memory.limit - 2000);
  expect(memory.used).toBe(0);
  const later = receiverOf(memory);
  await later.write(Buffer.from(bytes));
  const { objectKey } = await later.finish();
  await objects.delete(objectKey);
});

test.each([
  ['in its pixel data', (bytes: Uint8Array) => bytes.subarray(0, -10)],
  [
    'right behind its UIDs',
    (bytes: Uint8Array) => bytes.subarray(0, Buffer.from(bytes).indexOf('DCM/ISO') + 1200),
  ],
])('a part that is cut %s is named by its UIDs', async (_name, cut) => {
  const { bytes, sopInstanceUid, sopClassUid } = anInstance({}, { seed: 'named', rows: 900, columns: 900 });
  const receiver = receiverOf();
  const cutBytes = Buffer.from(cut(bytes));
  for (let at = 0; at < cutBytes.length; at += 64 * 1024)
    await receiver.write(cutBytes.subarray(at, at + 64 * 1024));
  const failure = await failureOf(receiver);
  expect(failure.reason).toBe('TRUNCATED');
  expect(failure.identity).toMatchObject({ sopInstanceUid, sopClassUid });
  expect(await keys()).toEqual([]);
});
