import { PixelError, type PixelDescription, type RenderSettings } from '@hutong/pixels';
import { afterEach, expect, test } from 'vitest';
import { HttpProblem, toProblem } from '../problem.ts';
import { createPixelThreads, type PixelThreads, type PixelThreadsOptions } from './index.ts';

const NATIVE = '1.2.840.10008.1.2.1';
const RLE = '1.2.840.10008.1.2.5';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';

const open: PixelThreads[] = [];
function threads(options: Partial<PixelThreadsOptions> = {}): PixelThreads {
  const made = createPixelThreads({ threads: 2, queueLimit: 8, ...options });
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const made of open.splice(0)) await made.close();
});

function describe(rows: number, columns: number): PixelDescription {
  return {
    transferSyntaxUid: NATIVE,
    rows,
    columns,
    samplesPerPixel: 1,
    photometricInterpretation: 'MONOCHROME2',
    bitsAllocated: 16,
    bitsStored: 12,
    highBit: 11,
    signed: false,
    planarConfiguration: 0,
    numberOfFrames: 1,
    sampleType: 'integer',
  };
}

const small = describe(16, 16);
const large = describe(4096, 4096);
const frameOf = ({ rows, columns }: PixelDescription): Uint8Array =>
  Uint8Array.from({ length: rows * columns * 2 }, (_, i) => (i % 2 === 0 ? i % 251 : 0));
const settings: RenderSettings = {
  mediaType: 'image/jpeg',
  quality: null,
  viewport: null,
  window: null,
  iccProfile: 'no',
  annotations: [],
  presentationState: null,
  frameNumbers: [1],
};

test('a frame goes to another transfer syntax and back', async () => {
  const pixels = threads();
  const bytes = frameOf(small);
  const encoded = await pixels.transcode({ bytes: bytes.slice(), description: small, target: RLE });
  expect(encoded.transferSyntaxUid).toBe(RLE);
  const back = await pixels.transcode({
    bytes: encoded.bytes,
    description: { ...small, transferSyntaxUid: RLE },
    target: NATIVE,
  });
  expect(Buffer.compare(back.bytes, bytes)).toBe(0);
});

test('a frame becomes a picture', async () => {
  const job = { frames: [frameOf(small)], description: small, dataset: {}, settings };
  const picture = await threads().render(job);
  expect(picture).toMatchObject({ mediaType: 'image/jpeg', width: 16, height: 16 });
  expect([...picture.bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test('a frame that fills its buffer is handed over, one inside a larger buffer is left to its owner', async () => {
  const pixels = threads();
  const whole = frameOf(small);
  await pixels.transcode({ bytes: whole, description: small, target: RLE });
  expect(whole.byteLength).toBe(0);
  const shared = new Uint8Array(2 * 512);
  await pixels.transcode({ bytes: shared.subarray(0, 512), description: small, target: RLE });
  expect(shared.byteLength).toBe(1024);
});

test('pixels that cannot be had are refused with the reason in both languages', async () => {
  const job = { bytes: new Uint8Array(10), description: small, target: RLE };
  const error = await threads()
    .transcode(job)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PixelError);
  expect(error).toMatchObject({ code: 'CORRUPT', messageZh: expect.stringContaining('字节') as string });
  expect(toProblem(error)).toMatchObject({ status: 406, code: 'not-acceptable' });
});

test('a job that takes too long fails alone, and others are done', async () => {
  const pixels = threads({ threads: 1, timeLimit: 1000 });
  const quick = () => pixels.transcode({ bytes: frameOf(small), description: small, target: RLE });
  await quick();
  const slow = pixels.transcode({ bytes: frameOf(large), description: large, target: JPEG_2000 });
  const after = quick();
  const error = await slow.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('longer') as string });
  expect(toProblem(error).status).toBe(413);
  expect((await after).transferSyntaxUid).toBe(RLE);
});

test('a thread that runs out of memory fails its job, not the process', async () => {
  const pixels = threads({ threads: 1, heapMegabytes: 4 });
  const job = () => pixels.transcode({ bytes: frameOf(small), description: small, target: RLE });
  await expect(job()).rejects.toMatchObject({ code: 'TOO_LARGE' });
  await expect(job()).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('more jobs than may wait are answered busy, those that wait are done', async () => {
  const pixels = threads({ threads: 1, queueLimit: 2 });
  const job = () => pixels.transcode({ bytes: frameOf(small), description: small, target: RLE });
  const taken = [job(), job(), job()];
  const error = await job().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HttpProblem);
  expect(error).toMatchObject({ status: 503, code: 'busy', headers: { 'Retry-After': '1' } });
  expect((await Promise.all(taken)).map(({ transferSyntaxUid }) => transferSyntaxUid)).toEqual([
    RLE,
    RLE,
    RLE,
  ]);
});

test('a job whose client is gone is dropped while it waits', async () => {
  const pixels = threads({ threads: 1 });
  const first = pixels.transcode({ bytes: frameOf(small), description: small, target: RLE });
  const gone = new AbortController();
  const dropped = pixels.transcode({ bytes: frameOf(small), description: small, target: RLE }, gone.signal);
  gone.abort(new Error('the client is gone'));
  await expect(dropped).rejects.toThrow('the client is gone');
  expect((await first).transferSyntaxUid).toBe(RLE);
});

test('a thread that was idle for long is ended, and another one started when it is needed', async () => {
  const pixels = threads({ threads: 1, idleTime: 50 });
  const job = () => pixels.transcode({ bytes: frameOf(small), description: small, target: RLE });
  await job();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await job()).transferSyntaxUid).toBe(RLE);
});

test('closing fails what runs and what waits, and what comes later', async () => {
  const pixels = threads({ threads: 1 });
  const job = () => pixels.transcode({ bytes: frameOf(small), description: small, target: RLE });
  const results = Promise.allSettled([job(), job()]);
  await pixels.close();
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(job()).rejects.toThrow('closed');
});

test('a frame larger than the room is worked on alone', async () => {
  const pixels = threads({ roomBytes: 100 });
  const order: string[] = [];
  const enter = (name: string, bytes: number, waitFor: Promise<unknown>) =>
    pixels.withRoom(bytes, async () => {
      order.push(`${name} in`);
      await waitFor;
      order.push(`${name} out`);
    });
  const gate = Promise.withResolvers<undefined>();
  const all = [enter('large', 500, gate.promise), enter('small', 50, gate.promise)];
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(['large in']);
  gate.resolve(undefined);
  await Promise.all(all);
  expect(order).toEqual(['large in', 'large out', 'small in', 'small out']);
});

test('a frame above the limit is refused before memory is had for it', async () => {
  const vast = { ...describe(9000, 9000), transferSyntaxUid: JPEG_2000 };
  const error = await threads()
    .transcode({ bytes: new Uint8Array(100), description: vast, target: NATIVE })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'TOO_LARGE' });
});
