import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HutongConfig } from './config/config.ts';
import { errorCode } from './database.ts';

/** Name, in the data folder, of the key file that is made where none is configured. */
export const SECRET_KEY_FILE = 'secret.key';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^hsb1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/;

/** A secret cannot be sealed or read: no key is configured, not the one it was sealed with, or the value was altered. */
export class SecretBoxError extends Error {
  override name = 'SecretBoxError';
}

/**
 * Keeps secrets that have to be read again (seeds of one-time passwords, secrets of webhooks and providers, signing
 * keys) so that the index alone does not give them away: AES-256-GCM under a master key from outside of the index.
 *
 * `context` says what the value is and whose (`totp:<account id>`): a sealed value opens under its own context alone, so
 * that nobody who can write to the index moves one into another row.
 */
export interface SecretBox {
  /** Text that can stand in a column: `hsb1.<key id>.<nonce, ciphertext and tag in base64url>`. */
  seal(plain: string | Uint8Array, context: string): string;
  /** @throws SecretBoxError when the key is not there, or the value was altered or is of another context */
  open(sealed: string, context: string): Buffer;
  /** The same as text. @throws SecretBoxError */
  openText(sealed: string, context: string): string;
  /** Whether a value is not sealed with the key that seals now: it is to be sealed again when it is next at hand. */
  isStale(value: string): boolean;
  /** Whether there is a key at all. */
  readonly usable: boolean;
  /** Names of the keys that are there, as sealed values tell them. */
  readonly keyIds: ReadonlySet<string>;
  /** Keys of 32 bytes for another purpose, one of each key, the one that seals first (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string): Buffer[];
}

/** Whether a value of a column is a sealed one, or still lies there as it was before there was a box. */
export const isSealed = (value: string): boolean => SEALED.test(value);

interface MasterKey {
  id: string;
  bytes: Buffer;
}

/** Names a key without telling it. */
const keyId = (bytes: Buffer): string =>
  createHmac('sha256', bytes).update('hutong key id').digest('hex').slice(0, 16);

/**
 * A box of these keys; the first seals, all open.
 *
 * @param keys 32 bytes each
 */
export function secretBox(keys: readonly Buffer[]): SecretBox {
  const known = new Map<string, MasterKey>(
    keys.map((bytes) => {
      if (bytes.length !== KEY_BYTES) throw new SecretBoxError('a secret key has 32 bytes');
      return [keyId(bytes), { id: keyId(bytes), bytes }];
    }),
  );
  const [sealing] = known.values();

  function open(sealed: string, context: string): Buffer {
    const [, id = '', text = ''] = SEALED.exec(sealed) ?? [];
    if (id === '') throw new SecretBoxError('this is no sealed secret');
    const key = known.get(id);
    if (key === undefined)
      throw new SecretBoxError(
        `a secret was sealed with the key ${id}, which HUTONG_SECRET_KEY_FILE or HUTONG_SECRET_KEY does not hold`,
      );
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SecretBoxError('a sealed secret was cut short');
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (error) {
      throw new SecretBoxError('a sealed secret was altered, or belongs to another row', { cause: error });
    }
  }

  return {
    usable: sealing !== undefined,
    keyIds: new Set(known.keys()),
    derive: (purpose) =>
      [...known.values()].map(({ bytes }) =>
        Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), purpose, KEY_BYTES)),
      ),
    seal(plain, context) {
      if (sealing === undefined)
        throw new SecretBoxError(
          'there is no key to seal secrets with: set HUTONG_SECRET_KEY_FILE to a file with 32 random bytes in base64 (openssl rand -base64 32), the same for all servers and workers',
        );
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing.bytes, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return `hsb1.${sealing.id}.${sealed.toString('base64url')}`;
    },
    open,
    openText: (sealed, context) => open(sealed, context).toString('utf8'),
    isStale: (value) => SEALED.exec(value)?.[1] !== sealing?.id,
  };
}

/**
 * Reads keys: 32 bytes in base64 or base64url each, with spaces, commas or lines between them, `#` begins a remark.
 *
 * @throws SecretBoxError which never quotes what it read
 */
export function parseSecretKeys(text: string, source: string): Buffer[] {
  const keys = text
    .replace(/#.*$/gm, '')
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const bytes = /^[A-Za-z0-9+/_-]{43}=?$/.test(part) ? Buffer.from(part, 'base64') : Buffer.alloc(0);
      if (bytes.length !== KEY_BYTES)
        throw new SecretBoxError(`${source}: a key is 32 bytes in base64 (openssl rand -base64 32)`);
      return bytes;
    });
  if (keys.length === 0) throw new SecretBoxError(`${source}: there is no key in it`);
  return keys;
}

/**
 * The box of an installation: keys of HUTONG_SECRET_KEY_FILE, else of HUTONG_SECRET_KEY. With neither, an embedded index
 * gets a key file beside it in the data folder, made once and readable by its owner alone; an index elsewhere, which
 * other machines may share, gets none: then whatever has to be sealed says what to set.
 *
 * @throws SecretBoxError when a configured key is missing or malformed
 */
export function openSecretBox(
  config: Pick<HutongConfig, 'dataDirectory' | 'databaseUrl' | 'secretKey' | 'secretKeyFile'>,
): SecretBox {
  if (config.secretKeyFile !== null)
    return secretBox(parseSecretKeys(readKeyFile(config.secretKeyFile), 'HUTONG_SECRET_KEY_FILE'));
  if (config.secretKey !== null) return secretBox(parseSecretKeys(config.secretKey, 'HUTONG_SECRET_KEY'));
  const file = path.join(config.dataDirectory, SECRET_KEY_FILE);
  if (config.databaseUrl === null) makeKeyFile(file);
  try {
    return secretBox(parseSecretKeys(readFileSync(file, 'utf8'), file));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return secretBox([]);
    throw error;
  }
}

/**
 * What an installation without a key lacks, for its operator; null: it has one, or gets one by itself. Nothing is made.
 *
 * @throws SecretBoxError when a configured key is missing or malformed
 */
export function secretKeyWarning(
  config: Pick<HutongConfig, 'dataDirectory' | 'databaseUrl' | 'secretKey' | 'secretKeyFile'>,
): { en: string; zh: string } | null {
  const isConfigured = config.secretKeyFile !== null || config.secretKey !== null;
  if (isConfigured) openSecretBox(config);
  const file = path.join(config.dataDirectory, SECRET_KEY_FILE);
  if (isConfigured || config.databaseUrl === null || existsSync(file)) return null;
  return {
    en: 'No key seals secrets: with a PostgreSQL of its own HUTONG_SECRET_KEY_FILE (or HUTONG_SECRET_KEY) has to be set, to 32 random bytes in base64 (openssl rand -base64 32), the same for all servers and workers. Until then there are no one-time passwords, no sign-in by providers or from applications, no access tokens and no new secrets of webhooks.',
    zh: '未配置密钥加密密钥：使用外部 PostgreSQL 时须设置 HUTONG_SECRET_KEY_FILE（或 HUTONG_SECRET_KEY），内容为 32 个随机字节的 base64（openssl rand -base64 32），所有服务与工作进程须一致。在此之前，动态口令、身份提供方登录、应用登录与访问令牌、新建 Webhook 密钥均不可用。',
  };
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SecretBoxError(`HUTONG_SECRET_KEY_FILE: ${file} cannot be read (${errorCode(error) ?? ''})`, {
      cause: error,
    });
  }
}

/** Makes the key file unless there is one; of several processes that start at once, one makes it and all take that. */
function makeKeyFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(mine, `${randomBytes(KEY_BYTES).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  try {
    chmodSync(mine, 0o600);
    linkSync(mine, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}
