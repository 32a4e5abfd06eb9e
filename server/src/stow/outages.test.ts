import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ObjectStoreFull, ObjectStoreUnavailable, type ObjectStore } from '@hutong/storage-config';
import { afterEach, describe, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import {
  BOUNDARY,
  multipartBody,
  postStore,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../testing.ts';

let server: TestServer;
let key: string;

async function start(options: TestServerOptions = {}): Promise<void> {
  server = await startTestServer(options);
  key = await server.hospitalKey('first');
}

afterEach(() => server.close());

const { instances } = aCtStudy({ seed: 'outage', slices: 3 });
const body = multipartBody(instances.map((instance) => instance.bytes));

const store = () => postStore(`${server.url}/dicomweb`, body, { key });

async function stored(): Promise<{ rows: string[]; objects: number }> {
  const { rows } = await server.index.query<{ sop_instance_uid: string }>(
    'SELECT sop_instance_uid FROM instance',
  );
  return {
    rows: rows.map((row) => row.sop_instance_uid).toSorted(),
    objects: (await server.objectKeys()).length,
  };
}

/** Opens a connection and sends the head of a store request whose body is as long as the whole one. */
function begin(extraHeaders: string[] = []): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const lines = [
    'POST /dicomweb/studies HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${key}`,
    `Content-Type: multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
    `Content-Length: ${body.length}`,
    ...extraHeaders,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

function textOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => {
      resolve(text);
    });
    socket.on('error', reject);
  });
}

/** The real store, except that objects cannot be made while `broken` says why. */
function breakable(why: () => Error | null) {
  return (objects: ObjectStore): ObjectStore =>
    new Proxy(objects, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'create') return (value as (...args: unknown[]) => unknown).bind(target);
        return async (...args: Parameters<ObjectStore['create']>) => {
          const error = why();
          if (error !== null) throw error;
          return target.create(...args);
        };
      },
    });
}

describe('clients that fail', () => {
  test('a connection that ends in the middle keeps the parts that arrived whole', async () => {
    await start();
    const socket = begin();
    socket.write(body.subarray(0, body.length - 3000), () => socket.destroy());
    const whole = instances.slice(0, 2).map((instance) => instance.sopInstanceUid);
    await expect.poll(stored).toEqual({ rows: whole.toSorted(), objects: 2 });
    expect((await store()).status).toBe(200);
    expect(await stored()).toMatchObject({ objects: 3 });
  });

  test('a client that stops sending is answered with what was stored, and let go', async () => {
    await start({ env: { HUTONG_UPLOAD_TIMEOUT_SECONDS: '1' } });
    const socket = begin();
    socket.write(body.subarray(0, body.length - 3000));
    const answer = await textOf(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    expect(answer).toContain(instances[1]!.sopInstanceUid);
    expect(answer).toContain('Part 3: the body ended inside this part');
    expect(await stored()).toMatchObject({ objects: 2 });
  });

  test('a client that sends almost nothing is let go too', async () => {
    await start({ env: { HUTONG_UPLOAD_TIMEOUT_SECONDS: '1' } });
    const socket = begin();
    let sent = 0;
    const drip = setInterval(() => {
      if (socket.writable) socket.write(body.subarray(sent, ++sent));
    }, 100);
    const answer = await textOf(socket).finally(() => {
      clearInterval(drip);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(await stored()).toEqual({ rows: [], objects: 0 });
  });

  test('a body is asked for only when it is wanted (Expect: 100-continue)', async () => {
    await start();
    const wanted = begin(['Expect: 100-continue', 'Connection: close']);
    wanted.once('data', (chunk: Buffer) => {
      expect(chunk.toString()).toMatch(/^HTTP\/1\.1 100 Continue/);
      wanted.write(body);
    });
    expect(await textOf(wanted)).toContain('HTTP/1.1 200 OK');

    key = 'htk_wrong';
    const refused = begin(['Expect: 100-continue', 'Connection: close']);
    expect(await textOf(refused)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('more stores at once than allowed are answered 503 with Retry-After', async () => {
    await start({ env: { HUTONG_MAX_CONCURRENT_STORES: '1' } });
    const first = begin(['Expect: 100-continue', 'Connection: close']);
    // Its body is asked for once it has the one slot.
    await once(first, 'data');
    const busy = await store();
    expect(busy.status).toBe(503);
    expect(busy.headers.get('retry-after')).toMatch(/^\d+$/);
    first.write(body);
    expect(await textOf(first)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await store()).status).toBe(200);
  });

  test('clients that trickle bytes do not keep others from storing', async () => {
    await start({ env: { HUTONG_MAX_CONCURRENT_STORES: '2', HUTONG_UPLOAD_TIMEOUT_SECONDS: '20' } });
    const slow = [0, 1].map(() => begin(['Expect: 100-continue', 'Connection: close']));
    for (const socket of slow) socket.on('error', () => undefined);
    // Their bodies are asked for once they have their slots; only then others may ask for one.
    const begun = await Promise.all(slow.map((socket) => once(socket, 'data') as Promise<[Buffer]>));
    for (const [answer] of begun) expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 100 Continue/);
    const answered = Promise.race(slow.map((socket) => once(socket, 'data') as Promise<[Buffer]>));
    const trickle = setInterval(() => {
      for (const socket of slow) socket.write('-');
    }, 50);
    try {
      let one = false;
      void answered.then(() => (one = true));
      const oneGaveWay = async (): Promise<boolean> => {
        await store();
        return one;
      };
      await expect.poll(oneGaveWay, { timeout: 18_000, interval: 200 }).toBe(true);
      expect((await store()).status).toBe(200);
      const [answer] = await answered;
      expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 408 /);
    } finally {
      clearInterval(trickle);
      for (const socket of slow) socket.destroy();
    }
  });
});

describe('a store that fails', () => {
  test.each<[string, () => Error]>([
    ['has no room left', () => new ObjectStoreFull('full')],
    ['does not answer', () => new ObjectStoreUnavailable('away')],
  ])(
    'because it %s is answered 503 with A700 for every part, and sending again heals it',
    async (_name, failure) => {
      let broken = true;
      await start({ wrapObjects: breakable(() => (broken ? failure() : null)) });
      const answer = await store();
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(answer.failed.map((failed) => failed.reason)).toEqual([0xa700, 0xa700, 0xa700]);
      expect(await stored()).toEqual({ rows: [], objects: 0 });
      // One line says so for all instances of the request.
      expect(server.logged.filter((line) => line['level'] === 50)).toEqual([
        expect.objectContaining({ msg: 'objects could not be stored', count: 3 }),
      ]);
      broken = false;
      expect((await store()).status).toBe(200);
    },
  );

  test('for one part only is answered 202', async () => {
    let calls = 0;
    await start({
      wrapObjects: breakable(() => (++calls === 2 ? new ObjectStoreUnavailable('once') : null)),
    });
    const answer = await store();
    expect(answer.status).toBe(202);
    expect(answer.stored).toHaveLength(2);
    expect(answer.failed.map((failed) => failed.reason)).toEqual([0xa700]);
  });

  test('an index that cannot write leaves no object, and sending again heals it', async () => {
    await start();
    await server.index.query('ALTER TABLE instance RENAME TO instance_away');
    const answer = await store();
    expect(answer.status).toBe(409);
    expect(answer.failed.map((failed) => failed.reason)).toEqual([0x0110, 0x0110, 0x0110]);
    await server.index.query('ALTER TABLE instance_away RENAME TO instance');
    expect(await stored()).toEqual({ rows: [], objects: 0 });
    expect((await store()).status).toBe(200);
  });

  test('connections to the index that are cut during a store never lose an acknowledged instance', async () => {
    await start();
    const cutting = setInterval(() => {
      void server.index
        .query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%INSERT INTO%'",
        )
        .catch(() => undefined);
    }, 5);
    const acknowledged = new Set<string>();
    for (let round = 0; round < 10; round++) for (const uid of (await store()).stored) acknowledged.add(uid);
    clearInterval(cutting);
    for (const uid of (await store()).stored) acknowledged.add(uid);
    const { rows } = await stored();
    expect(rows).toEqual([...acknowledged].toSorted());
    const { rows: keys } = await server.index.query<{ object_key: string }>(
      'SELECT object_key FROM instance',
    );
    const objects = new Set(await server.objectKeys());
    expect(keys.every((row) => objects.has(row.object_key))).toBe(true);
  });
});

test('a server that is closed lets an open store finish', async () => {
  await start();
  const socket = begin();
  socket.write(body.subarray(0, 20_000));
  await expect.poll(async () => (await fetch(`${server.url}/healthz`)).status).toBe(200);
  const answer = textOf(socket);
  const { index, objects } = server;
  const before = (await index.query('SELECT 1')).rowCount;
  expect(before).toBe(1);
  const closing = server.stop();
  socket.write(body.subarray(20_000));
  await closing;
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  expect((await index.query('SELECT FROM instance')).rowCount).toBe(3);
  await objects.check();
});

test('a server that is closed finishes the store of a client that broke off', async () => {
  await start();
  const socket = begin();
  socket.write(body.subarray(0, body.length - 3000));
  await expect.poll(async () => (await server.objectKeys()).length).toBe(2);
  socket.destroy();
  await server.stop();
  expect((await stored()).rows).toHaveLength(2);
  expect(server.logged.filter((line) => line['level'] === 50)).toEqual([]);
});
