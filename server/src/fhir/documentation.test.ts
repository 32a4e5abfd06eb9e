import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedStudy } from '../dicomweb/testing.ts';
import { startTestServer, type TestServer } from '../testing.ts';

const DOCS = path.resolve(import.meta.dirname, '../../../docs');
const run = promisify(execFile);
const canRun = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).error === undefined);

/** Lines that a page shows, by their names. */
const linesOf = (page: string): Map<string, string> =>
  new Map(
    [...readFileSync(path.join(DOCS, page), 'utf8').matchAll(/```sh (\w+)\n([\s\S]*?)```/g)].map(
      ([, name = '', lines = '']) => [name, lines],
    ),
  );

test('both languages show the same lines', () => {
  expect([...linesOf('integration.zh-CN.md')]).toEqual([...linesOf('integration.md')]);
  expect(linesOf('integration.md').size).toBeGreaterThan(8);
});

describe.skipIf(!canRun)('the lines on recognition, FHIR and platforms do what the page says', () => {
  let server: TestServer;
  let env: Record<string, string>;
  const lines = linesOf('integration.md');
  const shell = async (name: string): Promise<string> => {
    const { stdout } = await run('bash', ['-euc', lines.get(name) ?? 'exit 1'], {
      env: { PATH: process.env['PATH'] ?? '', HUTONG: server.url, no_proxy: '*', ...env },
    });
    return stdout;
  };

  beforeAll(async () => {
    server = await startTestServer();
    await server.hospitalKey('a');
    const { secret: KEY } = await createApiKey(server.index, {
      hospital: 'a',
      scopes: ['read', 'recognise', 'orders'],
    });
    const { secret: ADMIN_KEY } = await createApiKey(server.index, { hospital: 'a', scopes: ['admin'] });
    env = { KEY, ADMIN_KEY, HOSPITAL: 'a' };
    await seedStudy(server, {
      hospital: 'a',
      uid: '1.2.3',
      columns: { patient_id: 'P-1', study_date: '20260301', modalities: ['CT'] },
    });
  });
  afterAll(() => server.close());

  test.each<[string, RegExp[]]>([
    ['give', [/"outcome":"registered"/, /"resourceType":"ServiceRequest"/]],
    ['remind', [/"reminders"/]],
    ['discover', [/hutong-recognition-select/, /hutong-recognition-sign/]],
    ['fhir', [/"connectionType"/, /"resourceType":"Patient"/, /urn:oid:1\.2\.3/]],
    ['webhook', [/"format":"fhir"/, /"secret":"whsec_/]],
    ['publication', [/"asOf":/, /质控中心/]],
  ])('%s', async (name, expected) => {
    const answered = await shell(name);
    for (const one of expected) expect(answered).toMatch(one);
    expect(answered).not.toMatch(/OperationOutcome|urn:hutong:problem/);
  });
});
