import { connect } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { items, ObjectDigestCheck, parseNativeXml, text } from '@hutong/dicom';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  aCtStudy,
  anInstance,
  conflictingPair,
  executablePreamble,
  missingUid,
  notDicom,
  overlongUid,
  sameDatasetOtherMeta,
  SOP_CLASS,
  truncatedHeader,
  truncatedInstance,
  unknownTransferSyntax,
  withoutPreamble,
} from '../../../test/factories/index.ts';
import { BOUNDARY, multipartBody, postStore, sha256, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let key: string;
let root: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('first');
  root = `${server.url}/dicomweb`;
});

afterAll(() => server.close());

const isDigestOf = (digest: Buffer, bytes: Uint8Array): boolean =>
  new ObjectDigestCheck(digest).update(bytes).matches();

/** Everything that a store may have left behind. */
async function leftBehind() {
  const { rows } = await server.index.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM study) AS studies, (SELECT count(*)::int FROM series) AS series,
            (SELECT count(*)::int FROM instance) AS instances, (SELECT count(*)::int FROM kept_aside) AS kept`,
  );
  return { ...rows[0], objects: (await server.objectKeys()).length };
}

beforeEach(async () => {
  await server.index.query('TRUNCATE study, kept_aside CASCADE');
  for (const objectKey of await server.objectKeys()) await server.objects.delete(objectKey);
});

const store = (parts: Parameters<typeof multipartBody>[0], options = {}) =>
  postStore(root, multipartBody(parts), { key, ...options });

test('a store is audited by study, with whose it is and how many came, and what was refused with its reasons', async () => {
  const study = aCtStudy({ seed: 'audited' });
  await store([...study.instances.map(({ bytes }) => bytes), notDicom()]);
  const { rows } = await server.index.query(
    `SELECT outcome, hospital_code, study_instance_uid, count, detail::jsonb AS detail,
            patient_id = (SELECT patient_id FROM study) AS of_the_patient
       FROM audit_event WHERE action = 'store' ORDER BY at DESC, sequence DESC LIMIT 2`,
  );
  expect(rows).toHaveLength(2);
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        outcome: 'success',
        hospital_code: 'first',
        study_instance_uid: study.studyInstanceUid,
        count: study.instances.length,
        of_the_patient: true,
      }),
      expect.objectContaining({
        outcome: 'failed',
        study_instance_uid: '',
        count: 1,
        detail: { reasons: [0xc000] },
      }),
    ]),
  );
});

describe('a store of good instances', () => {
  test('answers for hundreds in pieces, in JSON and in XML', async () => {
    const study = aCtStudy({ seed: 'many', slices: 300 });
    const uids = study.instances.map(({ sopInstanceUid }) => sopInstanceUid);
    const parts = [notDicom(), ...study.instances.map(({ bytes }) => bytes)];
    const json = await store(parts, { headers: { 'Accept-Language': 'zh' } });
    expect(json.status).toBe(202);
    expect(json.headers.get('content-length')).toBeNull();
    expect(json.stored).toEqual(uids);
    expect(json.failed).toMatchObject([{ sopInstanceUid: null, reason: 0xc000 }]);
    expect(json.failed[0]?.comment).toContain('第 1 部分');

    const xml = parseNativeXml((await store(parts, { headers: { Accept: 'application/dicom+xml' } })).text);
    expect(items(xml, '00081199').map((item) => text(item, '00081155'))).toEqual(uids);
    expect(items(xml, '0008119A')).toHaveLength(1);
  });

  test.each(['while it is answered', 'before it is answered'])(
    'a client that leaves %s leaves no error, and what it sent is stored',
    async (when) => {
      const study = aCtStudy({ seed: `left ${when}`, slices: 300 });
      const body = multipartBody(study.instances.map(({ bytes }) => bytes));
      const before = server.logged.length;
      const client = connect(Number(new URL(root).port), '127.0.0.1');
      client.write(
        `POST /dicomweb/studies HTTP/1.1\r\nHost: cloud\r\nAuthorization: Bearer ${key}\r\n` +
          `Content-Length: ${body.length}\r\n` +
          `Content-Type: multipart/related; type="application/dicom"; boundary=${BOUNDARY}\r\n\r\n`,
      );
      await new Promise((resolve) => client.write(body, resolve));
      if (when === 'while it is answered') await new Promise((resolve) => client.once('data', resolve));
      client.destroy();
      await expect.poll(leftBehind).toMatchObject({ instances: 300 });
      expect((await store([notDicom()])).status).toBe(409);
      expect(server.logged.slice(before).filter(({ level }) => Number(level) >= 50)).toEqual([]);
    },
  );

  test('answers 200, keeps every byte and fills study, series and instance rows', async () => {
    const study = aCtStudy({ seed: 'good', slices: 3 });
    const answer = await store(study.instances.map((instance) => instance.bytes));

    expect(answer.status).toBe(200);
    expect(answer.stored.toSorted()).toEqual(study.instances.map((i) => i.sopInstanceUid).toSorted());
    expect(answer.text).toContain(`${root}/studies/${study.studyInstanceUid}/series/`);

    const { rows } = await server.index.query<Record<string, unknown>>(
      `SELECT study_instance_uid, patient_id, patient_name_alphabetic, patient_name_ideographic, modalities, sop_classes,
              number_of_series, number_of_instances, revision, conformance_revision, study_date, study_description
         FROM study WHERE hospital_code = 'first'`,
    );
    expect(rows).toEqual([
      {
        study_instance_uid: study.studyInstanceUid,
        patient_id: 'P-good',
        patient_name_alphabetic: 'Ceshi^Yi',
        patient_name_ideographic: '测试^一',
        modalities: ['CT'],
        sop_classes: [SOP_CLASS.CT],
        number_of_series: 1,
        number_of_instances: 3,
        revision: 1,
        conformance_revision: 1,
        study_date: '20261109',
        study_description: '胸部CT平扫',
      },
    ]);
    const instances = await server.index.query<{
      sop_instance_uid: string;
      object_key: string;
      object_sha256: Buffer;
    }>('SELECT sop_instance_uid, object_key, object_sha256 FROM instance');
    for (const { sop_instance_uid, object_key, object_sha256 } of instances.rows) {
      const sent = study.instances.find((instance) => instance.sopInstanceUid === sop_instance_uid)!;
      const stored = Buffer.concat(await (await server.objects.get(object_key)).toArray());
      expect(sha256(stored)).toBe(sha256(sent.bytes));
      expect(isDigestOf(object_sha256, sent.bytes)).toBe(true);
    }
    const outbox = await server.index.query('SELECT topic FROM outbox');
    expect(outbox.rows).toEqual([{ topic: 'study.changed' }]);
  });

  test('is found and retrieved over the same root at once', async () => {
    const [instance] = aCtStudy({ seed: 'found' }).instances;
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, bytes } = instance!;
    await store([bytes]);
    const headers = { Authorization: `Bearer ${key}`, Accept: 'application/dicom+json' };
    const found = await fetch(`${root}/studies?StudyInstanceUID=${studyInstanceUid}`, { headers });
    expect(found.status).toBe(200);
    expect(await found.text()).toContain(studyInstanceUid);
    const retrieved = await fetch(
      `${root}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
      { headers: { ...headers, Accept: 'application/dicom; transfer-syntax=*' } },
    );
    expect(sha256(new Uint8Array(await retrieved.arrayBuffer()))).toBe(sha256(bytes));
  });

  test('takes one instance as application/dicom, chunked or whole', async () => {
    const [whole, chunked] = aCtStudy({ seed: 'single', slices: 2 }).instances;
    const headers = { 'Content-Type': 'application/dicom' };
    expect((await postStore(root, whole!.bytes, { key, headers })).stored).toEqual([whole!.sopInstanceUid]);
    const stream = Readable.toWeb(Readable.from(piecesOf(chunked!.bytes, 997))) as ReadableStream<Uint8Array>;
    expect((await postStore(root, stream, { key, headers })).stored).toEqual([chunked!.sopInstanceUid]);
  });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('takes a body of Content-Encoding %s', async (encoding, encode) => {
    const { instances } = aCtStudy({ seed: encoding });
    const body = encode(multipartBody(instances.map((instance) => instance.bytes)));
    const answer = await postStore(root, body, { key, headers: { 'Content-Encoding': encoding } });
    expect(answer.status).toBe(200);
    expect(answer.stored).toHaveLength(3);
  });

  test('streams a part that is larger than what is held in memory', async () => {
    const { bytes, sopInstanceUid } = anInstance({}, { seed: 'large', rows: 1200, columns: 1200 });
    expect(bytes.length).toBeGreaterThan(2_500_000);
    const answer = await store([bytes]);
    expect(answer.stored).toEqual([sopInstanceUid]);
    const [objectKey] = await server.objectKeys();
    expect(sha256(Buffer.concat(await (await server.objects.get(objectKey!)).toArray()))).toBe(sha256(bytes));
  });

  test('takes parts without headers, and answers in XML where that is asked', async () => {
    const { bytes, sopInstanceUid } = anInstance({}, { seed: 'no headers' });
    const answer = await store([{ bytes, headers: [] }], { headers: { Accept: 'application/dicom+xml' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/dicom+xml');
    expect(answer.text).toContain(sopInstanceUid);
  });
});

describe('the same UID again', () => {
  test('is a success without a second copy when the dataset is the same', async () => {
    const [first, again] = sameDatasetOtherMeta();
    expect((await store([first.bytes])).status).toBe(200);
    const answer = await store([first.bytes, again.bytes]);
    expect(answer.status).toBe(200);
    expect(answer.stored).toEqual([first.sopInstanceUid, first.sopInstanceUid]);
    expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 1, kept: 0, objects: 1 });
    const { rows } = await server.index.query('SELECT number_of_instances, revision FROM study');
    expect(rows).toEqual([{ number_of_instances: 1, revision: 1 }]);
  });

  test('is kept aside with a reason when the dataset differs, once', async () => {
    const [first, other] = conflictingPair();
    await store([first.bytes]);
    for (let round = 0; round < 2; round++) {
      const answer = await store([other.bytes]);
      expect(answer.status).toBe(409);
      expect(answer.failed).toEqual([
        {
          sopInstanceUid: other.sopInstanceUid,
          reason: 0x0111,
          comment: expect.stringContaining('kept aside') as string,
        },
      ]);
      expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 1, kept: 1, objects: 2 });
    }
    const { rows } = await server.index.query<{ object_sha256: Buffer }>(
      'SELECT object_sha256 FROM instance',
    );
    expect(isDigestOf(rows[0]!.object_sha256, first.bytes)).toBe(true);
  });

  test('replaces what is stored where the credential may correct, and is then the stored one', async () => {
    const corrector = await server.hospitalKey('corrected', ['store', 'read', 'correct']);
    const [first, other] = conflictingPair('corrected');
    await store([first.bytes], { key: corrector });
    for (let round = 0; round < 2; round++) {
      const answer = await store([other.bytes], { key: corrector });
      expect(answer).toMatchObject({ status: 200, stored: [other.sopInstanceUid], failed: [] });
      expect(answer.headers.get('warning')).toBeNull();
      const { rows } = await server.index.query<{ object_sha256: Buffer }>(
        'SELECT object_sha256 FROM instance',
      );
      expect(rows.map((row) => isDigestOf(row.object_sha256, other.bytes))).toEqual([true]);
    }
    expect(await leftBehind()).toMatchObject({ instances: 1, kept: 0 });
  });

  test('is settled within one request too', async () => {
    const [first, other] = conflictingPair('one request');
    const answer = await store([first.bytes, other.bytes, first.bytes]);
    expect(answer.status).toBe(202);
    expect(answer.stored).toHaveLength(2);
    expect(answer.failed).toHaveLength(1);
    expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 1, kept: 1, objects: 2 });
  });

  test('leaves no empty study behind when it comes under another study', async () => {
    const first = anInstance({}, { seed: 'moved' });
    const moved = anInstance({ StudyInstanceUID: '1.2.3.4' }, { seed: 'moved' });
    await store([first.bytes]);
    expect((await store([moved.bytes])).status).toBe(409);
    expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 1, kept: 1, objects: 2 });
  });

  test('is another instance when another hospital stores it', async () => {
    const second = await server.hospitalKey('second');
    const [ours, theirs] = conflictingPair('hospitals');
    expect((await store([ours.bytes])).status).toBe(200);
    expect((await store([theirs.bytes], { key: second })).status).toBe(200);
    const { rows } = await server.index.query('SELECT hospital_code FROM instance ORDER BY 1');
    expect(rows).toEqual([{ hospital_code: 'first' }, { hospital_code: 'second' }]);
  });
});

const badParts: [string, () => Uint8Array, number, RegExp][] = [
  ['not DICOM', notDicom, 0xc000, /not a DICOM Part 10/],
  ['empty', () => new Uint8Array(0), 0xc000, /not a DICOM Part 10/],
  ['without Part 10 header', () => withoutPreamble().bytes, 0xc000, /not a DICOM Part 10/],
  ['with an executable preamble', () => executablePreamble().bytes, 0xc001, /preamble/],
  [
    'truncated in the pixel data',
    () => truncatedInstance().bytes,
    0xc002,
    /truncated, byte \d+, \(7FE0,0010\)/,
  ],
  ['truncated in the header', () => truncatedHeader().bytes, 0xc002, /truncated, byte \d+/],
  ['without SOPInstanceUID', () => missingUid('SOPInstanceUID').bytes, 0xa900, /UID.*\(0008,0018\)/],
  ['without StudyInstanceUID', () => missingUid('StudyInstanceUID').bytes, 0xa900, /UID.*\(0020,000D\)/],
  ['without SeriesInstanceUID', () => missingUid('SeriesInstanceUID').bytes, 0xa900, /UID.*\(0020,000E\)/],
  ['without SOPClassUID', () => missingUid('SOPClassUID').bytes, 0xa900, /UID.*\(0008,0016\)/],
  ['with a UID of 65 characters', () => overlongUid().bytes, 0xa900, /UID.*\(0008,0018\)/],
  ['of an unknown transfer syntax', () => unknownTransferSyntax().bytes, 0xc122, /transfer syntax/],
];

describe('a bad part', () => {
  test.each(badParts)(
    '%s is refused with a reason, alone and among good ones',
    async (name, bytes, reason, comment) => {
      const alone = await store([bytes()]);
      expect(alone.status).toBe(409);
      expect(alone.failed).toEqual([
        expect.objectContaining({ reason, comment: expect.stringMatching(comment) as string }),
      ]);
      expect(alone.failed[0]!.comment).toMatch(/^Part 1: /);
      expect(alone.failed[0]!.comment.length).toBeLessThanOrEqual(64);
      expect(await leftBehind()).toEqual({ studies: 0, series: 0, instances: 0, kept: 0, objects: 0 });

      const [before, after] = aCtStudy({ seed: `around ${name}`, slices: 2 }).instances;
      const among = await store([before!.bytes, bytes(), after!.bytes]);
      expect(among.status).toBe(202);
      expect(among.stored).toEqual([before!.sopInstanceUid, after!.sopInstanceUid]);
      expect(among.failed).toEqual([expect.objectContaining({ reason })]);
      expect(among.failed[0]!.comment).toMatch(/^Part 2: /);
      expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 2, kept: 0, objects: 2 });
    },
  );

  test.each([
    ['StudyInstanceUID', 0xa900],
    ['SeriesInstanceUID', 0xa900],
  ] as const)('without %s is named by its SOP Class and SOP Instance UID', async (keyword, reason) => {
    const answer = await store([missingUid(keyword).bytes]);
    const response = JSON.parse(answer.text) as Record<
      string,
      { Value?: Record<string, { Value?: unknown[] }>[] }
    >;
    expect(response['0008119A']).toBeUndefined();
    expect(response['00081198']?.Value?.map((item) => item['00081197']?.Value)).toEqual([[reason]]);
    expect(answer.failed[0]!.sopInstanceUid).toMatch(/^[\d.]+$/);
    expect(response['00081198']!.Value![0]!['00081150']!.Value![0]).toMatch(/^1\.2\.840\.10008/);
  });

  test('of another media type, or with broken headers, is refused and the others are kept', async () => {
    const { bytes, sopInstanceUid } = anInstance({}, { seed: 'beside' });
    const answer = await store([
      { bytes: notDicom(), headers: ['Content-Type: text/plain'] },
      { bytes: notDicom(), headers: ['this is no header'] },
      bytes,
    ]);
    expect(answer.status).toBe(202);
    expect(answer.stored).toEqual([sopInstanceUid]);
    expect(answer.failed.map((failed) => failed.reason)).toEqual([0xc004, 0xc004]);
  });

  test('of another study than the path names is refused', async () => {
    const [ours] = aCtStudy({ seed: 'path' }).instances;
    const [theirs] = aCtStudy({ seed: 'other path' }).instances;
    const answer = await store([ours!.bytes, theirs!.bytes], { path: `/studies/${ours!.studyInstanceUid}` });
    expect(answer.status).toBe(202);
    expect(answer.stored).toEqual([ours!.sopInstanceUid]);
    expect(answer.failed).toEqual([
      expect.objectContaining({ reason: 0xa900, sopInstanceUid: theirs!.sopInstanceUid }),
    ]);
  });

  test('larger than what is held in memory leaves no object when its end is missing', async () => {
    const { bytes } = anInstance({}, { seed: 'large truncated', rows: 1200, columns: 1200 });
    const answer = await store([bytes.slice(0, -5000)]);
    expect(answer.failed).toEqual([expect.objectContaining({ reason: 0xc002 })]);
    expect(await leftBehind()).toEqual({ studies: 0, series: 0, instances: 0, kept: 0, objects: 0 });
  });
});

/** Sends a body without its last bytes, and ends the own half of the connection there. Resolves to the answer as text. */
async function postHalf(body: Buffer, missing: number): Promise<string> {
  const { hostname, port, pathname } = new URL(root);
  const socket = connect(Number(port), hostname);
  socket.write(
    [
      `POST ${pathname}/studies HTTP/1.1`,
      'Host: hutong',
      `Authorization: Bearer ${key}`,
      'Accept: application/dicom+json',
      `Content-Type: multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n'),
  );
  socket.end(body.subarray(0, body.length - missing));
  return Buffer.concat(await socket.toArray()).toString('utf8');
}

describe('a bad body', () => {
  const { instances } = aCtStudy({ seed: 'cut', slices: 3 });
  const body = multipartBody(instances.map((instance) => instance.bytes));

  test('cut in the middle keeps the parts that arrived whole, and sending again succeeds', async () => {
    const cut = await postStore(root, body.subarray(0, body.length - 3000), { key });
    expect(cut.status).toBe(202);
    expect(cut.stored).toEqual([instances[0]!.sopInstanceUid, instances[1]!.sopInstanceUid]);
    expect(cut.failed).toEqual([
      {
        sopInstanceUid: instances[2]!.sopInstanceUid,
        reason: 0xc002,
        comment: 'Part 3: the body ended inside this part',
      },
    ]);
    expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 2, kept: 0, objects: 2 });
    const again = await postStore(root, body, { key });
    expect(again.status).toBe(200);
    expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 3, kept: 0, objects: 3 });
  });

  test('cut in its only part is 400 and leaves nothing', async () => {
    const answer = await postStore(root, body.subarray(0, 2000), { key });
    expect(answer.status).toBe(400);
    expect(await leftBehind()).toEqual({ studies: 0, series: 0, instances: 0, kept: 0, objects: 0 });
  });

  test('whose Content-Encoding is cut keeps what came whole', async () => {
    const encoded = gzipSync(body, { level: 0 });
    const headers = { 'Content-Encoding': 'gzip' };
    const answer = await postStore(root, encoded.subarray(0, encoded.length - 3000), { key, headers });
    expect(answer.status).toBe(202);
    expect(answer.stored).toEqual([instances[0]!.sopInstanceUid, instances[1]!.sopInstanceUid]);
    expect(await leftBehind()).toMatchObject({ instances: 2, objects: 2 });
  });

  test.each([
    ['gzip', body],
    ['deflate', deflateRawSync(body)],
    ['br', body],
    ['zstd', body],
  ])('whose Content-Encoding %s is wrong leaves nothing, and is told so', async (encoding, bytes) => {
    const answer = await postStore(root, bytes, { key, headers: { 'Content-Encoding': encoding } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('Content-Encoding');
    expect(await leftBehind()).toEqual({ studies: 0, series: 0, instances: 0, kept: 0, objects: 0 });
  });

  test.each([
    [
      'of another boundary',
      400,
      { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=wrong' },
    ],
    ['without a boundary', 400, { 'Content-Type': 'multipart/related; type="application/dicom"' }],
    ['of another type', 415, { 'Content-Type': 'multipart/form-data; boundary=x' }],
    [
      'of pictures alone',
      415,
      { 'Content-Type': `multipart/related; type="image/jpeg"; boundary=${BOUNDARY}` },
    ],
    ['in an unknown encoding', 415, { 'Content-Encoding': 'rot13' }],
    ['whose answer cannot be given as asked', 406, { Accept: 'image/png' }],
  ])('%s is answered %i with a problem in two languages', async (_name, status, headers) => {
    const answer = await postStore(root, body, { key, headers });
    expect(answer.status).toBe(status);
    const problem = JSON.parse(answer.text) as Record<string, string>;
    expect(problem).toMatchObject({ status, requestId: answer.headers.get('x-request-id') });
    expect(problem['detail']).toMatch(/[a-z]/);
    expect(problem['detailZh']).toMatch(/[\u4e00-\u9fff]/);
    expect(await leftBehind()).toEqual({ studies: 0, series: 0, instances: 0, kept: 0, objects: 0 });
  });

  test('that holds nothing is 400', async () => {
    expect((await postStore(root, Buffer.from(`--${BOUNDARY}--`), { key })).status).toBe(400);
    expect((await postStore(root, Buffer.alloc(0), { key })).status).toBe(400);
  });

  test.each(['application/dicom', 'application/dicom+json', 'application/dicom+xml'])(
    'without a byte is 400 as %s',
    async (type) => {
      const answer = await postStore(root, Buffer.alloc(0), { key, headers: { 'Content-Type': type } });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('holds no instance');
    },
  );

  test('may name codings that change nothing beside one that does', async () => {
    for (const encoding of ['gzip, identity', 'identity,GZIP', 'identity, identity']) {
      const bytes = /gzip/i.test(encoding) ? gzipSync(body) : body;
      const answer = await postStore(root, bytes, { key, headers: { 'Content-Encoding': encoding } });
      expect(answer.status).toBe(200);
    }
    const twice = await postStore(root, gzipSync(gzipSync(body)), {
      key,
      headers: { 'Content-Encoding': 'gzip, gzip' },
    });
    expect(twice.status).toBe(415);
  });

  test('of many megabytes that ends with its half of the connection is read to its end', async () => {
    const { bytes, sopInstanceUid } = anInstance({}, { seed: 'half', rows: 2000, columns: 2000 });
    const answer = await postHalf(multipartBody([bytes, bytes]), 100);
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    expect(answer).toContain(sopInstanceUid);
    expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 1, kept: 0, objects: 1 });
  });

  test('that ends with its half of the connection keeps what came whole, and is answered', async () => {
    const answer = await postHalf(body, 3000);
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    for (const { sopInstanceUid } of instances) expect(answer).toContain(sopInstanceUid);
    expect(await leftBehind()).toEqual({ studies: 1, series: 1, instances: 2, kept: 0, objects: 2 });
  });

  test('for a path that is no UID is 400', async () => {
    expect((await postStore(root, body, { key, path: '/studies/not-a-uid' })).status).toBe(400);
    expect((await postStore(root, body, { key, path: `/studies/${'1.'.repeat(32)}11` })).status).toBe(400);
  });
});

function* piecesOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('50 parallel requests into one study count right', async () => {
  const { instances } = aCtStudy({ seed: 'parallel', slices: 100 });
  const requests = Array.from({ length: 50 }, (_, i) => [
    instances[2 * i]!.bytes,
    instances[2 * i + 1]!.bytes,
  ]);
  const answers = await Promise.all(
    requests.map(async (parts) => {
      for (;;) {
        const answer = await store(parts);
        if (answer.status !== 503) return answer.status;
      }
    }),
  );
  expect(answers.every((status) => status === 200)).toBe(true);
  const { rows } = await server.index.query(
    `SELECT study.number_of_instances, number_of_series, study.revision, series.number_of_instances AS in_series
       FROM study JOIN series USING (study_id)`,
  );
  expect(rows).toEqual([
    {
      number_of_instances: 100,
      number_of_series: 1,
      // Stores that are ready together are indexed together.
      revision: expect.toSatisfy((revision: number) => revision >= 1 && revision <= 50) as number,
      in_series: 100,
    },
  ]);
  expect(await leftBehind()).toMatchObject({ instances: 100, objects: 100 });
});

describe('the answer', () => {
  test('says in Chinese what failed where that is asked, and where the study is', async () => {
    const { bytes, studyInstanceUid } = anInstance({}, { seed: 'chinese' });
    const answer = await store([bytes, notDicom()], {
      headers: { 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.5' },
    });
    expect(answer.status).toBe(202);
    expect(answer.failed.map(({ comment }) => comment)).toEqual([
      '第 2 部分：不是 DICOM Part 10 文件，字节 128',
    ]);
    const header = (name: string): string | null => answer.headers.get(name);
    expect(header('content-language')).toBe('zh');
    expect(header('location')).toBe(`${root}/studies/${studyInstanceUid}`);
    expect(header('content-location')).toBe(`${root}/studies/${studyInstanceUid}`);
    expect(header('warning')).toBe(`299 ${root}: not a DICOM Part 10 file`);
  });

  test('warns of a dataset that is not well formed, which is stored as it came', async () => {
    const { bytes, sopInstanceUid } = anInstance({}, { seed: 'trailing' });
    const answer = await store([Buffer.concat([bytes, Buffer.alloc(3)])]);
    expect(answer).toMatchObject({ status: 202, stored: [sopInstanceUid], failed: [] });
    expect(answer.text).toContain('"00081196":{"vr":"US","Value":[45063]}');
    expect(answer.headers.get('warning')).toBe(`299 ${root}: the dataset is not well formed`);
  });
});

test('the log says how many bytes came, also when they came with the head', async () => {
  const { bytes } = anInstance({}, { seed: 'counted' });
  const body = multipartBody([bytes]);
  const before = server.logged.length;
  for (let i = 0; i < 3; i++) await store([bytes]);
  await vi.waitFor(
    () => {
      const lines = server.logged.slice(before).filter(({ msg }) => msg === 'request');
      expect(lines).toHaveLength(3);
      for (const { bytesIn } of lines) {
        expect(bytesIn).toBeGreaterThan(body.length);
        expect(bytesIn).toBeLessThan(body.length + 2000);
      }
    },
    { timeout: 30_000 },
  );
});

test('nothing that names a patient or a study is logged', async () => {
  const study = aCtStudy({ seed: 'secretive' });
  await store([
    ...study.instances.map((instance) => instance.bytes),
    ...badParts.map(([, bytes]) => bytes()),
  ]);
  await fetch(`${root}/studies?PatientName=Ceshi&PatientID=P-secretive`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const text = JSON.stringify(server.logged);
  for (const secret of ['Ceshi', '测试', 'P-secretive', study.studyInstanceUid, key])
    expect(text).not.toContain(secret);
  expect(text).toContain('"route":"/dicomweb/studies"');
});
