import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import express from 'express';
import { expect, test } from 'vitest';
import { sendPrepared } from './preparedMetadata.ts';

test.each(['gzip', 'identity'])(
  'a client that left before the first byte of an answer in %s is no failure, and the object is closed',
  async (encoding) => {
    const source = Readable.from([Buffer.from('[]')]);
    const outcome = Promise.withResolvers<unknown>();
    const app = express();
    app.get('/', (req, res) => {
      client.destroy();
      res.once('close', () => {
        sendPrepared(source, req, res).then(outcome.resolve, outcome.resolve);
      });
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = get({ port, host: '127.0.0.1', headers: { 'Accept-Encoding': encoding }, agent: false });
    client.on('error', () => undefined);
    expect(await outcome.promise).toBeUndefined();
    expect(source.destroyed).toBe(true);
    server.close();
  },
);
