import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ObjectNotFound } from '@hutong/storage-config';
import { afterAll, afterEach, expect, test } from 'vitest';
import { anInstance, EXPLICIT_VR_LITTLE_ENDIAN } from '../../../test/factories/index.ts';
import { createPixelThreads, type PixelThreads, type StoredPictureJob } from './index.ts';

const SIDE = 16;
const FRAME_BYTES = SIDE * SIDE * 2;
const folder = mkdtempSync(path.join(tmpdir(), 'hutong-stored-picture-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const open: PixelThreads[] = [];
function threads(): PixelThreads {
  const made = createPixelThreads({ threads: 1, queueLimit: 8 });
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const made of open.splice(0)) await made.close();
});

const stored = Buffer.from(
  anInstance({}, { seed: 'stored', rows: SIDE, columns: SIDE, transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN })
    .bytes,
);
const head = stored.length - FRAME_BYTES;

function aJob(change: Partial<StoredPictureJob> = {}): StoredPictureJob {
  return {
    object: {
      head: Uint8Array.from(stored.subarray(0, head)),
      frames: [Uint8Array.from(stored.subarray(head))],
    },
    objectKey: 'one',
    headLength: head,
    ranges: [[{ offset: head, length: FRAME_BYTES }]],
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
    rows: SIDE,
    columns: SIDE,
    roomBytes: FRAME_BYTES,
    annotations: [],
    settings: {
      mediaType: 'image/png',
      quality: null,
      viewport: null,
      window: null,
      iccProfile: 'no',
      presentationState: null,
      frameNumbers: [1],
    },
    ...change,
  };
}

function aFile(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

test('a picture of a file is that of the same bytes', async () => {
  const pixels = threads();
  const ofBytes = await pixels.renderStored(aJob());
  const ofFile = await pixels.renderStored(
    aJob({ object: { file: aFile('whole', stored) }, objectKey: 'two' }),
  );
  expect(ofFile).toMatchObject({ mediaType: 'image/png', width: SIDE, height: SIDE });
  expect(ofFile?.bytes).toEqual(ofBytes?.bytes);
});

test('frames of one object are their own pictures, with its attributes', async () => {
  const pixels = threads();
  const black = Buffer.concat([stored.subarray(0, head), Buffer.alloc(FRAME_BYTES), stored.subarray(head)]);
  const file = aFile('several', black);
  const pictureAt = (offset: number) =>
    pixels.renderStored(aJob({ object: { file }, ranges: [[{ offset, length: FRAME_BYTES }]] }));
  const first = await pictureAt(head);
  const second = await pictureAt(head + FRAME_BYTES);
  expect(second?.bytes).toEqual((await pixels.renderStored(aJob()))?.bytes);
  expect(first?.bytes).not.toEqual(second?.bytes);
});

test('fragments of a frame are joined', async () => {
  const ranges = [
    [
      { offset: head, length: 7 },
      { offset: head + 7, length: FRAME_BYTES - 7 },
    ],
  ];
  const pixels = threads();
  const joined = await pixels.renderStored(aJob({ object: { file: aFile('parts', stored) }, ranges }));
  expect(joined?.bytes).toEqual((await pixels.renderStored(aJob()))?.bytes);
});

test('an image of another size than the index says is left to be opened first', async () => {
  const pixels = threads();
  expect(await pixels.renderStored(aJob({ rows: SIDE * 2 }))).toBeNull();
  expect(await pixels.renderStored(aJob({ roomBytes: FRAME_BYTES - 1 }))).toBeNull();
});

test('an object that is not there is said to be missing, and one that is too short fails', async () => {
  const pixels = threads();
  const missing = aJob({ object: { file: path.join(folder, 'nothing') } });
  await expect(pixels.renderStored(missing)).rejects.toThrow(ObjectNotFound);
  const short = aJob({ object: { file: aFile('short', stored.subarray(0, head + 8)) } });
  await expect(pixels.renderStored(short)).rejects.toThrow();
  expect(await pixels.renderStored(aJob())).not.toBeNull();
});
