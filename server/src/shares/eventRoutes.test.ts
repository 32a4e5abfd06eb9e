import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createShare, loadConfig, openShare } from '@hutong/storage-config';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { problemHandler } from '../problem.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { shareEventRoutes } from './eventRoutes.ts';
import { ShareWatch } from './shareWatch.ts';

/** Streams that one share may have at once. */
const MOST_STREAMS = 20;

let server: TestServer;
let alias = '';
let cookie = '';

beforeAll(async () => {
  server = await startTestServer();
  const key = await server.hospitalKey('a');
  const study = aCtStudy({ seed: 'watched', slices: 1, rows: 4, columns: 4 });
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
  const made = await createShare(server.index, {
    hospital: 'a',
    content: { studies: [{ study: study.studyInstanceUid, series: [] }] },
    audience: 'patient',
    guardian: null,
    signIn: null,
    mayDownload: false,
    mayReply: false,
    watermark: false,
    notBefore: null,
    expiresAt: new Date(Date.now() + 3_600_000),
    maxUses: null,
    factor: 'none',
    secret: null,
    note: '',
    author: { kind: 'machine', id: 'test', name: '' },
  });
  const from = { address: '192.0.2.1', device: 'other', person: null };
  const opened = await openShare(server.index, made?.token ?? '', null, from);
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  alias = opened.alias;
  cookie = `hutong_share_${opened.alias}=${opened.secret}`;
});
afterAll(() => server.close());

test('who left while it was looked up who it is takes no stream from others', async () => {
  const gate = Promise.withResolvers<undefined>();
  const [waiting, left] = [{ count: 0 }, { count: 0 }];
  const slow = new Proxy(server.index, {
    get: (pool, name) =>
      name === 'query'
        ? async (text: string, values: unknown[]) => {
            waiting.count += 1;
            await gate.promise;
            return pool.query(text, values);
          }
        : (Reflect.get(pool, name) as unknown),
  });
  const parts = { index: slow, config: loadConfig({}) };
  const app = express();
  app.use((_req, res, next) => {
    res.once('close', () => {
      left.count += 1;
    });
    next();
  });
  app.use(
    '/shares/:alias',
    shareEventRoutes(parts, new ShareWatch(server.index, pino({ level: 'silent' }))),
    problemHandler(pino({ level: 'silent' })),
  );
  const listening = app.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/shares/${alias}/events`;
  const leaving = Array.from({ length: MOST_STREAMS }, () =>
    http.get(address, { headers: { cookie }, agent: false }).on('error', () => undefined),
  );
  await expect.poll(() => waiting.count).toBe(MOST_STREAMS);
  for (const one of leaving) one.destroy();
  await expect.poll(() => left.count).toBe(MOST_STREAMS);
  gate.resolve(undefined);
  // By the last of these all who left are through.
  for (let times = 0; times < 5; times += 1) {
    const answer = await fetch(address, { headers: { cookie } });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  }
  listening.closeAllConnections();
  listening.close();
});
