import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { anInstance } from '@hutong/test/factories';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud, hutong, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';

const DOCS = path.resolve(import.meta.dirname, '../../docs');
const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** Code blocks of a page that are marked as runnable. */
const runnable = (page: string): string[] =>
  [...fs.readFileSync(path.join(DOCS, page), 'utf8').matchAll(/```bash runnable\n([\s\S]*?)```/g)].map(
    (match) => match[1]!,
  );

test('both languages show the same commands', () => {
  expect(runnable('dicomweb-examples.zh-CN.md')).toEqual(runnable('dicomweb-examples.md'));
  expect(runnable('dicomweb-examples.md').length).toBeGreaterThan(10);
});

describe.skipIf(!has('curl') || !has('bash'))('the commands of docs/dicomweb-examples.md (curl)', () => {
  const folder = temporaryFolder('examples');
  let cloud: RunningCloud;
  let key: string;

  beforeAll(async () => {
    cloud = await startCloud({ HUTONG_DATA: path.join(folder, 'data') });
    const env = { ...cloud.env, HUTONG_DATA: path.join(folder, 'data') };
    await hutong(
      ['hospital', 'add', '--code', 'examples', '--name-zh', '示例医院', '--name-en', 'Example Hospital'],
      env,
    );
    key = await hutong(['key', 'create', '--hospital', 'examples', '--scope', 'store,read,correct'], env);
    fs.writeFileSync(
      path.join(folder, 'image.dcm'),
      anInstance({ PatientName: 'Wang^Li=王^丽' }, { seed: 'examples' }).bytes,
    );
  });
  afterAll(async () => {
    await cloud.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('each does what it says, in the order of the page', () => {
    // One shell, so that variables of one block are there in the next; the first command that fails ends it.
    const script = runnable('dicomweb-examples.md')
      .map((block, i) => `echo "== block ${i + 1}" >&2\n${block}`)
      .join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-u', '-o', 'pipefail', '-c', script], {
      cwd: folder,
      env: { ...process.env, ROOT: `${cloud.url}/dicomweb`, KEY: key, no_proxy: '*' },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    expect(status, `${stdout.slice(-2000)}\n${stderr}`).toBe(0);
    expect(fs.readFileSync(path.join(folder, 'series.zip')).subarray(0, 2).toString()).toBe('PK');
    expect(fs.readFileSync(path.join(folder, 'picture.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(fs.readFileSync(path.join(folder, 'thumbnail.jpg')).subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(fs.readFileSync(path.join(folder, 'jpegls.dcm')).includes('1.2.840.10008.1.2.4.80')).toBe(true);
    expect(fs.readFileSync(path.join(folder, 'frame.raw'))).toHaveLength(64 * 64 * 2);
  });
});
