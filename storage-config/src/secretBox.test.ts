import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadConfig } from './config/config.ts';
import {
  isSealed,
  openSecretBox,
  parseSecretKeys,
  SECRET_KEY_FILE,
  secretBox,
  secretKeyWarning,
} from './secretBox.ts';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'hutong-secret-'));
  folders.push(made);
  return made;
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

test('a sealed secret opens again, and tells nothing of itself', () => {
  const box = secretBox([randomBytes(32)]);
  const sealed = box.seal('whsec_很长的密钥', 'webhook:1');
  expect(isSealed(sealed)).toBe(true);
  expect(sealed).not.toContain('whsec');
  expect(box.openText(sealed, 'webhook:1')).toBe('whsec_很长的密钥');
  expect(box.seal('whsec_很长的密钥', 'webhook:1')).not.toBe(sealed);
});

test('a sealed secret opens for its own row alone', () => {
  const box = secretBox([randomBytes(32)]);
  const sealed = box.seal('secret', 'totp:a');
  expect(() => box.open(sealed, 'totp:b')).toThrow('altered, or belongs to another row');
});

test('a sealed secret with any byte changed does not open', () => {
  const box = secretBox([randomBytes(32)]);
  const sealed = box.seal('secret', 'c');
  const [head = '', id = '', text = ''] = sealed.split('.');
  const bytes = Buffer.from(text, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => box.open([head, id, changed.toString('base64url')].join('.'), 'c')).toThrow();
  }
  expect(() => box.open([head, id, bytes.subarray(0, 20).toString('base64url')].join('.'), 'c')).toThrow(
    'cut short',
  );
});

test('after a new key was put first, old secrets open and are known to be sealed again', () => {
  const [before, after] = [randomBytes(32), randomBytes(32)];
  const sealed = secretBox([before]).seal('secret', 'c');
  const box = secretBox([after, before]);
  expect(box.openText(sealed, 'c')).toBe('secret');
  expect(box.isStale(sealed)).toBe(true);
  expect(box.isStale(box.seal('secret', 'c'))).toBe(false);
  expect(box.isStale('as it lay there before')).toBe(true);
  expect(() => secretBox([after]).open(sealed, 'c')).toThrow(/was sealed with the key [0-9a-f]{16}/);
});

test('an embedded index gets a key of its own, readable by its owner alone and kept from then on', () => {
  const data = folder();
  const config = loadConfig({ HUTONG_DATA: data });
  const sealed = openSecretBox(config).seal('secret', 'c');
  const file = path.join(data, SECRET_KEY_FILE);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  expect(openSecretBox(config).openText(sealed, 'c')).toBe('secret');
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('an index elsewhere gets no key by itself, and what needs one says what to set', () => {
  const config = loadConfig({ HUTONG_DATA: folder(), HUTONG_DATABASE_URL: 'postgres://db.example/hutong' });
  const box = openSecretBox(config);
  expect(box.usable).toBe(false);
  expect(() => box.seal('secret', 'c')).toThrow('set HUTONG_SECRET_KEY_FILE');
});

test('keys come from a file or the environment; what is wrong is said without quoting it', () => {
  const file = path.join(folder(), 'keys');
  const keys = [randomBytes(32), randomBytes(32)];
  writeFileSync(
    file,
    `# new\n${keys[0]?.toString('base64') ?? ''}\n${keys[1]?.toString('base64url') ?? ''} # old\n`,
  );
  const box = openSecretBox(loadConfig({ HUTONG_DATA: folder(), HUTONG_SECRET_KEY_FILE: file }));
  expect(box.openText(secretBox(keys.slice(1)).seal('secret', 'c'), 'c')).toBe('secret');
  const byEnvironment = openSecretBox(
    loadConfig({ HUTONG_DATA: folder(), HUTONG_SECRET_KEY: keys[0]?.toString('base64') ?? '' }),
  );
  expect(byEnvironment.isStale(box.seal('secret', 'c'))).toBe(false);
  expect(() => parseSecretKeys('too-short', 'HUTONG_SECRET_KEY')).toThrow(
    /^(?!.*too-short).*32 bytes in base64/,
  );
  expect(() => parseSecretKeys('# none', 'HUTONG_SECRET_KEY')).toThrow('no key');
  expect(() =>
    openSecretBox(loadConfig({ HUTONG_DATA: folder(), HUTONG_SECRET_KEY_FILE: `${file}-not-there` })),
  ).toThrow('cannot be read (ENOENT)');
});

test('an installation with an index of its own and no key is warned, and nothing is made for it', () => {
  const data = folder();
  const warned = (env: Record<string, string>) => secretKeyWarning(loadConfig({ HUTONG_DATA: data, ...env }));
  const elsewhere = { HUTONG_DATABASE_URL: 'postgres://127.0.0.1/hutong' };
  expect(warned({})).toBeNull();
  expect(warned(elsewhere)).toMatchObject({
    en: expect.stringContaining('HUTONG_SECRET_KEY_FILE') as string,
    zh: expect.stringContaining('HUTONG_SECRET_KEY_FILE') as string,
  });
  expect(readdirSync(data)).toEqual([]);
  const key = randomBytes(32).toString('base64');
  expect(warned({ ...elsewhere, HUTONG_SECRET_KEY: key })).toBeNull();
  expect(() => warned({ ...elsewhere, HUTONG_SECRET_KEY_FILE: path.join(data, 'absent') })).toThrow('absent');
  writeFileSync(path.join(data, SECRET_KEY_FILE), key);
  expect(warned(elsewhere)).toBeNull();
});
