import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, loadConfig } from './config/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hutong-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileWith = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

test('a secret that stands in a file is read from there, without its last line break', () => {
  const config = loadConfig({
    HUTONG_DATABASE_URL_FILE: fileWith('database', 'postgres://u:p%20@db/hutong\n'),
    HUTONG_REDIS_URL_FILE: fileWith('redis', 'redis://:x@r:6379\r\n'),
  });
  expect([config.databaseUrl, config.redisUrl]).toEqual(['postgres://u:p%20@db/hutong', 'redis://:x@r:6379']);
});

test.each([
  ['missing', () => path.join(folder, 'not-there'), 'there is no file'],
  ['empty', () => fileWith('empty', '\n'), 'the file is empty'],
])('a file that is %s is said, with its setting', (_case, file, words) => {
  expect(() => loadConfig({ HUTONG_S3_SECRET_KEY_FILE: file() })).toThrow(
    expect.objectContaining({
      name: ConfigError.name,
      message: expect.stringMatching(`HUTONG_S3_SECRET_KEY_FILE: ${words}`) as string,
    }),
  );
});

test('a secret is given once, and what it is stays unsaid', () => {
  const file = fileWith('twice', 'hush-hush');
  const load = () => loadConfig({ HUTONG_S3_SECRET_KEY: 'hush', HUTONG_S3_SECRET_KEY_FILE: file });
  expect(load).toThrow('one is enough');
  expect(load).not.toThrow('hush-hush');
});
