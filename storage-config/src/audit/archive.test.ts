import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { silentLog } from '../log.ts';
import type { ObjectStore } from '../objectStore.ts';
import { openObjectStore } from '../objects/openObjectStore.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { archiveAudit, AUDIT_ARCHIVE_PREFIX, verifyArchives } from './archive.ts';
import { NOBODYS } from './auditEvent.ts';
import { AuditWriter } from './auditWriter.ts';
import { verifyAudit } from './verifyAudit.ts';

let database: TestDatabase;
let objects: ObjectStore;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-archive-'));
  objects = await openObjectStore({ ...loadConfig({}), dataDirectory: folder });
});
afterEach(async () => {
  await objects.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

const LATER = new Date(Date.now() + 60_000);

async function record(writer: AuditWriter, events: number): Promise<void> {
  for (let at = 0; at < events; at += 1)
    await writer.record({
      action: 'view',
      outcome: 'success',
      actor: { kind: 'person', id: 'zhang', name: '张\n医生', address: '', purpose: 'TREAT' },
      subject: NOBODYS,
      count: at,
      requestId: '',
      detail: {},
    });
}

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of objects.list(AUDIT_ARCHIVE_PREFIX)) found.push(key);
  return found;
}

const faults = async () => (await verifyArchives(database.pool, objects)).faults.map(({ fault }) => fault);

test('old events are copied once, in order, and what comes later goes on from there', async () => {
  const writers = [new AuditWriter(database.pool, silentLog), new AuditWriter(database.pool, silentLog)];
  for (const writer of writers) await record(writer, 250);
  expect(await archiveAudit(database.pool, objects, LATER)).toEqual({ objects: 4, events: 500 });
  expect(await archiveAudit(database.pool, objects, LATER)).toEqual({ objects: 0, events: 0 });
  await record(writers[0]!, 3);
  expect(await archiveAudit(database.pool, objects, LATER)).toEqual({ objects: 1, events: 3 });
  expect(await verifyArchives(database.pool, objects)).toEqual({ objects: 5, events: 503, faults: [] });
  expect((await verifyAudit(database.pool)).events).toBe(503);
});

test('what is younger than asked for stays out', async () => {
  await record(new AuditWriter(database.pool, silentLog), 3);
  expect(await archiveAudit(database.pool, objects, new Date(Date.now() - 60_000))).toEqual({
    objects: 0,
    events: 0,
  });
});

test('an object that was changed, removed, added, or is none, is found', async () => {
  await record(new AuditWriter(database.pool, silentLog), 3);
  await archiveAudit(database.pool, objects, LATER);
  const [key = ''] = await keys();
  const bytes = await buffer(await objects.get(key));
  const text = gunzipSync(bytes).toString();
  await objects.delete(key);
  expect(await faults()).toEqual(['missing']);
  await objects.put(key, gzipSync(text.replace('zhang', 'li')), {});
  expect(await faults()).toEqual(['changed', 'changed']);
  await objects.delete(key);
  await objects.put(key, Buffer.from('nothing'), {});
  expect(await faults()).toEqual(['changed', 'unreadable']);
  await objects.delete(key);
  await objects.put(key, bytes, {});
  await objects.put(key.replace('-3', '-4'), bytes, {});
  expect(await faults()).toEqual(['unknown']);
});

test('an archive contradicts an index that was written anew', async () => {
  await record(new AuditWriter(database.pool, silentLog), 3);
  await archiveAudit(database.pool, objects, LATER);
  const client = await database.pool.connect();
  await client.query('SET session_replication_role = replica');
  await client.query("UPDATE audit_batch SET sha256 = '\\x00' WHERE batch = 2");
  await client.query('RESET session_replication_role');
  client.release();
  expect(await faults()).toEqual(['changed']);
});
