import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import {
  addWebhook,
  type ChangeAction,
  createHospital,
  forgetChanges,
  inTransaction,
  listWebhooks,
  noteChangeOf,
  numberChanges,
  removeWebhook,
  setWebhookActive,
  webhookState,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Loop } from '../loop.ts';
import { isAllowedAddress } from './addressPolicy.ts';
import { startWebhookDelivery } from './deliverWebhooks.ts';
import { MAX_NAMED_INSTANCES, type WebhookBody } from './message.ts';
import { webhookSender } from './sendWebhook.ts';
import { signDelivery } from './signature.ts';

let database: TestDatabase;
const closers: (() => Promise<void> | void)[] = [];
const lines: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
const QUICK = { firstSeconds: 0.05, maxSeconds: 0.1 };

beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['a', 'b']) await createHospital(database.pool, { code, nameZh: code, nameEn: code });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE change, webhook');
  await database.pool.query('UPDATE change_position SET last = 0, forgotten = 0');
  lines.length = 0;
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Received {
  headers: IncomingHttpHeaders;
  text: string;
  body: WebhookBody;
}

interface Receiver {
  url: string;
  received: Received[];
}

/** A real receiver; `answer` gives the status of the nth request, from 1. */
async function aReceiver(answer: (n: number) => number | Promise<number> = () => 204): Promise<Receiver> {
  const received: Received[] = [];
  const listener: RequestListener = (req, res) => {
    void text(req).then(async (raw) => {
      received.push({ headers: req.headers, text: raw, body: JSON.parse(raw) as WebhookBody });
      const status = await answer(received.length);
      res.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end();
    });
  };
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`, received };
}

function aWorker(allowed: 'any' | 'private' | 'public' = 'any'): Loop {
  const sender = webhookSender(allowed);
  const worker = startWebhookDelivery({ index: database.pool, sender, log, backoff: QUICK, pollMs: 20 });
  closers.push(() => worker.stop());
  return worker;
}

const note = (
  hospital: string,
  sopInstanceUids: string[] = [],
  action: ChangeAction = 'stored',
): Promise<void> =>
  inTransaction(database.pool, (client) =>
    noteChangeOf(client, { hospital, studyInstanceUid: '1.2' }, { action, sopInstanceUids }),
  );

const numbers = (receiver: Receiver): unknown[] => receiver.received.map(({ body }) => body.data['number']);
const until = (check: () => unknown): Promise<void> =>
  expect.poll(check, { timeout: 20_000, interval: 20 }).toBe(true);

test('a delivery is signed as Standard Webhooks says', () => {
  // The example of the specification's own documentation.
  const headers = signDelivery(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1614265330,
    '{"test": 2432232314}',
  );
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('changes arrive in order, signed, with their UIDs and nothing else, and the filter passes others over', async () => {
  const receiver = await aReceiver();
  const { webhook, secret } = await addWebhook(database.pool, {
    hospital: 'a',
    url: receiver.url,
    actions: ['stored', 'deleted'],
  });
  const many = Array.from({ length: MAX_NAMED_INSTANCES + 1 }, (_, i) => `1.2.${i}`);
  await note('a', ['1.2.9']);
  await note('b');
  await note('a', [], 'judged');
  await note('a', many, 'deleted');
  await note('b');
  aWorker();
  await until(() => receiver.received.length === 2);
  const [first, second] = receiver.received;
  expect(first!.body).toMatchObject({
    type: 'change.stored',
    data: {
      number: 1,
      previous: null,
      hospital: 'a',
      studyInstanceUid: '1.2',
      numberOfInstances: 1,
      sopInstanceUids: ['1.2.9'],
    },
  });
  expect(second!.body).toMatchObject({
    type: 'change.deleted',
    data: { number: 4, previous: 1, numberOfInstances: 101 },
  });
  expect(second!.body.data).not.toHaveProperty('sopInstanceUids');
  const id = String(first!.headers['webhook-id']);
  const at = Number(first!.headers['webhook-timestamp']);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${at}.${first!.text}`).digest('base64');
  expect(first!.headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(Math.abs(Date.now() / 1000 - at)).toBeLessThan(60);
  // What the filter passed over moves the cursor too.
  await expect.poll(async () => (await listWebhooks(database.pool, null))[0]!.cursor).toBe(5);
  expect(webhook.cursor).toBe(0);
  expect(lines.join('')).not.toContain(secret);
});

test('a failed delivery is tried again with the same id until it is taken, and nothing overtakes it', async () => {
  const receiver = await aReceiver((n) => (n <= 2 ? 500 : n === 3 ? 302 : 200));
  await addWebhook(database.pool, { hospital: null, url: receiver.url });
  await note('a');
  await note('b');
  aWorker();
  await until(() => receiver.received.length === 5);
  expect(numbers(receiver)).toEqual([1, 1, 1, 1, 2]);
  expect(new Set(receiver.received.slice(0, 4).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(receiver.received.every(({ headers }) => headers.host !== undefined)).toBe(true);
  const [webhook] = await listWebhooks(database.pool, null);
  expect(webhook).toMatchObject({ failures: 0, lastError: null });
  expect(lines.join('')).toContain('HTTP status 302');
});

test('several workers deliver each change once and in order, to each webhook of its own', async () => {
  const receivers = [await aReceiver(), await aReceiver(), await aReceiver()];
  for (const { url } of receivers) await addWebhook(database.pool, { hospital: null, url });
  for (const _ of [1, 2, 3]) aWorker();
  for (let n = 0; n < 30; n += 1) await note(n % 2 === 0 ? 'a' : 'b');
  const expected = Array.from({ length: 30 }, (_, i) => i + 1);
  for (const receiver of receivers) {
    await until(() => receiver.received.length >= 30);
    expect(numbers(receiver)).toEqual(expected);
  }
});

test('a receiver that is slow or fails does not hold up another', async () => {
  const { promise: never, resolve: release } = Promise.withResolvers<number>();
  const slow = await aReceiver(() => never);
  const failing = await aReceiver(() => 503);
  const healthy = await aReceiver();
  for (const { url } of [slow, failing, healthy]) await addWebhook(database.pool, { hospital: null, url });
  aWorker();
  for (let n = 0; n < 5; n += 1) await note('a');
  await until(() => healthy.received.length === 5 && failing.received.length > 1);
  expect(await webhookState(database.pool)).toEqual({ active: 3, paused: 0, failing: 1 });
  expect(slow.received).toHaveLength(1);
  release(200);
  await until(() => slow.received.length === 5);
});

test('slow receivers with much to come take turns with those that wait', async () => {
  const slow = await Promise.all(
    [1, 2, 3, 4].map(() => aReceiver(() => new Promise((resolve) => setTimeout(resolve, 50, 204)))),
  );
  const quick = await aReceiver();
  for (const { url } of [...slow, quick]) await addWebhook(database.pool, { hospital: 'a', url });
  for (let n = 0; n < 60; n += 1) await note('a');
  const sender = webhookSender('any');
  const worker = startWebhookDelivery({ index: database.pool, sender, log, pollMs: 20, turnMs: 100 });
  closers.push(() => worker.stop());
  await until(() => quick.received.length > 0);
  expect(Math.max(...slow.map(({ received }) => received.length))).toBeLessThan(60);
  await until(() => [...slow, quick].every((receiver) => receiver.received.length === 60));
  expect(numbers(slow[0]!)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
});

test('after a worker was killed in mid-delivery another goes on, with the change that was not answered', async () => {
  const { promise: later, resolve: release } = Promise.withResolvers<number>();
  const receiver = await aReceiver((n) => (n === 3 ? later : 200));
  await addWebhook(database.pool, { hospital: null, url: receiver.url });
  for (let n = 0; n < 5; n += 1) await note('a');
  const code = `
    import { openIndex } from '@hutong/storage-config';
    import pino from 'pino';
    import { startWebhookDelivery } from './src/webhooks/deliverWebhooks.ts';
    import { webhookSender } from './src/webhooks/sendWebhook.ts';
    const index = openIndex({ databasePool: 3 }, { databaseUrl: process.env.DATABASE });
    startWebhookDelivery({ index, sender: webhookSender('any'), log: pino({ level: 'silent' }), pollMs: 20 });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { ...process.env, DATABASE: database.databaseUrl },
    stdio: 'ignore',
  });
  await until(() => receiver.received.length === 3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  release(200);
  aWorker();
  // While the lease of the killed one holds, nobody delivers; then it runs out.
  await database.pool.query('UPDATE webhook SET leased_until = now()');
  await until(() => receiver.received.length === 6);
  expect(numbers(receiver)).toEqual([1, 2, 3, 3, 4, 5]);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids[2]).toBe(ids[3]);
});

test('a worker that is stopped lets go at once, and the next one goes on', async () => {
  const { promise: never, resolve: release } = Promise.withResolvers<number>();
  const receiver = await aReceiver((n) => (n === 1 ? never : 200));
  await addWebhook(database.pool, { hospital: null, url: receiver.url });
  await note('a');
  const first = aWorker();
  await until(() => receiver.received.length === 1);
  await first.stop();
  release(200);
  expect((await listWebhooks(database.pool, null))[0]).toMatchObject({ failures: 0, cursor: 0 });
  aWorker();
  await until(() => receiver.received.length === 2);
});

test('a receiver that is gone is paused, and goes on where it stood when someone says so', async () => {
  const receiver = await aReceiver((n) => (n === 1 ? 410 : 200));
  const { webhook } = await addWebhook(database.pool, { hospital: 'a', url: receiver.url });
  await note('a');
  aWorker();
  await expect.poll(() => webhookState(database.pool)).toEqual({ active: 0, paused: 1, failing: 0 });
  await note('a');
  expect(await setWebhookActive(database.pool, webhook.id, true, ['b'])).toBeNull();
  expect(await setWebhookActive(database.pool, webhook.id, true, ['a'])).toMatchObject({ cursor: 0 });
  await until(() => receiver.received.length === 3);
  expect(numbers(receiver)).toEqual([1, 1, 2]);
  expect(await removeWebhook(database.pool, webhook.id, ['b'])).toBeUndefined();
  expect(await removeWebhook(database.pool, webhook.id, null)).toBe(webhook.hospitalCode);
});

test('a webhook that was away for longer than changes are kept goes on, and the hole shows', async () => {
  const receiver = await aReceiver();
  await addWebhook(database.pool, { hospital: null, url: receiver.url });
  for (let n = 0; n < 3; n += 1) await note('a');
  await numberChanges(database.pool);
  await database.pool.query(`UPDATE change SET at = now() - interval '100 days' WHERE number <= 2`);
  await forgetChanges(database.pool, 90);
  aWorker();
  await until(() => receiver.received.length === 1);
  expect(receiver.received[0]!.body.data).toMatchObject({ number: 3, previous: null });
  expect(lines.join('')).toContain('no longer kept');
});

test('addresses of the machine, its link and cloud metadata are refused unless any is allowed', () => {
  const never = [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '169.254.169.254',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fd00:ec2::254',
    '2002:7f00:1::',
  ];
  const inside = ['10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1'];
  const outside = ['1.1.1.1', '223.5.5.5', '2400:3200::1'];
  for (const address of never) {
    expect(isAllowedAddress(address, 'private'), address).toBe(false);
    expect(isAllowedAddress(address, 'public'), address).toBe(false);
    expect(isAllowedAddress(address, 'any'), address).toBe(true);
  }
  for (const address of inside) {
    expect(isAllowedAddress(address, 'private'), address).toBe(true);
    expect(isAllowedAddress(address, 'public'), address).toBe(false);
  }
  for (const address of outside) expect(isAllowedAddress(address, 'public'), address).toBe(true);
  expect(isAllowedAddress('localhost', 'any')).toBe(false);
});

test.each(['127.0.0.1', 'localhost', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433'])(
  'a receiver at %s is not reached unless it is allowed',
  async (host) => {
    const receiver = await aReceiver();
    const url = new URL(receiver.url);
    const target = { url: `http://${host}:${url.port}/hook`, secret: 'whsec_AAAA' };
    const sender = webhookSender('private');
    closers.push(() => sender.close());
    const outcome = await sender.send(target, { id: 'x', body: '{}' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('HUTONG_WEBHOOK_ADDRESSES') as string,
    });
    expect(receiver.received).toEqual([]);
  },
);
