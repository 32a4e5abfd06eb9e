import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { isCommon } from './commonPasswords.ts';

const deriveOne = promisify(argon2);

/** Argon2id parameters: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet, 2025). */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Derivations at once, for each takes a thread of the few that files are read by too, and how many may wait for that. */
const AT_ONCE = 2;
const MOST_WAITING = 50;

/** More passwords are asked about than can be compared soon. */
export class PasswordsBusy extends Error {
  override name = 'PasswordsBusy';
}

let deriving = 0;
const waiting: (() => void)[] = [];

/** @throws PasswordsBusy when too many wait already */
async function derive(...given: Parameters<typeof deriveOne>): Promise<Buffer> {
  if (deriving < AT_ONCE) deriving += 1;
  else if (waiting.length >= MOST_WAITING) throw new PasswordsBusy('too many passwords are compared at once');
  else await new Promise<void>((enter) => waiting.push(enter));
  try {
    return await deriveOne(...given);
  } finally {
    const next = waiting.shift();
    if (next === undefined) deriving -= 1;
    else next();
  }
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Hash of a password as a PHC string, with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const tag = await derive('argon2id', {
    message: normalised(password),
    nonce,
    parallelism: LANES,
    tagLength: TAG_BYTES,
    memory: MEMORY_KIB,
    passes: PASSES,
  });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(nonce)}$${unpadded(tag)}`;
}

/** Whether the password is the one of the hash; takes as long for a wrong one. @throws Error for what is no such hash */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(hash) ?? [];
  if (memory === undefined) throw new Error('the stored password hash is not readable');
  const expected = Buffer.from(tag, 'base64');
  const found = await derive('argon2id', {
    message: normalised(password),
    nonce: Buffer.from(salt, 'base64'),
    parallelism: Number(parallelism),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
  });
  return timingSafeEqual(found, expected);
}

/** Keyboards write one character in several ways (NIST SP 800-63B-4 §3.1.1.2). */
const normalised = (password: string): string => password.normalize('NFKC');

const LEAST_CHARACTERS = 10;
const MOST_CHARACTERS = 128;
const CLASSES = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];
/** GB/T 22239-2019 8.1.4.1 asks for complexity; a long phrase has it by its length. */
const LEAST_CLASSES = 3;
const PHRASE_CHARACTERS = 16;

/** What is wrong with a password that somebody wants to have. */
export type PasswordFault = 'tooShort' | 'tooLong' | 'tooSimple' | 'holdsName' | 'common';

/** Why a password cannot be taken; null when it can. */
export function passwordFault(password: string, names: readonly string[]): PasswordFault | null {
  const characters = Array.from(password);
  if (characters.length < LEAST_CHARACTERS) return 'tooShort';
  if (characters.length > MOST_CHARACTERS) return 'tooLong';
  if (new Set(characters).size < 5) return 'tooSimple';
  if (isCommon(password)) return 'common';
  const lower = password.toLowerCase();
  const known = [...names, 'hutong', 'password', '互通'].filter((name) => Array.from(name).length > 1);
  if (known.some((name) => lower.includes(name.toLowerCase()))) return 'holdsName';
  const classes = CLASSES.filter((pattern) => pattern.test(password)).length;
  return classes >= LEAST_CLASSES || characters.length >= PHRASE_CHARACTERS ? null : 'tooSimple';
}
