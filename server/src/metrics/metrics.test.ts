import { countUsage, createApiKey, registerDestinations } from '@hutong/storage-config';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { MonthWriter } from '../../../storage-config/src/figures/testing.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
afterEach(() => server.close());

async function scrape(): Promise<string> {
  const { secret } = await createApiKey(server.index, { hospital: null, scopes: ['metrics'] });
  const answer = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${secret}` } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return answer.text();
}
const value = (text: string, name: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1) ?? 'NaN',
  );

test('requests, instances, jobs and bytes are counted, without a word of patients', async () => {
  server = await startTestServer();
  const key = await server.hospitalKey('a');
  const study = aCtStudy({ seed: 'metrics', overrides: { PatientID: 'METRIC-7' } });
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
  const path = `/dicomweb/studies/${study.studyInstanceUid}/metadata`;
  const headers = { Authorization: `Bearer ${key}` };
  await (await fetch(server.url + path, { headers })).arrayBuffer();
  await countUsage(server.index);
  const text = await scrape();
  expect(value(text, 'hutong_instances_received_total{outcome="stored"}')).toBe(study.instances.length);
  const route = 'method="GET",route="/dicomweb/studies/:study/metadata",status="200"';
  expect(value(text, `hutong_http_request_seconds_count{${route}}`)).toBe(1);
  expect(value(text, 'hutong_hospital_bytes{hospital="a"}')).toBeGreaterThan(1000);
  expect(value(text, 'hutong_index_connections{state="waiting"}')).toBe(0);
  for (const secret of ['METRIC-7', study.studyInstanceUid, key]) expect(text).not.toContain(secret);
});

test('numbers of other processes on the same port are added, those of processes that are gone are not', async () => {
  server = await startTestServer({ env: { HUTONG_SERVERS: '2' } });
  const folder = path.join(server.folder, 'metrics');
  await mkdir(folder);
  const left = (value: number) =>
    JSON.stringify([
      {
        name: 'hutong_requests_over_limit_total',
        help: 'x',
        type: 'counter',
        aggregator: 'sum',
        values: [{ value, labels: { limit: 'caller' } }],
      },
    ]);
  await writeFile(path.join(folder, '1.json'), left(5));
  await writeFile(path.join(folder, '2.json'), left(70));
  await utimes(path.join(folder, '2.json'), 1, 1);
  await writeFile(path.join(folder, '3.json'), 'half a fi');
  const text = await scrape();
  expect(value(text, 'hutong_requests_over_limit_total{limit="caller"}')).toBe(5);
  expect(text).toContain('hutong_jobs_due');
});

test('how far the export of the audit trail is, by destination', async () => {
  const destination = 'tls://audit.example.org:6514';
  server = await startTestServer({ env: { HUTONG_AUDIT_DESTINATIONS: destination } });
  const key = await server.hospitalKey('a');
  await fetch(`${server.url}/dicomweb/studies`, { headers: { Authorization: `Bearer ${key}` } });
  await registerDestinations(server.index, [destination]);
  const text = await scrape();
  expect(value(text, `hutong_audit_export_waiting{destination="${destination}"}`)).toBe(1);
  expect(value(text, `hutong_audit_export_failures{destination="${destination}"}`)).toBe(0);
});

test('who holds the right for one hospital reads nothing of what another stores', async () => {
  server = await startTestServer();
  await server.hospitalKey('a');
  await server.hospitalKey('b');
  await countUsage(server.index);
  const { secret } = await createApiKey(server.index, { hospital: 'a', scopes: ['metrics'] });
  const answer = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${secret}` } });
  const text = await answer.text();
  expect(value(text, 'hutong_hospital_bytes{hospital="a"}')).toBe(0);
  expect(text).not.toContain('hospital="b"');
  expect(await scrape()).toContain('hospital="b"');
});

test('reminders and decisions of the last day, by hospital and without patients', async () => {
  server = await startTestServer();
  await server.hospitalKey('a');
  await server.hospitalKey('b');
  const write = new MonthWriter(server.index);
  const now = new Date().toISOString();
  const match = { hospital: 'b', uid: '1.2.3', item: 'CT-05' };
  await write.reminder(now, 'a', 'METRIC-8', '骨科', [match]);
  await write.decision({ at: now, on: match, item: 'CT-05', patient: 'METRIC-8' });
  await write.decision({ at: '2020-01-01T00:00:00Z', on: match, item: 'CT-06', patient: 'METRIC-8' });
  const text = await scrape();
  expect(value(text, 'hutong_reminders_last_day{hospital="a",channel="json"}')).toBe(1);
  expect(value(text, 'hutong_recognition_decisions_last_day{hospital="a",kind="recognised"}')).toBe(1);
  expect(text).not.toContain('METRIC-8');
});

test('only who holds the right reads them', async () => {
  server = await startTestServer();
  const key = await server.hospitalKey('a', ['store', 'read', 'admin']);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  const refused = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${key}` } });
  expect(refused.status).toBe(403);
});
