import { expect, test } from 'vitest';
import { ConfigError, loadConfig } from './config.ts';
import { describeConfig } from './settings.ts';

test('an empty environment makes the embedded defaults', () => {
  const config = loadConfig({});
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    auth: 'on',
    databaseUrl: null,
    redisUrl: null,
    s3: null,
    quietSeconds: 30,
  });
});

test('the error names every variable that is wrong', () => {
  const wrong = { HUTONG_PORT: 'eighty', HUTONG_DATABASE_URL: 'mysql://x' };
  expect(() => loadConfig(wrong)).toThrow(ConfigError);
  expect(() => loadConfig(wrong)).toThrow(/HUTONG_PORT[\s\S]*HUTONG_DATABASE_URL/);
});

test('a misspelt setting is refused instead of ignored', () => {
  expect(() => loadConfig({ HUTONG_QUIET_SECOND: '5' })).toThrow(/HUTONG_QUIET_SECOND/);
});

test('authentication cannot be switched off on an address others reach', () => {
  expect(() => loadConfig({ HUTONG_AUTH: 'off', HUTONG_HOST: '0.0.0.0' })).toThrow(/loopback/);
  expect(loadConfig({ HUTONG_AUTH: 'off' }).auth).toBe('off');
});

test('an S3 endpoint without keys is refused, naming both', () => {
  expect(() => loadConfig({ HUTONG_S3_ENDPOINT: 'http://127.0.0.1:9000' })).toThrow(
    /ACCESS_KEY[\s\S]*SECRET_KEY/,
  );
});

test('every setting is described in both languages', () => {
  for (const { name, description, descriptionZh } of describeConfig()) {
    expect(description, name).not.toBe('');
    expect(descriptionZh, name).toMatch(/\p{Script=Han}/u);
  }
});

test('origins are taken as browsers send them, and anything else is refused by name', () => {
  const { corsOrigins } = loadConfig({ HUTONG_CORS_ORIGINS: 'https://a.example, http://10.0.0.5:3000' });
  expect(corsOrigins).toEqual(['https://a.example', 'http://10.0.0.5:3000']);
  for (const wrong of ['*', 'null', 'https://a.example/', 'a.example'])
    expect(() => loadConfig({ HUTONG_CORS_ORIGINS: wrong })).toThrow(`"${wrong}" is no origin`);
});
