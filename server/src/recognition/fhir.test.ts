/** Labels and reminders as FHIR R4 resources: what they say, who reads them, and that they are valid. */
import { createApiKey } from '@hutong/storage-config';
import type { Bundle, DetectedIssue, Provenance } from 'fhir/r4.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imagingStudyId } from '../fhirResources/references.ts';
import { faultsOfFhir } from '../fhirResources/testing.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
const keys = { a: '', b: '' };
let reminder = '';
let labels: number[] = [];

beforeAll(async () => {
  server = await startTestServer();
  const { index } = server;
  for (const code of ['a', 'b'] as const) {
    await server.hospitalKey(code);
    keys[code] = (await createApiKey(index, { hospital: code, scopes: ['read', 'recognise'] })).secret;
  }
  await index.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, study_date, modalities)
     VALUES ('b', '1.2.3', 'B-1', '20260310', '{CT}'), ('a', '1.2.3', 'A-1', '20260310', '{CT}')`,
  );
  const { rows: events } = await index.query<{ id: number }>(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', '龙南市', '龙南市HR', state, '核验通过', 'passed', 'engine 1'
       FROM study, (VALUES (1, 'proposed'), (2, 'applied'), (3, 'withdrawn')) AS each (place, state)
      WHERE hospital_code = 'b' ORDER BY place RETURNING hr_label_event_id AS id`,
  );
  labels = events.map(({ id }) => id);
  const { rows } = await index.query<{ id: string }>(
    `INSERT INTO reminder (created_at, hospital_code, channel, caller_kind, caller_id, patient_id, order_number, practitioner,
                           exam_name, item_codes, milliseconds)
     VALUES ('2026-03-12T02:00:00Z', 'a', 'json', 'machine', 'his', 'A-9', 'O-1', '赵主任', '头颅CT', '{CT-01}', 2)
     RETURNING reminder_id AS id`,
  );
  reminder = rows[0]?.id ?? '';
  await index.query(
    `INSERT INTO reminder_match (reminder_id, position, hospital_code, study_instance_uid, item_code, labels, word)
     SELECT $1, position, hospital, '1.2.3', 'CT-01', '{龙南市HR}', 'MAY'
       FROM (VALUES (0, 'b'), (1, 'a')) AS each (position, hospital)`,
    [reminder],
  );
});
afterAll(() => server.close());

const ask = (path: string, key = keys.b, init: RequestInit = {}) =>
  fetch(`${server.url}/fhir${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${key}`, ...(init.headers as Record<string, string> | undefined) },
  });
async function found<T>(path: string, key?: string): Promise<T[]> {
  const answer = await ask(path, key);
  expect(answer.status).toBe(200);
  const bundle = (await answer.json()) as Bundle;
  expect(faultsOfFhir(bundle)).toEqual([]);
  return (bundle.entry ?? []).map(({ resource }) => resource as T);
}

test('each event of a label is a Provenance of its study, without a signature', async () => {
  const target = imagingStudyId('b', '1.2.3');
  const events = await found<Provenance>(`/Provenance?target=ImagingStudy/${target}`);
  expect(events.map(({ id }) => id)).toEqual(labels.toReversed().map((id) => `label-${id}`));
  const [withdrawn] = events;
  expect(faultsOfFhir(withdrawn ?? {})).toEqual([]);
  expect(withdrawn).toMatchObject({
    target: [{ reference: `ImagingStudy/${target}` }],
    activity: { coding: [{ code: 'withdrawn' }, { code: 'CT-01' }], text: '龙南市HR' },
    agent: [{ who: { reference: 'Organization/b' } }, { who: { display: 'engine 1' } }],
  });
  expect(withdrawn).not.toHaveProperty('signature');
  const read = await ask(`/Provenance/${withdrawn?.id ?? ''}`);
  expect(await read.json()).toEqual(withdrawn);
});

test("labels of another hospital's studies are nowhere, and its copy of the same UID is another study", async () => {
  expect(await found('/Provenance', keys.a)).toEqual([]);
  expect(await found(`/Provenance?target=${imagingStudyId('b', '1.2.3')}`, keys.a)).toEqual([]);
  expect(await found(`/Provenance?target=${imagingStudyId('a', '1.2.3')}`)).toEqual([]);
  const hidden = await ask(`/Provenance/label-${labels[0] ?? 0}`, keys.a);
  const never = await ask('/Provenance/label-999999', keys.a);
  expect([hidden.status, never.status]).toEqual([404, 404]);
});

test('pages follow each other, moments narrow, and only the number can be asked for', async () => {
  const first = (await (await ask('/Provenance?_count=2')).json()) as Bundle;
  expect(first.entry).toHaveLength(2);
  const next = first.link?.find(({ relation }) => relation === 'next')?.url ?? '';
  expect(await found(next.slice(next.indexOf('/fhir') + 5))).toHaveLength(1);
  expect(await found('/Provenance?recorded=lt2020-01-01')).toEqual([]);
  expect(await found('/Provenance?_lastUpdated=ge2020-01-01')).toHaveLength(3);
  expect(await (await ask('/Provenance?_summary=count')).json()).toMatchObject({ total: 3 });
  expect((await ask('/Provenance?cursor=x')).status).toBe(400);
  expect((await ask('/Provenance?patient=x')).status).toBe(400);
});

test('a reminder is a DetectedIssue of the hospital that was reminded, its decision the mitigation', async () => {
  const [before, ...others] = await found<DetectedIssue>('/DetectedIssue', keys.a);
  // The own study is no duplicate of another hospital's.
  expect(others).toEqual([]);
  expect(faultsOfFhir(before ?? {})).toEqual([]);
  expect(before).toMatchObject({
    id: `${reminder}-0`,
    status: 'preliminary',
    identifiedDateTime: '2026-03-12T02:00:00.000Z',
    implicated: [
      { reference: `ImagingStudy/${imagingStudyId('b', '1.2.3')}` },
      { identifier: { value: 'O-1' } },
    ],
  });
  const made = await fetch(`${server.url}/api/recognition/decisions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${keys.a}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      kind: 'examinedAgain',
      reasonCode: 'RX04',
      reasonText: '术前',
      on: { reminder, position: 0 },
    }),
  });
  expect(made.status).toBe(201);
  const decided = (await (await ask(`/DetectedIssue/${reminder}-0`, keys.a)).json()) as DetectedIssue;
  expect(faultsOfFhir(decided)).toEqual([]);
  expect(decided).toMatchObject({
    status: 'final',
    mitigation: [
      {
        action: {
          coding: [{ code: 'RX04' }],
          text: '检查对诊疗意义重大（如手术、输血等重大医疗措施前）：术前',
        },
      },
    ],
  });
  const patient = decided.patient?.reference ?? 'none';
  expect(await found(`/DetectedIssue?patient=${patient}`, keys.a)).toHaveLength(1);
  expect(await found('/DetectedIssue?patient=00000000-0000-4000-8000-000000000000', keys.a)).toEqual([]);
  expect(await found('/DetectedIssue?identified=2026-03-12&_lastUpdated=ge2026-04-01', keys.a)).toHaveLength(
    1,
  );
  expect(await found(`/DetectedIssue?implicated=${imagingStudyId('a', '1.2.3')}`, keys.a)).toEqual([]);
  expect(await (await ask('/DetectedIssue?_summary=count', keys.a)).json()).toMatchObject({ total: 1 });
});

test("another hospital's reminder is nowhere, also for the issuing one", async () => {
  expect(await found('/DetectedIssue', keys.b)).toEqual([]);
  const hidden = await ask(`/DetectedIssue/${reminder}-0`, keys.b);
  expect(hidden.status).toBe(404);
  expect(await hidden.text()).not.toContain('A-9');
});
