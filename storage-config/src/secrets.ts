import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits behind a prefix that says what the secret is for. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a secret. The secrets are random, so a plain SHA-256 cannot be searched backwards. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
