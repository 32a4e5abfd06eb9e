/** Answers under way end with what lets their caller read, through real HTTP and a real index. */
import { request } from 'node:http';
import { createApiKey, endSession, revokeApiKey, savePolicy, setRoles } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { aPerson } from '../testingPeople.ts';

const AUTHOR = { kind: 'system', id: 'test', name: 'test' } as const;
const OPEN = { discoverable: 'labelled', grounds: ['open'], hours: 24, purposes: ['TREAT'] } as const;

let server: TestServer;
let study: FactoryStudy;

beforeAll(async () => {
  server = await startTestServer();
  await server.hospitalKey('a');
  const key = await server.hospitalKey('b');
  // Larger than what the sockets hold, so that the answer waits for its reader.
  study = aCtStudy({
    seed: 'large',
    overrides: { Rows: 1024, Columns: 1024 },
    slices: 40,
    rows: 1024,
    columns: 1024,
  });
  const stored = await postStore(
    `${server.url}/dicomweb`,
    multipartBody(study.instances.map(({ bytes }) => bytes)),
    { key },
  );
  expect(stored.status).toBe(200);
});
afterAll(() => server.close());

/** How an answer that is stopped by its reader in the middle ends, when something happens meanwhile. */
async function endOf(
  headers: Record<string, string>,
  happens: () => Promise<unknown>,
): Promise<'cut' | 'whole'> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${server.url}/dicomweb/studies/${study.studyInstanceUid}`,
      { headers: { ...headers, Accept: 'multipart/related; type="application/dicom"' } },
      (answer) => {
        expect(answer.statusCode).toBe(200);
        answer.pause();
        answer.once('error', () => resolve('cut')).once('end', () => resolve('whole'));
        happens().then(() => setTimeout(() => answer.resume(), 900), reject);
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

const clinicianAt = (hospital: string) => aPerson(server, [{ role: 'clinician', hospital }]);
const secretOf = (cookie: string): string => cookie.slice(cookie.indexOf('=') + 1);

test('goes on when nothing ends', async () => {
  const person = await clinicianAt('b');
  expect(await endOf(person.cookie, () => Promise.resolve())).toBe('whole');
});

test('ends with the session', async () => {
  const person = await clinicianAt('b');
  expect(
    await endOf(person.cookie, () => endSession(server.index, secretOf(person.cookie['Cookie'] ?? ''))),
  ).toBe('cut');
});

test('goes on when nobody works meanwhile', async () => {
  const person = await clinicianAt('b');
  const idle = `UPDATE session SET last_used_at = now() - interval '2 hours' WHERE account_id = $1`;
  expect(await endOf(person.cookie, () => server.index.query(idle, [person.id]))).toBe('whole');
});

test('ends with the account', async () => {
  const person = await clinicianAt('b');
  const disable = 'UPDATE account SET disabled_at = now() WHERE account_id = $1';
  expect(await endOf(person.cookie, () => server.index.query(disable, [person.id]))).toBe('cut');
});

test('ends with the role at the hospital, though another is left', async () => {
  const person = await clinicianAt('b');
  const moved = () => setRoles(server.index, person.username, [{ role: 'clinician', hospital: 'a' }]);
  expect(await endOf(person.cookie, moved)).toBe('cut');
});

test('goes on when a role elsewhere is taken away', async () => {
  const person = await aPerson(server, [
    { role: 'clinician', hospital: 'a' },
    { role: 'clinician', hospital: 'b' },
  ]);
  const left = () => setRoles(server.index, person.username, [{ role: 'clinician', hospital: 'b' }]);
  expect(await endOf(person.cookie, left)).toBe('whole');
});

test('ends with the key', async () => {
  const { id, secret } = await createApiKey(server.index, { hospital: 'b', scopes: ['read'] });
  expect(await endOf({ Authorization: `Bearer ${secret}` }, () => revokeApiKey(server.index, id))).toBe(
    'cut',
  );
});

test('ends with the policy that opened the hospital', async () => {
  const policy = {
    issuing: 'b',
    viewing: 'a',
    ...OPEN,
    grounds: [...OPEN.grounds],
    purposes: [...OPEN.purposes],
  };
  await savePolicy(server.index, policy, AUTHOR);
  const person = await clinicianAt('a');
  const closed = () => savePolicy(server.index, { ...policy, grounds: [] }, AUTHOR);
  expect(await endOf(person.cookie, closed)).toBe('cut');
});
