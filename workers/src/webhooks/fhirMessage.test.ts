import {
  addWebhook,
  type Change,
  createHospital,
  inTransaction,
  noteChangeOf,
  numberChanges,
  readChanges,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import type { Bundle } from 'fhir/r4.js';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsOfFhir } from '../../../server/src/fhirResources/testing.ts';
import { startWebhookDelivery } from './deliverWebhooks.ts';
import { fhirMessage } from './fhirMessage.ts';
import { webhookSender } from './sendWebhook.ts';

let database: TestDatabase;
let studyId = 0;
const PUBLIC = 'https://images.example.org';

beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['a', 'b'])
    await createHospital(database.pool, { code, nameZh: `${code}医院`, nameEn: code });
  const { rows } = await database.pool.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_alphabetic, patient_name_ideographic,
                        patient_birth_date, patient_sex, accession_number, study_description, study_date, modalities, number_of_instances)
     VALUES ('a', '1.2', 'P-7', 'Zhang^San', '张^三', '19680303', 'F', 'ACC-7', 'CT of Zhang', '20260102', '{CT}', 2) RETURNING study_id AS id`,
  );
  studyId = rows[0]?.id ?? 0;
  await database.pool.query(
    `INSERT INTO exam_order (hospital_code, order_number, accession_number) VALUES ('a', 'ORD-7', 'ACC-7')`,
  );
  await database.pool.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     VALUES ($1, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'Wang doctor'),
            ($1, 'CT-02', '龙南市', '龙南市HR', 'withdrawn', 'x', 'x', 'Wang doctor')`,
    [studyId],
  );
  await database.pool.query(
    `WITH id AS (SELECT gen_random_uuid() AS id)
     INSERT INTO recognition_decision (recognition_decision_id, chain_id, decided_at, kind, reason_code, reason_text,
            hospital_code, author_kind, author_id, author_name, issuing_hospital, study_instance_uid, item_code)
     SELECT id, id, now(), 'examinedAgain', 'RX12', '张三 said so', 'b', 'person', 'x', 'Li doctor', 'a', '1.2', 'CT-01' FROM id`,
  );
});
afterAll(() => database.drop());

const aChange = (given: Partial<Change> = {}): Change => ({
  number: 7,
  previous: 5,
  action: 'labelled',
  hospital: 'a',
  studyInstanceUid: '1.2',
  seriesInstanceUid: null,
  sopInstanceUids: [],
  at: new Date('2026-11-22T00:00:00Z'),
  ...given,
});
const HOOK = { id: 'hook', withPatients: false };

async function bundleOf(
  change: Change,
  { withPatients = false, publicUrl = PUBLIC }: { withPatients?: boolean; publicUrl?: string | null } = {},
): Promise<{ bundle: Bundle; text: string }> {
  const { body, contentType } = await fhirMessage(
    database.pool,
    { ...HOOK, withPatients },
    change,
    publicUrl,
  );
  expect(contentType).toBe('application/fhir+json');
  const bundle = JSON.parse(body) as Bundle;
  expect(faultsOfFhir(bundle)).toEqual([]);
  return { bundle, text: body };
}
const typesOf = ({ entry = [] }: Bundle) => entry.map(({ resource }) => resource?.resourceType);
/** What says who the patient is, or who works at a hospital. */
const NAMES = /Zhang|张|P-7|ACC-7|ORD-7|1968|Wang|Li doctor/;

test('a change is told as a valid Bundle of the study, its hospital and whence its labels are, without who is meant', async () => {
  const { bundle, text: body } = await bundleOf(aChange());
  expect(typesOf(bundle)).toEqual(['ImagingStudy', 'Organization', 'Provenance', 'Provenance']);
  expect(bundle).toMatchObject({
    type: 'collection',
    identifier: { system: 'urn:hutong:change', value: '7' },
    timestamp: '2026-11-22T00:00:00.000Z',
  });
  expect(bundle.meta?.tag?.map(({ code }) => code)).toEqual(['labelled', '5']);
  expect(bundle.entry?.[0]?.fullUrl).toMatch(/^https:\/\/images\.example\.org\/fhir\/ImagingStudy\//);
  expect(bundle.entry?.[0]?.resource).toMatchObject({
    subject: { reference: expect.stringMatching(/^Patient\/[0-9a-f-]{36}$/) as string },
    extension: [{ url: 'urn:hutong:StructureDefinition:hr-label' }],
  });
  expect(bundle.entry?.slice(2).map(({ resource }) => resource)).toMatchObject([
    { activity: { coding: [{ code: 'applied' }] } },
    { activity: { coding: [{ code: 'withdrawn' }] } },
  ]);
  expect(body).not.toMatch(NAMES);
});

test('what was decided comes with decisions, by its code and never its free text', async () => {
  const { bundle, text: body } = await bundleOf(aChange({ action: 'examinedAgain' }));
  expect(bundle.entry?.at(-1)?.resource).toMatchObject({
    resourceType: 'Provenance',
    activity: { coding: [{ code: 'examinedAgain' }] },
    reason: [{ coding: [{ code: 'RX12' }] }],
    agent: [{ who: { reference: 'Organization/b' } }],
  });
  expect(body).not.toMatch(NAMES);
  expect(body).not.toContain('said so');
});

test('who the patient is comes to webhooks that are told so alone', async () => {
  const { bundle } = await bundleOf(aChange(), { withPatients: true });
  expect(bundle.entry?.[1]?.resource).toMatchObject({
    resourceType: 'Patient',
    name: [{ text: '张三' }, { text: 'Zhang San' }],
    birthDate: '1968-03-03',
    gender: 'female',
  });
  expect(bundle.entry?.[0]?.resource).toMatchObject({ basedOn: [{ identifier: { value: 'ORD-7' } }] });
});

test('a study of which nothing is left is cancelled, and without an own address nothing is named by one', async () => {
  const { bundle } = await bundleOf(aChange({ action: 'deleted', studyInstanceUid: '1.9', previous: null }), {
    publicUrl: null,
  });
  expect(bundle.entry?.[0]?.resource).toMatchObject({
    status: 'cancelled',
    identifier: [{ value: 'urn:oid:1.9' }],
  });
  expect(bundle.entry?.every(({ fullUrl }) => fullUrl === undefined)).toBe(true);
});

test('it is delivered in order, signed and tried again like any other', async () => {
  const received: { headers: IncomingHttpHeaders; body: Bundle }[] = [];
  const receiver = createServer((req, res) => {
    void text(req).then((raw) => {
      received.push({ headers: req.headers, body: JSON.parse(raw) as Bundle });
      res.writeHead(received.length === 1 ? 500 : 204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  await addWebhook(database.pool, { hospital: 'a', url, format: 'fhir' });
  for (const action of ['stored', 'labelled'] as const)
    await inTransaction(database.pool, (client) =>
      noteChangeOf(client, { hospital: 'a', studyInstanceUid: '1.2' }, { action }),
    );
  await numberChanges(database.pool);
  const changes = await readChanges(database.pool, 0, { hospitals: null, actions: null }, 10);
  const worker = startWebhookDelivery({
    index: database.pool,
    sender: webhookSender('any'),
    log: pino({ level: 'silent' }),
    backoff: { firstSeconds: 0.05, maxSeconds: 0.1 },
    pollMs: 20,
  });
  try {
    await expect.poll(() => received.length, { timeout: 20_000, interval: 20 }).toBe(3);
    const [first, again, second] = received;
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(first?.headers['content-type']).toBe('application/fhir+json');
    expect(first?.headers['webhook-signature']).toMatch(/^v1,/);
    expect([first, second].map((one) => one?.body.identifier?.value)).toEqual(
      changes.map(({ number }) => String(number)),
    );
  } finally {
    await worker.stop();
    receiver.closeAllConnections();
    receiver.close();
  }
});
