import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../../test/factories/index.ts';
import { startTestGateway, type TestGateway } from '../../dicomweb/testing.ts';
import { wadoRoutes } from '../routes.ts';
import { seedObjects } from '../testSeed.ts';
import { entryNames } from './zipDownload.ts';
import { centralDirectory } from '@hutong/storage-config';

const run = promisify(execFile);
const hasPython = spawnSync('python3', ['--version']).status === 0;

let gateway: TestGateway;
let study: FactoryStudy;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-zip-'));
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  study = aCtStudy({ seed: 'zip', overrides: { PatientName: 'Secret^Name', PatientID: 'SECRET' } });
  await seedObjects(
    gateway,
    'a',
    study.instances.map(({ bytes }) => bytes),
  );
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

describe('download as an archive', () => {
  test.skipIf(!hasPython).each([
    ['Accept', '', { accept: 'application/zip' }],
    ['the accept parameter', '?accept=application/zip', { accept: '*/*' }],
  ])('a study asked for by %s unpacks to its objects, byte for byte', async (_by, query, headers) => {
    const response = await fetch(`${gateway.url}/dicomweb/studies/${study.studyInstanceUid}${query}`, {
      headers,
    });
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="study.zip"');
    const archive = Buffer.from(await response.arrayBuffer());
    expect(archive.length).toBe(Number(response.headers.get('content-length')));
    const file = path.join(folder, 'study.zip');
    await writeFile(file, archive);
    // Python's own reader of archives checks every CRC.
    const unpacked = await mkdtemp(path.join(folder, 'unpacked-'));
    await run('python3', ['-m', 'zipfile', '-e', file, unpacked]);
    expect(await readdir(path.join(unpacked, 'series-001'))).toEqual(
      study.instances.map((_, i) => `instance-0000${i + 1}.dcm`),
    );
    for (const [i, { bytes }] of study.instances.entries())
      expect(await readFile(path.join(unpacked, 'series-001', `instance-0000${i + 1}.dcm`))).toEqual(
        Buffer.from(bytes),
      );
  });

  test('entries that share their numbers have names of their own', () => {
    const entry = (series: string, number: number | null) => ({
      series_instance_uid: series,
      series_number: 2,
      instance_number: number,
    });
    expect(entryNames([entry('1', 1), entry('1', 1), entry('2', null), entry('2', null)])).toEqual([
      'series-002/instance-00001.dcm',
      'series-002/instance-00001-2.dcm',
      'series-002-2/instance-00000.dcm',
      'series-002-2/instance-00000-2.dcm',
    ]);
  });

  test('an archive beyond four gigabytes ends with the records of ZIP64', () => {
    const entry = {
      name: 'a.dcm',
      size: 5_000_000_000,
      modified: new Date(0),
      offset: 4_999_999_999,
      crc32: 7,
    };
    const directory = centralDirectory([entry], 9_999_999_999);
    expect(directory.indexOf(Buffer.from([0x50, 0x4b, 0x06, 0x06]))).toBeGreaterThan(0);
    // Extra field: sizes and the offset, 64 bits each.
    const extra = directory.subarray(46 + entry.name.length);
    expect(extra.readUInt16LE(0)).toBe(1);
    expect([4, 12, 20].map((at) => Number(extra.readBigUInt64LE(at)))).toEqual([
      entry.size,
      entry.size,
      entry.offset,
    ]);
  });
});
