import type { DicomJson } from '@hutong/dicom';
import { METADATA_RENDITIONS_PREFIX, type ObjectStore } from '@hutong/storage-config';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HOSPITALS_HEADER, seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { wadoRoutes } from './routes.ts';

let gateway: TestGateway;
/** What the store between the gateway and its objects was asked for, and whether it refuses to write. */
const seen = { puts: 0, gets: 0, refuse: false };

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({
    dicomweb: [wadoRoutes({ ...parts, objects: counted(parts.objects) })],
  }));
});
afterAll(() => gateway.close());

function counted(objects: ObjectStore): ObjectStore {
  return new Proxy(objects, {
    get: (target, name: keyof ObjectStore) => {
      if (name === 'put')
        return async (...args: Parameters<ObjectStore['put']>) => {
          seen.puts += 1;
          if (seen.refuse) throw new Error('no room');
          await target.put(...args);
        };
      if (name === 'get')
        return (...args: Parameters<ObjectStore['get']>) => {
          seen.gets += 1;
          return target.get(...args);
        };
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function'
        ? (...args: never[]) => Reflect.apply(member, target, args) as unknown
        : member;
    },
  });
}

const QUIET: Record<string, unknown> = { last_stored_at: '2024-01-01T00:00:00Z' };
let number = 0;
/** A study of three instances in one series of hospital `a`; its UID. */
async function study({ hospital = 'a', uid = `1.${(number += 1)}`, columns = QUIET } = {}): Promise<string> {
  await seedStudy(gateway, {
    hospital,
    uid,
    columns: { patient_id: uid, ...columns },
    series: [
      {
        uid: `${uid}.1`,
        columns: { revision: 1, ...columns },
        instances: [1, 2, 3].map((i) => ({
          uid: `${uid}.1.${i}`,
          columns: { instance_number: i },
          dataset: {
            '00100010': { vr: 'PN', Value: [{ Ideographic: '张^伟' }] },
            '7FE00010': { vr: 'OW', BulkDataURI: '7FE00010' },
          },
        })),
      },
    ],
  });
  return uid;
}

interface Answer {
  status: number;
  encoding: string | undefined;
  tag: string | undefined;
  text: string;
  instances: DicomJson[];
}

/** A request of which the bytes on the wire are seen. */
async function metadata(
  path: string,
  headers: Record<string, string> = {},
  root = '/dicomweb',
): Promise<Answer> {
  const { status, encoding, tag, body } = await new Promise<{
    status: number;
    encoding: string | undefined;
    tag: string | undefined;
    body: Buffer;
  }>((resolve, reject) => {
    request(`${gateway.url}${root}/studies/${path}/metadata`, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const { etag, 'content-encoding': contentEncoding } = answer.headers;
        resolve({
          status: answer.statusCode ?? 0,
          encoding: contentEncoding,
          tag: etag,
          body: Buffer.concat(chunks),
        });
      });
    })
      .on('error', reject)
      .end();
  });
  const text = (encoding === 'gzip' ? gunzipSync(body) : body).toString();
  const isArray = text.startsWith('[');
  return { status, encoding, tag, text, instances: isArray ? (JSON.parse(text) as DicomJson[]) : [] };
}

async function prepared(uid: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of gateway.objects.list(METADATA_RENDITIONS_PREFIX))
    if (key.includes(`/${uid}/`)) keys.push(key);
  return keys;
}
/** Waits until as many answers are kept; they are written after the answer was given. */
async function preparedAre(uid: string, count: number): Promise<void> {
  await expect.poll(async () => (await prepared(uid)).length).toBe(count);
}

beforeEach(() => {
  Object.assign(seen, { puts: 0, gets: 0, refuse: false });
});

test('the second answer is the object that the first left, byte for byte the same', async () => {
  const uid = await study();
  const first = await metadata(`${uid}/series/${uid}.1`);
  expect(first.instances.map((one) => one['00080018']?.Value)).toEqual([
    [`${uid}.1.1`],
    [`${uid}.1.2`],
    [`${uid}.1.3`],
  ]);
  await preparedAre(uid, 1);
  // No dataset can be read any more: only the kept answer can be what is answered.
  await gateway.index.query(`UPDATE instance SET dataset = '{}' WHERE sop_instance_uid LIKE $1`, [
    `${uid}.%`,
  ]);
  const second = await metadata(`${uid}/series/${uid}.1`);
  expect(second.text).toBe(first.text);
  expect(second.tag).toBe(first.tag);
  expect(seen).toMatchObject({ puts: 1, gets: 2 });
});

test('it is sent as it is kept to who takes gzip, and decompressed to others', async () => {
  const uid = await study();
  const plain = await metadata(uid);
  await preparedAre(uid, 1);
  const zipped = await metadata(uid, { 'accept-encoding': 'br, gzip' });
  expect(plain.encoding).toBeUndefined();
  expect(zipped.encoding).toBe('gzip');
  expect((await metadata(uid)).text).toBe(zipped.text);
  expect((await metadata(uid, { 'accept-encoding': 'gzip;q=0' })).encoding).toBeUndefined();
  expect(zipped.text).toBe(plain.text);
});

test('what is being stored is answered and not kept', async () => {
  const uid = await study({ columns: {} });
  expect((await metadata(uid)).instances).toHaveLength(3);
  expect((await metadata(uid)).instances).toHaveLength(3);
  expect(await prepared(uid)).toEqual([]);
});

test('a new instance, a deletion and a series stored anew are seen at once', async () => {
  const uid = await study();
  const path = `${uid}/series/${uid}.1`;
  const first = await metadata(path);
  await preparedAre(uid, 1);
  const { index } = gateway;
  await index.query(
    `WITH gone AS (DELETE FROM instance WHERE sop_instance_uid = $1)
     UPDATE series SET revision = revision + 1 WHERE series_instance_uid = $2`,
    [`${uid}.1.2`, `${uid}.1`],
  );
  const fewer = await metadata(path);
  expect(fewer.instances).toHaveLength(2);
  expect(fewer.tag).not.toBe(first.tag);
  // The whole series goes and comes again: its revision is counted from the beginning.
  await index.query('DELETE FROM study WHERE study_instance_uid = $1', [uid]);
  await study({ uid });
  const again = await metadata(path);
  expect(again.instances).toHaveLength(3);
  expect(again.tag).not.toBe(first.tag);
});

test('a label that is given or withdrawn stands in the next answer', async () => {
  const uid = await study();
  await metadata(uid);
  await preparedAre(uid, 1);
  await gateway.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine' FROM study WHERE study_instance_uid = $1`,
    [uid],
  );
  const labelled = await metadata(uid);
  expect(labelled.instances[0]).toMatchObject({ '00091001': { Value: ['龙南市HR'] } });
  await preparedAre(uid, 2);
  expect((await metadata(uid)).text).toBe(labelled.text);
});

test('each root has its own addresses, and each caller what it may read', async () => {
  const uid = await study();
  await study({ hospital: 'b', uid });
  await gateway.index.query(`UPDATE study SET number_of_series = 1 WHERE study_instance_uid = $1`, [uid]);
  const region = await metadata(uid);
  const atA = await metadata(uid, {}, '/hospitals/a/dicomweb');
  const onlyB = await metadata(uid, { [HOSPITALS_HEADER]: 'b' });
  await preparedAre(uid, 3);
  const uri = (answer: Answer): unknown => answer.instances[0]?.['7FE00010']?.BulkDataURI;
  expect(uri(region)).toContain(`${gateway.url}/dicomweb/studies/`);
  expect(uri(atA)).toContain(`${gateway.url}/hospitals/a/dicomweb/studies/`);
  expect(onlyB.instances[0]).toMatchObject({ '00091003': { Value: ['b'] } });
  expect(region.instances[0]).toMatchObject({ '00091003': { Value: ['a'] } });
  expect((await metadata(uid, { [HOSPITALS_HEADER]: 'b' })).text).toBe(onlyB.text);
  expect((await metadata(uid)).text).toBe(region.text);
  expect((await metadata(uid, { [HOSPITALS_HEADER]: 'c' })).status).toBe(404);
  const { port } = new URL(gateway.url);
  const elsewhere = await metadata(uid, { host: `localhost:${port}` });
  expect(uri(elsewhere)).toContain(`http://localhost:${port}/dicomweb/studies/`);
});

test('a store that cannot write does not spoil the answer', async () => {
  const uid = await study();
  seen.refuse = true;
  expect((await metadata(uid)).instances).toHaveLength(3);
  expect((await metadata(uid)).instances).toHaveLength(3);
  expect(await prepared(uid)).toEqual([]);
});

test('many who ask at once are answered by one making', async () => {
  const uid = await study();
  const answers = await Promise.all(Array.from({ length: 12 }, () => metadata(uid)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  await preparedAre(uid, 1);
  expect(seen.puts).toBeLessThan(12);
});

test('an answer that was overtaken by a store while it was made is not kept', async () => {
  const uid = await study();
  const { index } = gateway;
  const client = await index.connect();
  try {
    // The read of the datasets waits here, after the revision was read and before the answer is whole.
    await client.query('BEGIN');
    await client.query('LOCK TABLE instance IN ACCESS EXCLUSIVE MODE');
    const waiting = metadata(uid);
    await expect
      .poll(async () => {
        const { rowCount } = await index.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        );
        return rowCount;
      })
      .toBeGreaterThan(0);
    await client.query(`DELETE FROM instance WHERE sop_instance_uid = $1`, [`${uid}.1.3`]);
    await client.query(`UPDATE study SET revision = revision + 1 WHERE study_instance_uid = $1`, [uid]);
    await client.query('COMMIT');
    expect((await waiting).instances).toHaveLength(2);
  } finally {
    client.release();
  }
  expect((await metadata(uid)).instances).toHaveLength(2);
  await preparedAre(uid, 1);
});

test('XML is made for each answer', async () => {
  const uid = await study();
  const accept = 'multipart/related; type="application/dicom+xml"';
  const { text } = await metadata(uid, { accept });
  expect(text).toContain('<NativeDicomModel');
  expect(await prepared(uid)).toEqual([]);
});
