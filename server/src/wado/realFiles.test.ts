import { readPart10, text } from '@hutong/dicom';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

const folder =
  process.env['HUTONG_TEST_DICOM'] ?? path.resolve(import.meta.dirname, '../../../../shared/dicom');
const MOST_BYTES = 8 * 1024 * 1024;
/** Files of one kind: transfer syntax, SOP class and pixel layout. */
const OF_A_KIND = 2;

/** Files that can be read, a few of each kind. */
function files(): { name: string; bytes: Buffer }[] {
  if (!existsSync(folder)) return [];
  const seen = new Map<string, number>();
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .flatMap((name) => {
      const file = path.join(folder, name);
      if (!statSync(file).isFile() || statSync(file).size > MOST_BYTES) return [];
      const bytes = readFileSync(file);
      try {
        const { dataset, transferSyntaxUid, identity } = readPart10(bytes);
        const layout = ['00280002', '00280004', '00280100', '00280103'].map((tag) => text(dataset, tag));
        const kind = [transferSyntaxUid, identity.sopClassUid, ...layout].join(' ');
        const count = seen.get(kind) ?? 0;
        seen.set(kind, count + 1);
        if (count >= OF_A_KIND) return [];
        return [{ name, bytes }];
      } catch {
        return [];
      }
    });
}

const found = files();
const REQUESTS: [suffix: string, accept: string][] = [
  ['', 'application/dicom'],
  ['', 'application/dicom; transfer-syntax=*'],
  ['', 'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80'],
  ['', 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1.99'],
  ['/frames/1', 'application/octet-stream'],
  ['/frames/1', '*/*'],
  ['/frames/1', 'image/jphc'],
  ['/rendered', '*/*'],
  ['/rendered?viewport=64,64', 'image/png'],
  ['/thumbnail', '*/*'],
  ['/bulkdata', 'multipart/related; transfer-syntax=*'],
];

describe.skipIf(found.length === 0)(
  `real files of ${found.length === 0 ? 'HUTONG_TEST_DICOM (not there)' : 'a folder'}`,
  () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
    });
    afterAll(() => gateway.close());

    test.each(found.map(({ name, bytes }, i) => [name, bytes, `f${i}`] as const))(
      '%s is answered or refused with a reason, never failed',
      async (_name, bytes, hospital) => {
        const [instance = ''] = await seedObjects(gateway, hospital, [bytes]);
        for (const [suffix, accept] of REQUESTS) {
          const response = await fetch(`${gateway.url}/hospitals/${hospital}/dicomweb${instance}${suffix}`, {
            headers: { accept },
          });
          const body = Buffer.from(await response.arrayBuffer());
          expect([200, 404, 406, 413], `${suffix} as ${accept}: ${body.toString('utf8', 0, 300)}`).toContain(
            response.status,
          );
          if (response.status === 200 && suffix === '')
            expect(readPart10(body).identity).toEqual(readPart10(bytes).identity);
        }
      },
      60_000,
    );
  },
);
