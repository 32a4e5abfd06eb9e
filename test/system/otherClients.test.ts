import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { aCtStudy, anInstance } from '@hutong/test/factories';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';
import { findInstance, multipart, retrieveInstance } from '../harness/dicomweb.ts';
import { addHospital } from '../harness/killNine.ts';

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

describe.skipIf(process.env['HUTONG_TEST_SYSTEM'] === undefined || !has('curl'))(
  "other people's clients",
  () => {
    const folder = temporaryFolder('clients');
    let cloud: RunningCloud;
    let key: string;

    beforeAll(async () => {
      cloud = await startCloud({ HUTONG_DATA: path.join(folder, 'data') });
      key = await addHospital(cloud);
    });
    afterAll(async () => {
      await cloud.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    const curl = (...args: string[]): string =>
      execFileSync('curl', ['-sS', '-H', `Authorization: Bearer ${key}`, ...args], { encoding: 'utf8' });

    test('curl stores one file as application/dicom and a study as multipart', async () => {
      const single = anInstance({}, { seed: 'curl' });
      const file = path.join(folder, 'single.dcm');
      fs.writeFileSync(file, single.bytes);
      const one = curl(
        '-w',
        '\n%{http_code}',
        '-H',
        'Content-Type: application/dicom',
        '--data-binary',
        `@${file}`,
        `${cloud.url}/dicomweb/studies`,
      );
      expect(one.trim().split('\n').at(-1)).toBe('200');

      const study = aCtStudy({ seed: 'curl-study' });
      const body = path.join(folder, 'study.multipart');
      fs.writeFileSync(
        body,
        multipart(
          study.instances.map(({ bytes }) => bytes),
          'edge',
        ),
      );
      const many = curl(
        '-w',
        '\n%{http_code}',
        '-H',
        'Content-Type: multipart/related; type="application/dicom"; boundary=edge',
        '-T',
        body,
        '-X',
        'POST',
        '-H',
        'Transfer-Encoding: chunked',
        `${cloud.url}/dicomweb/studies`,
      );
      expect(many.trim().split('\n').at(-1)).toBe('200');
      for (const { sopInstanceUid } of [single, ...study.instances])
        expect(await findInstance(cloud.url, key, sopInstanceUid)).not.toBeNull();
    });

    test.skipIf(!has('dcmconv') || !has('dcmdump'))(
      'files written by dcmtk in other transfer syntaxes come back and dcmtk reads them',
      async () => {
        for (const [index, option] of ['+ti', '+tb', '+td'].entries()) {
          const original = anInstance({}, { seed: `dcmtk-${index}` });
          const [input, output, back] = ['in.dcm', 'out.dcm', 'back.dcm'].map((name) =>
            path.join(folder, name),
          ) as [string, string, string];
          fs.writeFileSync(input, original.bytes);
          execFileSync('dcmconv', [option, input, output]);
          const code = curl(
            '-o',
            '/dev/null',
            '-w',
            '%{http_code}',
            '-H',
            'Content-Type: application/dicom',
            '--data-binary',
            `@${output}`,
            `${cloud.url}/dicomweb/studies`,
          );
          expect(code, `dcmconv ${option}`).toBe('200');
          const found = await findInstance(cloud.url, key, original.sopInstanceUid);
          const bytes = await retrieveInstance(cloud.url, key, found!);
          expect(bytes.equals(fs.readFileSync(output))).toBe(true);
          fs.writeFileSync(back, bytes);
          expect(execFileSync('dcmdump', ['+P', 'SOPInstanceUID', back], { encoding: 'utf8' })).toContain(
            original.sopInstanceUid,
          );
        }
      },
    );
  },
);
