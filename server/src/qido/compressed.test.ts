import type { DicomJson } from '@hutong/dicom';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { qidoRoutes } from './routes.ts';
import { COMPRESSED_FROM } from './sendResults.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [qidoRoutes(parts)] }));
  for (const [uid, count] of [
    ['1.1', 1],
    ['1.2', 300],
  ] as const)
    await seedStudy(gateway, {
      hospital: 'a',
      uid,
      columns: { patient_id: uid },
      series: [
        {
          uid: `${uid}.1`,
          instances: Array.from({ length: count }, (_, i) => ({
            uid: `${uid}.1.${i + 1}`,
            columns: { instance_number: i + 1 },
          })),
        },
      ],
    });
});
afterAll(() => gateway.close());

interface Raw {
  status: number;
  encoding: string | undefined;
  vary: string | undefined;
  type: string | undefined;
  length: number;
  body: Buffer;
}

/** Not by fetch, which decompresses by itself. */
async function raw(path: string, headers: Record<string, string> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    request(`${gateway.url}/dicomweb${path}`, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        const { vary, 'content-encoding': encoding, 'content-type': type } = answer.headers;
        resolve({ status: answer.statusCode ?? 0, encoding, vary, type, length: body.length, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

const instances = (text: string): number => (JSON.parse(text) as DicomJson[]).length;

describe('a large answer', () => {
  // Below and above the size from which on another thread compresses.
  test.each([
    ['/studies/1.2/instances?limit=40', 40],
    ['/studies/1.2/instances', 300],
  ])('of %s is compressed for who takes gzip', async (path, count) => {
    const plain = await raw(path);
    expect(plain).toMatchObject({ status: 200, encoding: undefined });
    const packed = await raw(path, { 'accept-encoding': 'gzip, br' });
    expect(packed).toMatchObject({ status: 200, encoding: 'gzip', type: 'application/dicom+json' });
    expect(packed.length).toBeLessThan(plain.length / 5);
    expect(gunzipSync(packed.body).toString()).toBe(plain.body.toString());
    expect(instances(plain.body.toString())).toBe(count);
  });

  test.each(['identity', 'br', 'gzip;q=0', 'gzip;q=0.1, identity;q=0.9', '*;q=0'])(
    'is plain for Accept-Encoding %s',
    async (accepted) => {
      const answer = await raw('/studies/1.2/instances', { 'accept-encoding': accepted });
      expect(answer.encoding).toBeUndefined();
      expect(instances(answer.body.toString())).toBe(300);
      expect(() => brotliDecompressSync(answer.body)).toThrow();
    },
  );

  test('in XML is compressed too', async () => {
    const accept = 'multipart/related; type="application/dicom+xml"';
    const answer = await raw('/studies/1.2/instances', { accept, 'accept-encoding': 'gzip' });
    expect(answer.encoding).toBe('gzip');
    expect(answer.type).toMatch(/^multipart\/related; ?type="application\/dicom\+xml"/);
    expect(
      gunzipSync(answer.body)
        .toString()
        .match(/<NativeDicomModel/g),
    ).toHaveLength(300);
  });
});

test('a small answer is not compressed', async () => {
  const answer = await raw('/studies?PatientID=1.1', { 'accept-encoding': 'gzip' });
  expect(answer).toMatchObject({ status: 200, encoding: undefined });
  expect(answer.length).toBeLessThan(COMPRESSED_FROM);
});

test.each(['/studies/1.2/instances', '/studies?PatientID=1.1', '/studies?PatientID=none'])(
  'caches are told what the answer to %s depends on',
  async (path) => {
    expect((await raw(path)).vary).toBe('Accept, Accept-Encoding');
  },
);

test.each(['1000000000', '2147483647', '4294967295', '9'.repeat(400)])(
  'limit=%s means as many as there can be',
  async (limit) => {
    const answer = await raw(`/studies/1.2/instances?limit=${limit}`);
    expect(answer.status).toBe(200);
    expect(instances(answer.body.toString())).toBe(300);
  },
);

test('an offset of any size is one that nobody walks to', async () => {
  for (const offset of ['1000000000', '2147483647', '9'.repeat(400)])
    expect((await raw(`/studies?offset=${offset}`)).status).toBe(413);
});
