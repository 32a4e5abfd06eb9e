import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type ObjectStore, ObjectStoreUnavailable } from '../objectStore.ts';
import { openS3Store } from './s3Store.ts';

const at = (endpoint: string, over: { accessKey?: string; secretKey?: string } = {}) => ({
  endpoint: new URL(endpoint),
  bucket: 'hutong-test',
  region: 'us-east-1',
  accessKey: 'key',
  secretKey: 'secret',
  ...over,
});

test('an S3 server that is not there is reported as such', async () => {
  await expect(openS3Store(at('http://127.0.0.1:1'))).rejects.toThrow(ObjectStoreUnavailable);
});

test('an S3 server that only answers with errors is asked again and then reported', async () => {
  let requests = 0;
  const server = createServer((_req, res) => {
    requests += 1;
    res.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await expect(openS3Store(at(`http://127.0.0.1:${port}`))).rejects.toThrow(ObjectStoreUnavailable);
  expect(requests).toBe(3);
  server.closeAllConnections();
  server.close();
});

const RANGE = Buffer.from('0123456789');

/** Reads the ten bytes of a range from a server that has the bucket and gives the answers in turn, the last one for ever. */
async function reading(
  answers: readonly ((res: ServerResponse) => void)[],
  into?: Buffer,
): Promise<{ read: Promise<Buffer>; asked: () => string[] }> {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    asked.push(String(req.headers.range));
    answers[Math.min(asked.length, answers.length) - 1]?.(res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const store: ObjectStore = await openS3Store(at(`http://127.0.0.1:${port}`));
  const read = store.read('a/b', { offset: 5, length: 10 }, into).finally(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });
  return { read, asked: () => asked };
}

const whole = (res: ServerResponse): void => {
  res.writeHead(206, { 'Content-Length': 10 }).end(RANGE);
};
const cut = (res: ServerResponse): void => {
  res.writeHead(206, { 'Content-Length': 10 }).write(RANGE.subarray(0, 4), () => res.destroy());
};
const ofLength =
  (length: number) =>
  (res: ServerResponse): void => {
    res.writeHead(206, { 'Content-Length': length }).end(Buffer.alloc(length));
  };

describe('a range of an object', () => {
  test('is read into the memory that is given, in as many pieces as it comes', async () => {
    const into = Buffer.alloc(20, 'x');
    const inPieces = (res: ServerResponse): void => {
      res.writeHead(206, { 'Content-Length': 10 }).write(RANGE.subarray(0, 3));
      setTimeout(() => res.end(RANGE.subarray(3)), 20);
    };
    const { read } = await reading([inPieces], into);
    expect(await read).toEqual(RANGE);
    expect(into.toString()).toBe('0123456789xxxxxxxxxx');
  });

  test('that breaks off is asked for again as a whole', async () => {
    const { read, asked } = await reading([cut, cut, whole]);
    expect(await read).toEqual(RANGE);
    expect(asked()).toEqual(['bytes=5-14', 'bytes=5-14', 'bytes=5-14']);
  });

  test('that breaks off each time is an outage', async () => {
    const { read, asked } = await reading([cut]);
    await expect(read).rejects.toThrow(ObjectStoreUnavailable);
    expect(asked()).toHaveLength(3);
  });

  test.each([
    ['shorter', 9],
    ['longer', 11],
  ])('that is %s than asked for is no range of this object, and not asked for again', async (_, length) => {
    const { read, asked } = await reading([ofLength(length)]);
    await expect(read).rejects.toThrow(RangeError);
    expect(asked()).toHaveLength(1);
  });

  test('of a server that answers with the whole object is refused', async () => {
    const { read } = await reading([(res) => res.writeHead(200).end('the whole object')]);
    await expect(read).rejects.toThrow(ObjectStoreUnavailable);
  });
});

const endpoint = process.env['HUTONG_TEST_S3_ENDPOINT'];
describe.skipIf(endpoint === undefined)('a real S3 server (HUTONG_TEST_S3_ENDPOINT)', () => {
  test('wrong keys are refused at once', async () => {
    await expect(openS3Store(at(endpoint!, { secretKey: 'wrong' }))).rejects.toThrow(ObjectStoreUnavailable);
  });
});
