import fc from 'fast-check';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readPart10, type DicomJson } from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { nativeXml } from '../dicomweb/nativeXml.ts';
import { BOUNDARY, multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('first');
});
afterAll(() => server.close());

const { instances } = aCtStudy({ seed: 'fuzz', slices: 3 });

/** The instances taken apart: datasets, and a bulk data part each. */
const apart = instances.map(({ bytes }, i) => {
  const read = readPart10(bytes);
  const { offset, length } = read.pixelData!.value;
  const dataset: DicomJson = { ...read.dataset, '7FE00010': { vr: 'OW', BulkDataURI: `bulk/${i}` } };
  const headers = ['Content-Type: application/octet-stream', `Content-Location: bulk/${i}`];
  return { dataset, bulk: { bytes: bytes.subarray(offset, offset + length), headers } };
});
const datasets = apart.map(({ dataset }) => dataset);
const json = Buffer.from(JSON.stringify(datasets));
const xml = datasets.map((dataset) => Buffer.from(nativeXml(dataset)));
const multipart = (type: string): string => `multipart/related; type="${type}"; boundary=${BOUNDARY}`;

const BODIES: [name: string, contentType: string, body: Buffer][] = [
  ['files', multipart('application/dicom'), multipartBody(instances.map(({ bytes }) => bytes))],
  [
    'JSON and bulk data',
    multipart('application/dicom+json'),
    multipartBody([
      { bytes: json, headers: ['Content-Type: application/dicom+json'] },
      ...apart.map(({ bulk }) => bulk),
    ]),
  ],
  [
    'XML and bulk data',
    multipart('application/dicom+xml'),
    multipartBody([
      ...xml.map((bytes) => ({ bytes, headers: ['Content-Type: application/dicom+xml'] })),
      ...apart.map(({ bulk }) => bulk),
    ]),
  ],
  ['JSON alone', 'application/dicom+json', json],
  ['XML alone', 'application/dicom+xml', xml[0]!],
];

/** What may happen to a body on its way, by places that are parts of its length. */
const mishap = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('overwrite' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc
        .constantFrom(
          `\r\n--${BOUNDARY}\r\n`,
          `\r\n--${BOUNDARY}--\r\n`,
          '{"',
          '[[[[',
          '</Value>',
          '<!DOCTYPE x>',
          '\0',
        )
        .map((text) => Buffer.from(text)),
    ),
  }),
  fc.record({
    kind: fc.constant('leaveOut' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 3000 }),
  }),
);
type Mishap = typeof mishap extends fc.Arbitrary<infer T> ? T : never;

function befall(body: Buffer, what: Mishap): Buffer {
  const at = Math.floor(what.at * body.length);
  const [before, after] = [body.subarray(0, at), body.subarray(at)];
  switch (what.kind) {
    case 'cut':
      return before;
    case 'overwrite':
      return Buffer.concat([before, what.bytes, after.subarray(what.bytes.length)]);
    case 'insert':
      return Buffer.concat([before, what.bytes, after]);
    case 'leaveOut':
      return Buffer.concat([before, after.subarray(what.length)]);
  }
}

test.each(BODIES)(
  'a store of %s that was damaged on its way never fails the server, and leaves only what it acknowledged',
  async (_name, contentType, body) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(mishap, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (mishaps, packed) => {
          await server.index.query('TRUNCATE study, kept_aside CASCADE');
          for (const objectKey of await server.objectKeys()) await server.objects.delete(objectKey);
          const damaged = mishaps.reduce(befall, body);
          const answer = await postStore(`${server.url}/dicomweb`, packed ? gzipSync(damaged) : damaged, {
            key,
            headers: { 'Content-Type': contentType, ...(packed ? { 'Content-Encoding': 'gzip' } : {}) },
          });
          expect([200, 202, 400, 409]).toContain(answer.status);
          const { rows } = await server.index.query<{ object_key: string; sop_instance_uid: string }>(
            `SELECT object_key, sop_instance_uid FROM instance UNION ALL SELECT object_key, '' FROM kept_aside`,
          );
          const uids = rows.map((row) => row.sop_instance_uid).filter((uid) => uid !== '');
          expect(new Set(answer.stored)).toEqual(new Set(uids));
          expect((await server.objectKeys()).toSorted()).toEqual(
            rows.map((row) => row.object_key).toSorted(),
          );
          expect(await readdir(path.join(server.folder, 'spool')).catch(() => [])).toEqual([]);
          // A few files without a byte are held ready for the next objects.
          const unfinished = path.join(server.folder, 'objects/.unfinished');
          const sizes = (await readdir(unfinished)).map(
            (name) => statSync(path.join(unfinished, name), { throwIfNoEntry: false })?.size ?? 0,
          );
          expect(sizes.length).toBeLessThanOrEqual(4);
          expect(sizes.filter((size) => size > 0)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
    expect(server.logged.filter((line) => line['level'] === 50)).toEqual([]);
  },
);
