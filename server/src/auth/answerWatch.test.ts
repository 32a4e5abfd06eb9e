import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import { expect, test } from 'vitest';
import { AnswerWatch } from './answerWatch.ts';

test('an answer whose client left before it is watched over is not asked for', async () => {
  const asked = Promise.withResolvers<readonly string[]>();
  const watch = new AnswerWatch((ids) => {
    asked.resolve(ids);
    return Promise.resolve(new Set(ids));
  });
  const gone = Promise.withResolvers<Response>();
  const server = http.createServer((req, res) => {
    const answer = res as Response;
    if (req.url === '/gone') res.once('close', () => gone.resolve(answer));
    else watch.add('open', answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const leaving = http.get(`${url}/gone`).on('error', () => undefined);
  await once(server, 'request');
  leaving.destroy();
  watch.add('gone', await gone.promise);
  // What is over is cut off.
  await expect(fetch(`${url}/open`)).rejects.toThrow();
  expect(await asked.promise).toEqual(['open']);
  server.close();
});
