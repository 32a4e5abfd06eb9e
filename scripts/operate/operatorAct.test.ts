import { AuditUnavailable } from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { beginOperatorAct, onRecord, operatorAct } from './operatorAct.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
afterEach(() => beginOperatorAct(null));

interface Recorded {
  action: string;
  outcome: string;
  actor_kind: string;
  hospital_code: string;
  detail: string;
}

async function recorded(): Promise<Recorded[]> {
  const { rows } = await database.pool.query<Recorded>('SELECT * FROM audit_event ORDER BY at, sequence');
  return rows;
}

test('a command line is told with its verb, its hospital, and without what may be secret', () => {
  const args = ['create', '--hospital', 'a', '--scope=store,read', '--password', 'geheim', '--region'];
  expect(operatorAct('key', args)).toEqual({
    command: 'key create',
    options: { hospital: 'a', scope: 'store,read', password: true, region: true },
    hospital: 'a',
    studyInstanceUid: '',
  });
});

test('options that repeat are all told; what stands alone behind the verb is not', () => {
  const act = operatorAct('account', ['roles', 'htk_secret', '--role', 'auditor', '--role', 'clinician@b']);
  expect(act.options).toEqual({ role: 'auditor clinician@b' });
  expect(JSON.stringify(act)).not.toContain('htk_secret');
});

test('the event is there when the work begins, and the chain of the command is closed', async () => {
  beginOperatorAct(operatorAct('key', ['revoke', '--hospital', 'a']));
  const seen = await onRecord(database.pool, async () => (await recorded()).length);
  expect(seen).toBe(1);
  const [event] = await recorded();
  expect(event).toMatchObject({
    action: 'operate',
    outcome: 'success',
    actor_kind: 'system',
    hospital_code: 'a',
  });
  expect(JSON.parse(event?.detail ?? '')).toMatchObject({
    command: 'key revoke',
    options: { hospital: 'a' },
  });
});

test('what fails is recorded as failed, and the failure is passed on', async () => {
  beginOperatorAct(operatorAct('reindex', []));
  await expect(onRecord(database.pool, () => Promise.reject(new Error('no bucket')))).rejects.toThrow(
    'no bucket',
  );
  expect((await recorded()).slice(-2).map(({ outcome }) => outcome)).toEqual(['success', 'failed']);
});

test('nothing is done that cannot be recorded', async () => {
  const client = await database.pool.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE');
  beginOperatorAct(operatorAct('reindex', []));
  let done = false;
  const work = (): Promise<void> => {
    done = true;
    return Promise.resolve();
  };
  await expect(onRecord(database.pool, work)).rejects.toThrow(AuditUnavailable);
  expect(done).toBe(false);
  await client.query('ROLLBACK');
  client.release();
});
