import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import {
  type AuditEvent,
  AUDIT_ACTIONS,
  AuditWriter,
  destinationStates,
  type HutongConfig,
  NOBODYS,
  silentLog,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Loop } from '../loop.ts';
import { startAuditExport } from './exportAudit.ts';
import { aCertificate, aSyslogReceiver, eventIdOf, readMessage, type SyslogReceiver } from './testing.ts';

let database: TestDatabase;
let folder: string;
let writer: AuditWriter;
const authority = aCertificate('Test authority');
const server = aCertificate('localhost', authority);
const client = aCertificate('hutong', authority);
const closers: (() => Promise<void> | void)[] = [];
const QUICK = { firstSeconds: 0.05, maxSeconds: 0.1 };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-audit-export-'));
  const files = {
    'ca.pem': authority.cert,
    'cert.pem': client.cert,
    'key.pem': client.key,
    token: 'secret-7\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  database = await createTestDatabase();
  writer = new AuditWriter(database.pool, silentLog);
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await database.drop();
});

const anEvent = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  action: 'retrieve',
  outcome: 'success',
  actor: { kind: 'person', id: 'zhang', name: '张医生', address: '192.0.2.7', purpose: 'TREAT' },
  subject: { hospital: 'a', patientId: 'P-7', studyInstanceUid: '1.2.3', seriesInstanceUid: '1.2.3.4' },
  count: 1,
  requestId: 'r',
  detail: {},
  ...given,
});

const configFor = (
  destination: string,
  files: Partial<HutongConfig['auditExport']> = {},
): Pick<HutongConfig, 'auditExport' | 'publicUrl'> => ({
  publicUrl: 'https://images.example.org',
  auditExport: {
    destinations: [destination],
    caFile: path.join(folder, 'ca.pem'),
    certFile: null,
    keyFile: null,
    tokenFile: null,
    ...files,
  },
});

function aWorker(config: ReturnType<typeof configFor>, atOnce = 2000): Loop {
  const log = pino({ level: 'silent' });
  const worker = startAuditExport({ index: database.pool, config, log, backoff: QUICK, pollMs: 20, atOnce });
  closers.push(() => worker.stop());
  return worker;
}

async function aReceiver(options: Parameters<typeof aSyslogReceiver>[0] = {}): Promise<SyslogReceiver> {
  const receiver = await aSyslogReceiver(options);
  closers.push(() => receiver.close());
  return receiver;
}

const withTls = { cert: server.cert, key: server.key };
const ids = ({ messages }: SyslogReceiver): string[] => messages.map((one) => eventIdOf(readMessage(one)));
const until = (check: () => unknown): Promise<void> =>
  expect.poll(check, { timeout: 30_000, interval: 20 }).toBe(true);
const waiting = async (): Promise<number> => (await destinationStates(database.pool, null))[0]?.waiting ?? -1;

describe('syslog over TLS', () => {
  test('every action is one message of RFC 5424 with a valid audit message, in order, confirmed', async () => {
    const receiver = await aReceiver({ tls: withTls });
    for (const action of AUDIT_ACTIONS) await writer.record(anEvent({ action }));
    aWorker(configFor(`tls://127.0.0.1:${receiver.port}`));
    await until(async () => (await waiting()) === 0);
    const read = receiver.messages.map(readMessage);
    expect(read.map(({ priority }) => priority)).toEqual(
      AUDIT_ACTIONS.map((action) => (action === 'securityAlert' || action === 'breakGlass' ? 84 : 85)),
    );
    expect(new Set(read.map(({ msgid }) => msgid))).toEqual(new Set(['DICOM+RFC3881']));
    expect(ids(receiver)).toEqual(AUDIT_ACTIONS.map((_, at) => `${writer.writerId}-${at + 1}`));
    expect(receiver.faults).toEqual([]);
    const [study, patient] = read[3]!.root.children.slice(4);
    expect(study?.attributes['ParticipantObjectID']).toBe('1.2.3');
    expect(patient?.attributes['ParticipantObjectID']).toBe('P-7^^^a');
  });

  test('values of several lines, with quotes, tags and characters that XML has not, stay values', async () => {
    const receiver = await aReceiver({ tls: withTls });
    const hostile = 'x"/>\n<EventID>\r\n5 <85>1 \u0001\u2028]]>&amp;\ud800张';
    const actor = { ...anEvent().actor, id: hostile, name: hostile, address: hostile };
    await writer.record(
      anEvent({
        actor,
        action: 'search',
        subject: { ...NOBODYS, hospital: hostile, patientId: hostile },
        requestId: hostile,
        detail: { query: hostile, [hostile]: { deep: hostile } },
      }),
    );
    aWorker(configFor(`tls://127.0.0.1:${receiver.port}`));
    await until(() => receiver.messages.length === 1);
    const { root } = readMessage(receiver.messages[0]!);
    const clean = hostile.toWellFormed().replace('\u0001', '');
    expect(root.children[1]?.attributes['UserID']).toBe(clean);
    expect(root.children[5]?.attributes['ParticipantObjectID']).toBe('query');
    const asked = Buffer.from(root.children[5]?.children[1]?.text ?? '', 'base64').toString();
    expect(asked).toBe(hostile.toWellFormed());
  });

  test('a receiver with a certificate of somebody else gets nothing', async () => {
    const other = aCertificate('localhost', aCertificate('Another authority'));
    const receiver = await aReceiver({ tls: { cert: other.cert, key: other.key } });
    await writer.record(anEvent());
    aWorker(configFor(`tls://127.0.0.1:${receiver.port}`));
    await until(async () => ((await destinationStates(database.pool, null))[0]?.failures ?? 0) > 1);
    expect(receiver.messages).toEqual([]);
    const [state] = await destinationStates(database.pool, null);
    expect(state).toMatchObject({ waiting: 1, delivered: 0 });
    expect(state?.lastError).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET/);
  });

  test('a receiver that asks for a certificate is shown ours', async () => {
    const tls = { ...withTls, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const receiver = await aReceiver({ tls });
    await writer.record(anEvent());
    const without = aWorker(configFor(`tls://127.0.0.1:${receiver.port}`));
    await until(async () => ((await destinationStates(database.pool, null))[0]?.failures ?? 0) > 0);
    expect(receiver.messages).toEqual([]);
    await without.stop();
    const files = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
    aWorker(configFor(`tls://127.0.0.1:${receiver.port}`, files));
    await until(() => receiver.messages.length === 1);
  });
});

describe('delivery', () => {
  test('a connection that is reset is no confirmation: what it had is sent again, and nothing is missing', async () => {
    const receiver = await aReceiver({ resetAfter: (n) => (n < 4 ? n * 3 : Infinity) });
    for (let at = 0; at < 40; at += 1) await writer.record(anEvent());
    aWorker(configFor(`tcp://127.0.0.1:${receiver.port}`));
    await until(async () => (await waiting()) === 0);
    expect(new Set(ids(receiver)).size).toBe(40);
    expect(receiver.connections).toBeGreaterThan(3);
    expect((await destinationStates(database.pool, null))[0]).toMatchObject({ delivered: 40, failures: 0 });
  });

  test('a receiver that is away is waited for, and told what there was meanwhile', async () => {
    const gone = await aSyslogReceiver();
    await gone.close();
    await writer.record(anEvent());
    aWorker(configFor(`tcp://127.0.0.1:${gone.port}`));
    await until(async () => ((await destinationStates(database.pool, null))[0]?.failures ?? 0) > 2);
    await writer.record(anEvent());
    const [state] = await destinationStates(database.pool, null);
    expect(state).toMatchObject({ waiting: 2, lastError: 'ECONNREFUSED' });
    expect(state?.waitingSince).toBeInstanceOf(Date);
    const back = await aReceiver({ port: gone.port });
    await until(async () => (await waiting()) === 0);
    expect(ids(back)).toHaveLength(2);
  });

  test('an event that commits late, after younger ones of other writers, is not passed over', async () => {
    const receiver = await aReceiver();
    const late = new AuditWriter(database.pool, silentLog);
    await late.record(anEvent({ requestId: 'first' }));
    aWorker(configFor(`tcp://127.0.0.1:${receiver.port}`));
    await until(() => receiver.messages.length === 1);
    // Holds the late writer's next batch in its transaction by the row it will insert.
    const blocker = await database.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query(
      `INSERT INTO audit_batch (writer_id, batch, first_sequence, last_sequence, sha256) VALUES ($1, 2, 2, 2, '')`,
      [late.writerId],
    );
    const written = late.record(anEvent({ requestId: 'late' }));
    for (let at = 0; at < 20; at += 1) await writer.record(anEvent());
    await until(() => receiver.messages.length === 21);
    await blocker.query('ROLLBACK');
    blocker.release();
    await written;
    await until(() => ids(receiver).includes(`${late.writerId}-2`));
    expect(await waiting()).toBe(0);
  });

  test('two workers send each event once while nothing goes wrong', async () => {
    const receiver = await aReceiver();
    const config = configFor(`tcp://127.0.0.1:${receiver.port}`);
    aWorker(config, 7);
    aWorker(config, 7);
    for (let at = 0; at < 60; at += 1) await writer.record(anEvent());
    await until(async () => (await waiting()) === 0);
    expect(ids(receiver)).toHaveLength(60);
  });

  test('a worker killed in the middle: every event arrives at least once', async () => {
    const kill: { now?: () => void } = {};
    const killed = new Set<number>();
    const receiver = await aReceiver({
      onMessage: () => {
        if (receiver.messages.length % 37 === 0) kill.now?.();
      },
    });
    for (let at = 0; at < 150; at += 1) await writer.record(anEvent());
    const config = configFor(`tcp://127.0.0.1:${receiver.port}`, { caFile: null });
    const databaseUrl = database.pool.options.connectionString ?? '';
    const run = (): ReturnType<typeof spawn> =>
      spawn(process.execPath, [path.join(import.meta.dirname, 'killedExport.ts')], {
        env: { ...process.env, EXPORT_CONFIG: JSON.stringify(config), EXPORT_DATABASE: databaseUrl },
        stdio: 'inherit',
      });
    for (let turn = 0; turn < 3; turn += 1) {
      const worker = run();
      kill.now = () => {
        killed.add(turn);
        worker.kill('SIGKILL');
      };
      await once(worker, 'exit');
      // What a killed worker held is free when its time is over.
      await database.pool.query('UPDATE audit_destination SET leased_until = now()');
    }
    kill.now = () => undefined;
    aWorker(config);
    await until(async () => (await waiting()) === 0);
    expect(killed.size).toBeGreaterThan(0);
    const expected = Array.from({ length: 150 }, (_, at) => `${writer.writerId}-${at + 1}`);
    expect([...new Set(ids(receiver))].toSorted()).toEqual(expected.toSorted());
  });
});

describe('FHIR', () => {
  test('each event is created with the token; what the server never takes is counted, what it cannot take is tried again', async () => {
    const got: { url: string; type: string; token: string; body: Record<string, unknown> }[] = [];
    const answers = [503, 201, 422];
    const repository = createServer((req, res) => {
      void text(req).then((raw) => {
        const { url = '', headers } = req;
        const body = JSON.parse(raw) as Record<string, unknown>;
        got.push({ url, type: headers['content-type'] ?? '', token: headers.authorization ?? '', body });
        res.writeHead(answers.shift() ?? 201).end();
      });
    });
    repository.listen(0, '127.0.0.1');
    await once(repository, 'listening');
    closers.push(() => {
      repository.closeAllConnections();
      repository.close();
    });
    const { port } = repository.address() as AddressInfo;
    await writer.record(anEvent());
    await writer.record(anEvent({ action: 'search', detail: { query: 'PatientID=7' } }));
    await writer.record(anEvent({ action: 'breakGlass' }));
    aWorker(
      configFor(`http://127.0.0.1:${port}/fhir`, { caFile: null, tokenFile: path.join(folder, 'token') }),
    );
    await until(async () => (await waiting()) === 0);
    expect(got).toHaveLength(4);
    expect(got[1]).toMatchObject({ url: '/fhir/AuditEvent', token: 'Bearer secret-7' });
    expect(got[1]?.type).toMatch(/^application\/fhir\+json/);
    expect(got[1]?.body).not.toHaveProperty('id');
    expect(got[1]?.body['meta']).toMatchObject({ tag: [{ code: `${writer.writerId}-1` }] });
    expect((await destinationStates(database.pool, null))[0]).toMatchObject({ delivered: 2, rejected: 1 });
  });
});
