import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { loadConfig } from '../config/config.ts';
import { openObjectStore } from '../objects/openObjectStore.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { type AuditEvent, batchDigest, CHAIN_START, NOBODYS } from './auditEvent.ts';
import { AuditWriter } from './auditWriter.ts';
import { EVERY_AUDIT_EVENT, readAudit } from './readAudit.ts';
import { anchorAudit, readAnchors } from './anchors.ts';
import { verifyAudit } from './verifyAudit.ts';

let database: TestDatabase;
let writer: AuditWriter;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-audit-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  writer = new AuditWriter(database.pool, silentLog);
});

const anEvent = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  action: 'retrieve',
  outcome: 'success',
  actor: { kind: 'person', id: 'zhang', name: '张医生', address: '192.0.2.7', purpose: 'TREAT' },
  subject: { ...NOBODYS, hospital: 'a', studyInstanceUid: '1.2.3', seriesInstanceUid: '1.2.3.4' },
  count: 1,
  requestId: 'r',
  detail: {},
  ...given,
});

const ofWriter = async () =>
  (await readAudit(database.pool, EVERY_AUDIT_EVENT))
    .filter(({ writerId }) => writerId === writer.writerId)
    .toSorted((a, b) => a.sequence - b.sequence);

/** What somebody does who may write to the tables in spite of their triggers. */
async function tamper(sql: string): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query(sql, [writer.writerId]);
  } finally {
    await client.query('RESET session_replication_role');
    client.release();
  }
}

const faults = async (heads?: Parameters<typeof verifyAudit>[1]) =>
  (await verifyAudit(database.pool, heads)).faults
    .filter(({ writerId }) => writerId === writer.writerId)
    .map(({ batch, fault }) => `${batch} ${fault}`);

describe('what is recorded', () => {
  test('is there when the promise resolves, by another connection', async () => {
    await writer.record(anEvent({ detail: { query: 'PatientName=张*' } }));
    const [row] = await ofWriter();
    expect(row).toMatchObject({
      sequence: 1,
      action: 'retrieve',
      actorName: '张医生',
      studyInstanceUid: '1.2.3',
      detail: '{"query":"PatientName=张*"}',
      continues: null,
    });
  });

  test('many at once are few batches, in an unbroken chain', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, at) => writer.record(anEvent({ count: at }))));
    const rows = await ofWriter();
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
    const { rows: batches } = await database.pool.query(
      'SELECT batch FROM audit_batch WHERE writer_id = $1',
      [writer.writerId],
    );
    expect(batches.length).toBeLessThan(20);
    expect(await faults()).toEqual([]);
  });

  test('accesses of one kind are one event, and their number is added when the writer stops', async () => {
    for (let frame = 0; frame < 50; frame += 1) await writer.access('a', () => anEvent());
    await writer.access('b', () => anEvent({ action: 'render' }), 3);
    expect((await ofWriter()).map(({ action, count }) => `${action} ${count}`)).toEqual([
      'retrieve 1',
      'render 3',
    ]);
    await writer.stop();
    expect((await ofWriter()).map(({ count, continues }) => [count, continues])).toEqual([
      [1, null],
      [3, null],
      [49, 1],
    ]);
    expect(await faults()).toEqual([]);
  });

  test('accesses that come together wait for the one event', async () => {
    await Promise.all(Array.from({ length: 20 }, () => writer.access('together', () => anEvent())));
    expect(await ofWriter()).toHaveLength(1);
  });

  test('a search is on record whole, however long its address is', async () => {
    const query = `includefield=${'x'.repeat(15_000)}&PatientName=Zhang`;
    await writer.record(anEvent({ detail: { query } }));
    expect(JSON.parse((await ofWriter())[0]?.detail ?? '')).toEqual({ query });
  });

  test('an event that makes no row fails alone; others are written', async () => {
    const impossible = writer.record(anEvent({ detail: { size: 1n } }));
    const fine = writer.record(anEvent());
    await expect(impossible).rejects.toThrow(TypeError);
    await fine;
    expect(await ofWriter()).toHaveLength(1);
  });

  test('text that no database holds, and text without end, is made short and clean', async () => {
    await writer.record(
      anEvent({
        actor: { ...anEvent().actor, name: `a\0b\ud800${'长'.repeat(5000)}` },
        detail: { query: 'x'.repeat(100_000) },
      }),
    );
    const [row] = await ofWriter();
    expect(row?.actorName).toHaveLength(256);
    expect(row?.actorName.startsWith('ab\ufffd长')).toBe(true);
    expect(JSON.parse(row?.detail ?? '')).toEqual({
      cut: 100_012,
      begins: expect.stringMatching(/^\{"query":"x{246}$/) as string,
    });
    expect(await faults()).toEqual([]);
  });
});

describe('the tables', () => {
  test.each([
    'UPDATE audit_event SET actor_id = $1',
    'DELETE FROM audit_event WHERE writer_id = $1',
    'DELETE FROM audit_batch WHERE writer_id = $1',
  ])('refuse %s', async (sql) => {
    await writer.record(anEvent());
    await expect(database.pool.query(sql, [writer.writerId])).rejects.toThrow('append-only');
  });
});

describe('verification', () => {
  const record = async () => {
    for (let at = 0; at < 3; at += 1) await writer.record(anEvent({ count: at }));
  };

  test.each([
    [
      'a changed event',
      "UPDATE audit_event SET actor_id = 'li' WHERE writer_id = $1 AND sequence = 2",
      '2 changed',
    ],
    ['an event taken out', 'DELETE FROM audit_event WHERE writer_id = $1 AND sequence = 2', '2 eventMissing'],
    ['a batch taken out', 'DELETE FROM audit_batch WHERE writer_id = $1 AND batch = 2', '2 batchMissing'],
    [
      'events in another order',
      `UPDATE audit_event one SET count = other.count, at = other.at FROM audit_event other
        WHERE one.writer_id = $1 AND other.writer_id = $1 AND one.sequence IN (2, 3)
          AND other.sequence = 5 - one.sequence`,
      '2 changed',
    ],
    [
      'an event put in among others',
      `WITH moved AS (UPDATE audit_event SET sequence = 4 WHERE writer_id = $1 AND sequence = 3 RETURNING *)
       INSERT INTO audit_event SELECT writer_id, 3, at, action, outcome, actor_kind, actor_id, actor_name, address, purpose,
         hospital_code, patient_id, study_instance_uid, series_instance_uid, 7, continues, request_id, detail FROM moved`,
      '3 changed',
    ],
    [
      'an event moved into another batch',
      'UPDATE audit_batch SET last_sequence = 2 WHERE writer_id = $1 AND batch = 1',
      '1 changed',
    ],
    [
      'an event put in',
      `INSERT INTO audit_event SELECT writer_id, 9, at, action, outcome, actor_kind, actor_id, actor_name, address, purpose,
         hospital_code, patient_id, study_instance_uid, series_instance_uid, count, continues, request_id, detail
         FROM audit_event WHERE writer_id = $1 AND sequence = 1`,
      '3 eventOutsideBatch',
    ],
  ])('finds %s', async (_what, sql, fault) => {
    await record();
    expect(await faults()).toEqual([]);
    await tamper(sql);
    expect(await faults()).toContain(fault);
  });

  test('takes nothing for a fault that is written while it looks', async () => {
    await record();
    const { pool } = database;
    // When all batches were read, and before the events are counted, one more is written.
    const busy = new Proxy(pool, {
      get: (target, name) =>
        name === 'query'
          ? async (text: string, values: unknown[]) => {
              if (text.includes('count(*)')) await writer.record(anEvent());
              return target.query(text, values);
            }
          : (Reflect.get(target, name) as unknown),
    });
    const found = await verifyAudit(busy);
    expect(found.faults.filter(({ writerId }) => writerId === writer.writerId)).toEqual([]);
    expect((await ofWriter()).length).toBeGreaterThan(3);
  });

  test('finds by the heads kept elsewhere that the end was cut off, or the whole written anew', async () => {
    await record();
    const { heads } = await verifyAudit(database.pool);
    await tamper('DELETE FROM audit_event WHERE writer_id = $1 AND sequence = 3');
    await tamper('DELETE FROM audit_batch WHERE writer_id = $1 AND batch = 3');
    expect(await faults()).toEqual([]);
    expect(await faults(heads)).toEqual(['3 batchMissing']);
  });

  test('finds by the heads that a whole chain was written anew with digests that fit', async () => {
    await record();
    const { heads } = await verifyAudit(database.pool);
    const forged = (await ofWriter()).map((row) => ({ ...row, actorId: 'li' }));
    await tamper("UPDATE audit_event SET actor_id = 'li' WHERE writer_id = $1");
    let digest: Uint8Array = CHAIN_START;
    for (const row of forged) {
      digest = batchDigest(digest, [row]);
      const hex = Buffer.from(digest).toString('hex');
      await tamper(
        `UPDATE audit_batch SET sha256 = '\\x${hex}' WHERE writer_id = $1 AND batch = ${row.sequence}`,
      );
    }
    expect(await faults()).toEqual([]);
    expect(await faults(heads)).toContain('3 changed');
    // A head that was forged as well does not hide the true one.
    const forgedHeads = (await verifyAudit(database.pool)).heads;
    expect(await faults([...heads, ...forgedHeads])).toContain('3 changed');
    expect(await faults([...forgedHeads, ...heads])).toContain('3 changed');
  });

  test('finds by the heads that a writer is gone as if it never had been', async () => {
    await record();
    const { heads } = await verifyAudit(database.pool);
    await tamper('DELETE FROM audit_event WHERE writer_id = $1');
    await tamper('DELETE FROM audit_batch WHERE writer_id = $1');
    expect(await faults()).toEqual([]);
    expect(await faults(heads)).toEqual(['1 batchMissing']);
  });

  test('anchors in the object store are such heads, written when there is something new', async () => {
    const objects = await openObjectStore({ ...loadConfig({}), dataDirectory: folder });
    await record();
    expect(await anchorAudit(database.pool, objects)).toBeGreaterThan(0);
    expect(await anchorAudit(database.pool, objects)).toBe(0);
    await writer.record(anEvent());
    expect(await anchorAudit(database.pool, objects)).toBe(1);
    const anchors = (await readAnchors(objects)).filter(({ writerId }) => writerId === writer.writerId);
    expect(anchors.map(({ batch }) => batch).toSorted()).toEqual([3, 4]);
    expect(await faults(anchors)).toEqual([]);
    await tamper("UPDATE audit_batch SET sha256 = '\\x00' WHERE writer_id = $1 AND batch = 4");
    expect(await faults(anchors)).toContain('4 changed');
    await objects.close();
  });
});

describe('reading', () => {
  test('goes by study, patient, actor, action and time, in pages, the newest first', async () => {
    const of = (studyInstanceUid: string, patientId: string) => ({
      ...NOBODYS,
      hospital: 'b',
      patientId,
      studyInstanceUid,
    });
    for (let at = 0; at < 5; at += 1) {
      await writer.record(
        anEvent({ subject: of('2.1', 'p1'), count: at, actor: { ...anEvent().actor, id: 'wang' } }),
      );
    }
    await writer.record(anEvent({ subject: of('2.2', 'p2'), action: 'store' }));
    const read = async (filter: object) =>
      (await readAudit(database.pool, { ...EVERY_AUDIT_EVENT, ...filter })).map(
        ({ studyInstanceUid, count }) => `${studyInstanceUid} ${count}`,
      );
    expect(await read({ studyInstanceUid: '2.2' })).toEqual(['2.2 1']);
    expect(await read({ patient: { hospital: 'b', patientId: 'p2' } })).toEqual(['2.2 1']);
    expect(await read({ patient: { hospital: 'a', patientId: 'p2' } })).toEqual([]);
    expect(await read({ hospitals: ['b'], actions: ['store'] })).toEqual(['2.2 1']);
    expect(await read({ actor: 'wang', limit: 2 })).toEqual(['2.1 4', '2.1 3']);
    const [, second] = await readAudit(database.pool, { ...EVERY_AUDIT_EVENT, actor: 'wang', limit: 2 });
    expect(await read({ actor: 'wang', before: second, limit: 2 })).toEqual(['2.1 2', '2.1 1']);
    expect(await read({ actor: 'wang', to: '2000-01-01T00:00:00Z' })).toEqual([]);
  });
});
