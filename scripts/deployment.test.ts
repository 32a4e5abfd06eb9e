import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeConfig } from '@hutong/storage-config';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** What the containers of docker-compose.yml leave nobody to choose. */
const FIXED = [
  'HUTONG_AUTH',
  'HUTONG_DEFAULT_HOSPITAL',
  'HUTONG_SECRET_KEY_FILE',
  'HUTONG_PERSON_KEY_FILE',
  'HUTONG_SHUTDOWN_SECONDS',
  'HUTONG_LOG_FILE',
];

test('docker-compose.yml passes every setting on, so that none of .env is without effect', () => {
  const passed = [...read('docker-compose.yml').matchAll(/^ +(HUTONG_\w+): /gm)].map(([, name]) => name);
  const known = describeConfig().map(({ name }) => name);
  expect(known.filter((name) => !passed.includes(name) && !FIXED.includes(name))).toEqual([]);
  expect(passed.filter((name) => !known.includes(name ?? ''))).toEqual([]);
});

test('deploy/example.env names no variable that docker-compose.yml does not read', () => {
  const compose = read('docker-compose.yml');
  const names = [...read('deploy/example.env').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(
    ([, name]) => name ?? '',
  );
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !compose.includes(`\${${name}:`))).toEqual([]);
});

test('secrets of an installation stay out of its images and of the repository', () => {
  const ignored = read('.dockerignore').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.env', 'deploy/etc']));
  expect(read('.gitignore').split('\n')).toContain('.env');
});

test('the proxy writes neither queries nor whole addresses, and replaces what clients say of their certificates', () => {
  const nginx = read('deploy/nginx.conf');
  const format = /log_format [^;]+;/.exec(nginx)?.[0] ?? '';
  expect(format).toContain('$first_segment');
  expect(format).not.toMatch(/\$(request|request_uri|uri|args|query_string|http_\w+)\b/);
  expect(nginx).toMatch(/error_log \S+ crit;/);
  expect(nginx).toContain('proxy_set_header X-Client-Certificate $ssl_client_escaped_cert;');
});

const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((file) =>
  fs.existsSync(file),
);

// Skipped where there is no nginx to ask.
test.skipIf(nginx === undefined)('nginx takes deploy/nginx.conf', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hutong-nginx-'));
  try {
    const site = read('deploy/nginx.conf')
      .replace('server:8080', '127.0.0.1:8080')
      .replace('listen 80;', 'listen 127.0.0.1:8081;')
      .replaceAll('/var/log/nginx', folder);
    fs.writeFileSync(path.join(folder, 'site.conf'), site);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    fs.writeFileSync(
      path.join(folder, 'nginx.conf'),
      `pid ${folder}/pid; error_log ${folder}/main.log; events {} http { ${temporary.join(' ')} include ${folder}/site.conf; }`,
    );
    const { status, stderr } = spawnSync(nginx ?? '', ['-t', '-c', path.join(folder, 'nginx.conf')], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
