import express from 'express';
import type { Response } from 'express';
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { sendStream } from './sendStream.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that answers everything so; what became of the first answer. */
async function answering(
  answer: (res: Response) => Promise<void>,
): Promise<{ url: string; ended: Promise<unknown> }> {
  const app = express();
  const { promise: ended, resolve } = Promise.withResolvers<unknown>();
  app.use((_req, res) => {
    answer(res).then(
      () => resolve('sent'),
      (error: unknown) => resolve(error),
    );
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ended };
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024);
}

test('sends a stream through what changes it', async () => {
  const { url, ended } = await answering(async (res) => {
    res.set('Content-Encoding', 'gzip');
    await sendStream(res, Readable.from(['影', '像']), createGzip());
  });
  expect(await (await fetch(url)).text()).toBe('影像');
  expect(await ended).toBe('sent');
});

test('a client that leaves in the middle is no failure, and the stream is closed', async () => {
  const source = Readable.from(endless());
  const { url, ended } = await answering((res) => sendStream(res, source));
  const asked = request(url).end();
  const [answer] = (await once(asked, 'response')) as [Readable];
  await once(answer, 'data');
  asked.on('error', () => undefined).destroy();
  expect(await ended).toBe('sent');
  expect(source.destroyed).toBe(true);
});

test('a client that left before is no failure, and the stream is closed', async () => {
  const source = Readable.from(endless());
  const { url, ended } = await answering(async (res) => {
    asked.destroy();
    await once(res, 'close');
    await sendStream(res, source);
  });
  const asked = request(url)
    .on('error', () => undefined)
    .end();
  expect(await ended).toBe('sent');
  expect(source.destroyed).toBe(true);
});

test('a stream that fails breaks the connection, and its failure is told', async () => {
  const failing = function* () {
    yield 'begun';
    throw new Error('the disk is gone');
  };
  const { url, ended } = await answering((res) => sendStream(res, Readable.from(failing())));
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
  expect(await ended).toMatchObject({ message: 'the disk is gone' });
});
