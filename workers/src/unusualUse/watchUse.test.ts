import {
  type AlertThresholds,
  type AuditEvent,
  AuditWriter,
  EVERY_AUDIT_EVENT,
  NOBODYS,
  readAudit,
  silentLog,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookOnce } from './watchUse.ts';

let database: TestDatabase;
let writer: AuditWriter;
beforeEach(async () => {
  database = await createTestDatabase();
  writer = new AuditWriter(database.pool, silentLog);
});
afterEach(() => database.drop());

const OFF: AlertThresholds = {
  patientsPerHour: 0,
  peoplePerPatient: 0,
  refusalsPerHour: 0,
  emergenciesPerDay: 0,
};

const record = (
  given: Partial<Pick<AuditEvent, 'action' | 'outcome' | 'count'>>,
  { id = 'zhang', kind = 'person' as const, hospital = 'a', patientId = 'P', address = '192.0.2.1' } = {},
) =>
  writer.record({
    action: 'retrieve',
    outcome: 'success',
    actor: { kind, id, name: id, address, purpose: 'TREAT' },
    subject: { ...NOBODYS, hospital, patientId },
    count: 1,
    requestId: '',
    detail: {},
    ...given,
  });

async function told(alerts: Partial<AlertThresholds>) {
  const count = await lookOnce({ index: database.pool, alerts: { ...OFF, ...alerts }, writer });
  const filter = { ...EVERY_AUDIT_EVENT, actions: ['securityAlert'], limit: count };
  const events = count === 0 ? [] : await readAudit(database.pool, filter);
  return events.map(({ hospital, patientId, detail }) => ({
    hospital,
    patientId,
    ...(JSON.parse(detail) as object),
  }));
}

test('a person who opens the images of many patients in an hour is told to each hospital, once', async () => {
  for (let patient = 0; patient < 4; patient += 1) await record({}, { patientId: `P${patient}` });
  expect(await told({ patientsPerHour: 4 })).toEqual([]);
  await record({ action: 'render' }, { hospital: 'b', patientId: 'Q' });
  const found = await told({ patientsPerHour: 4 });
  expect(found.map(({ hospital }) => hospital).toSorted()).toEqual(['a', 'b']);
  expect(found[0]).toMatchObject({ rule: 'manyPatients', found: 5, threshold: 4, hours: 1, name: 'zhang' });
  expect(await told({ patientsPerHour: 4 })).toEqual([]);
});

test('one patient many times, or many patients of a machine, are as usual', async () => {
  for (let times = 0; times < 9; times += 1) {
    await record({});
    await record({}, { id: 'pacs', kind: 'machine' as 'person', patientId: `P${times}` });
  }
  expect(await told({ patientsPerHour: 3, peoplePerPatient: 3 })).toEqual([]);
});

test('a patient whom many people look at is told to the hospital', async () => {
  for (let person = 0; person < 4; person += 1) await record({}, { id: `doctor${person}` });
  expect(await told({ peoplePerPatient: 3 })).toEqual([
    { hospital: 'a', patientId: 'P', rule: 'manyPeople', found: 4, threshold: 3, hours: 24 },
  ]);
});

test('refusals are counted with those that were added up, by address where nobody is known', async () => {
  await record({ action: 'refused', outcome: 'refused', count: 30 }, { id: '', address: '198.51.100.9' });
  await record({ action: 'refused', outcome: 'refused', count: 5 }, { id: 'li' });
  expect(await told({ refusalsPerHour: 20 })).toMatchObject([
    { hospital: '', rule: 'manyRefusals', found: 30, name: '198.51.100.9' },
  ]);
});

test('many emergencies of one person are told', async () => {
  for (let times = 0; times < 3; times += 1) await record({ action: 'breakGlass' }, { hospital: 'b' });
  expect(await told({ emergenciesPerDay: 2 })).toMatchObject([
    { hospital: 'b', rule: 'manyEmergencies', found: 3 },
  ]);
});
