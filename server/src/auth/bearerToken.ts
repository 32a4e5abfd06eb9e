import { readPublicKeys, type HutongConfig } from '@hutong/storage-config';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { Pool } from 'pg';
import { z } from 'zod';

/** Where the issuer is below the address of the server. */
export const ISSUER_PATH = '/oidc';
/** What scopes of tokens are called: `hutong.read`. */
export const SCOPE_PREFIX = 'hutong.';
/** What access tokens are signed with; ID tokens are signed with another, so that neither passes for the other. */
export const ACCESS_TOKEN_ALGORITHM = 'ES256';
/** Clocks may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Public keys are read again after this long; sooner, but not more often than that, for a kid that is not known. */
const KEYS_BELIEVED_MS = 30_000;
const KEYS_READ_AT_MOST_EVERY_MS = 2000;
const LONGEST_TOKEN = 8192;

/** Whether a bearer credential is a signed token (JWS), and no key of ours: those have no dots. */
export const isJwt = (text: string): boolean =>
  text.length <= LONGEST_TOKEN && /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/.test(text);

const claims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  jti: z.string().min(1),
  client_id: z.string().min(1),
  scope: z.string().default(''),
  exp: z.number(),
  iat: z.number(),
  grant: z.string().min(1).optional(),
});
export interface AccessTokenClaims extends z.infer<typeof claims> {
  /** Of the key that it is signed with. */
  kid: string;
}

/**
 * Verifies access tokens of this server's own issuer (RFC 9068): algorithm and key by what is kept here and never by what
 * the token says (jku, x5u, jwk are not looked at), type, issuer, audience and times.
 */
export class AccessTokenVerifier {
  readonly #index: Pool;
  readonly #publicUrl: string | null;
  #keys = new Map<string, KeyObject>();
  #readAt = -Infinity;
  #reading: Promise<void> | null = null;

  constructor(index: Pool, { publicUrl }: Pick<HutongConfig, 'publicUrl'>) {
    this.#index = index;
    this.#publicUrl = publicUrl;
  }

  /** What a valid token says; null for any other. @throws Error when the keys cannot be read */
  async verify(token: string): Promise<AccessTokenClaims | null> {
    let payload: JWTPayload;
    let kid: string | undefined;
    try {
      const verified = await jwtVerify(token, ({ kid }) => this.#key(kid), {
        algorithms: [ACCESS_TOKEN_ALGORITHM],
        typ: 'at+jwt',
        requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      payload = verified.payload;
      kid = verified.protectedHeader.kid;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
    const read = claims.safeParse(payload);
    if (!read.success || kid === undefined) return null;
    return this.#isOurs(read.data.iss, payload.aud) ? { ...read.data, kid } : null;
  }

  /** The audience is the server that the issuer belongs to, alone. */
  #isOurs(issuer: string, audience: JWTPayload['aud']): boolean {
    if (!issuer.endsWith(ISSUER_PATH)) return false;
    const url = issuer.slice(0, -ISSUER_PATH.length);
    return audience === url && (this.#publicUrl === null || url === this.#publicUrl);
  }

  async #key(kid: string | undefined): Promise<KeyObject> {
    const age = performance.now() - this.#readAt;
    if (age > KEYS_BELIEVED_MS || (!this.#keys.has(kid ?? '') && age > KEYS_READ_AT_MOST_EVERY_MS))
      await (this.#reading ??= this.#read().finally(() => (this.#reading = null)));
    const key = this.#keys.get(kid ?? '');
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  async #read(): Promise<void> {
    const rows = await readPublicKeys(this.#index);
    this.#keys = new Map(
      rows
        .filter(({ use }) => use === ACCESS_TOKEN_ALGORITHM)
        .map(({ kid, publicJwk }) => [kid, createPublicKey({ key: publicJwk, format: 'jwk' })]),
    );
    this.#readAt = performance.now();
  }
}
