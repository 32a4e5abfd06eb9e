import type { ByteRange } from '@hutong/dicom';
import { ObjectNotFound, type ObjectStore } from '@hutong/storage-config';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Piece, sendPieces } from './send.ts';

const SIZE = 300_000;
const LONG = 3 * 1024 * 1024;
/** Each object consists of one letter. */
const bytesOf = (key: string, length: number): Buffer => Buffer.alloc(length, key.charCodeAt(0));
const LETTERS = Array.from('abcdefghijklmnopqrst');

/** A store whose reads take a while each, the later ones less, so that they end in another order than they began. */
function slowStore(readsAhead: number | undefined) {
  const seen = { running: 0, most: 0, read: [] as string[] };
  const store = {
    ...(readsAhead === undefined ? {} : { readsAhead }),
    async read(key: string, range: ByteRange, into: Buffer): Promise<Buffer> {
      seen.read.push(key);
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await sleep(20 - seen.read.length);
      seen.running -= 1;
      if (key === 'missing') throw new ObjectNotFound('no object has this key');
      const bytes = into.subarray(0, range.length);
      bytes.fill(key.charCodeAt(0));
      return bytes;
    },
    get: (key: string, range: ByteRange) => Promise.resolve(Readable.from([bytesOf(key, range.length)])),
  };
  return { store: store as unknown as ObjectStore, seen };
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(store: ObjectStore, pieces: readonly Piece[]): Promise<number> {
  const app = express();
  app.get('/', async (_req, res) => {
    await sendPieces(store, pieces, res, { 'Content-Type': 'application/octet-stream' });
  });
  app.use(((_error, _req, res, _next) => {
    res.destroy();
  }) as express.ErrorRequestHandler);
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const rangeOf = (key: string, length = SIZE): Piece => ({ key, range: { offset: 0, length } });
const between = (key: string): Piece => ({ literal: Buffer.from(`<${key}>`) });

describe.each([
  ['files', undefined, 1],
  ['S3', 4, 4],
])('pieces of many objects, as from %s', (_, readsAhead, most) => {
  test('arrive whole and in order, as many of them being read at once as is best', async () => {
    const { store, seen } = slowStore(readsAhead);
    const port = await serve(
      store,
      LETTERS.flatMap((key) => [between(key), rangeOf(key)]),
    );
    const body = Buffer.from(await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer());
    const expected = Buffer.concat(LETTERS.flatMap((key) => [Buffer.from(`<${key}>`), bytesOf(key, SIZE)]));
    expect(body.equals(expected)).toBe(true);
    expect(seen.most).toBe(most);
  });

  test('among which are ranges that are streamed keep their order', async () => {
    const { store } = slowStore(readsAhead);
    const pieces = [rangeOf('a'), rangeOf('b', LONG), between('b'), rangeOf('c'), rangeOf('d', LONG)];
    const port = await serve(store, pieces);
    const body = Buffer.from(await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer());
    const expected = [
      bytesOf('a', SIZE),
      bytesOf('b', LONG),
      Buffer.from('<b>'),
      bytesOf('c', SIZE),
      bytesOf('d', LONG),
    ];
    expect(body.equals(Buffer.concat(expected))).toBe(true);
  });

  test('of which one is missing are cut off before it', async () => {
    const { store } = slowStore(readsAhead);
    const port = await serve(store, [rangeOf('a'), rangeOf('b'), rangeOf('missing'), rangeOf('c')]);
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(answer.headers.get('content-length')).toBe(String(4 * SIZE));
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  test('are not read for a client that takes nothing or has left', async () => {
    const { store, seen } = slowStore(readsAhead);
    const many = Array.from({ length: 400 }, (_, i) => rangeOf(LETTERS[i % LETTERS.length]!));
    const port = await serve(store, many);
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    client.pause();
    await vi.waitFor(() => expect(seen.read.length).toBeGreaterThan(0), { timeout: 30_000 });
    let before = -1;
    await vi.waitFor(
      () => {
        const now = seen.read.length;
        const stands = now === before;
        before = now;
        expect(stands).toBe(true);
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(before).toBeLessThan(200);
    client.destroy();
    await sleep(300);
    expect(seen.read.length).toBeLessThan(before + 10);
    expect(seen.running).toBe(0);
  });
});
