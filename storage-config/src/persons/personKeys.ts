import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HutongConfig } from '../config/config.ts';
import { errorCode } from '../database.ts';
import { openSecretBox, parseSecretKeys, type SecretBox } from '../secretBox.ts';
import type { ReadIdentifier } from './identifiers.ts';

/** There is no key to digest identifiers with; they are never kept otherwise. */
export class PersonKeysMissing extends Error {
  override name = 'PersonKeysMissing';
  readonly zh =
    '尚未配置人员标识密钥，不能接收证件号码：请设置 HUTONG_PERSON_KEY_FILE（或 HUTONG_SECRET_KEY_FILE），所有服务与工作进程须一致。';
  readonly en =
    'No key digests identifiers, so none can be taken: set HUTONG_PERSON_KEY_FILE (or HUTONG_SECRET_KEY_FILE), the same for all servers and workers.';
  constructor() {
    super('there is no key to digest identifiers with');
  }
}

/** What is kept of an identifier under one key. */
export interface IdentifierDigest {
  keyId: string;
  /** HMAC-SHA-256 of kind, issuer and value. */
  digest: Buffer;
  /** The same of its last 4, 5 and 6 characters, bound to this identifier, so that equal endings look different. */
  tails: Buffer[];
}

/** Digests identifiers under keys from outside of the index: the first key writes, all find. */
export interface PersonKeys {
  readonly usable: boolean;
  /** The key that writes; empty: there is none. */
  readonly currentId: string;
  readonly keyIds: ReadonlySet<string>;
  /** By each key, the one that writes first. @throws PersonKeysMissing */
  digests(identifier: ReadIdentifier): IdentifierDigest[];
  /** The digest of an ending that somebody says, for comparison with {@link IdentifierDigest.tails}; null: the key is not there. */
  tail(keyId: string, digest: Buffer, ending: string): Buffer | null;
}

const TAILS = [4, 5, 6];

/**
 * Keys by these 32 bytes each.
 *
 * @param keys the first writes
 */
export function personKeys(keys: readonly Buffer[]): PersonKeys {
  const known = new Map(keys.map((bytes) => [idOf(bytes), bytes]));
  const [currentId = ''] = known.keys();
  const tailOf = (key: Buffer, digest: Buffer, ending: string): Buffer =>
    createHmac('sha256', key).update('hutong person tail\0').update(digest).update(ending).digest();
  return {
    usable: known.size > 0,
    currentId,
    keyIds: new Set(known.keys()),
    digests({ kind, issuer, value }) {
      if (known.size === 0) throw new PersonKeysMissing();
      return [...known].map(([keyId, key]) => {
        const digest = createHmac('sha256', key)
          .update(`hutong person identifier\0${kind}\0${issuer}\0${value}`)
          .digest();
        return { keyId, digest, tails: TAILS.map((length) => tailOf(key, digest, value.slice(-length))) };
      });
    },
    tail(keyId, digest, ending) {
      const key = known.get(keyId);
      return key === undefined ? null : tailOf(key, digest, ending.toUpperCase());
    },
  };
}

/** Names a key without telling it. */
const idOf = (bytes: Buffer): string =>
  createHmac('sha256', bytes).update('hutong person key id').digest('hex').slice(0, 16);

type KeyConfig = Pick<
  HutongConfig,
  'dataDirectory' | 'databaseUrl' | 'secretKey' | 'secretKeyFile' | 'personKey' | 'personKeyFile'
>;

/**
 * The keys of an installation: those of HUTONG_PERSON_KEY_FILE or HUTONG_PERSON_KEY, and behind them keys that are derived
 * from those that seal secrets (HKDF-SHA-256), so that an installation needs no second key file, and one that takes one later
 * still finds what it has.
 *
 * @throws SecretBoxError when a configured key is missing or malformed
 */
export function openPersonKeys(config: KeyConfig, secrets: SecretBox = openSecretBox(config)): PersonKeys {
  const own =
    config.personKeyFile !== null
      ? parseSecretKeys(readKeyFile(config.personKeyFile), 'HUTONG_PERSON_KEY_FILE')
      : config.personKey !== null
        ? parseSecretKeys(config.personKey, 'HUTONG_PERSON_KEY')
        : [];
  return personKeys([...own, ...secrets.derive(DERIVED)]);
}

const DERIVED = 'hutong person identifiers';

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`HUTONG_PERSON_KEY_FILE: ${file} cannot be read (${errorCode(error) ?? ''})`, {
      cause: error,
    });
  }
}
