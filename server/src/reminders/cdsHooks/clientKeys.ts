import type { CdsClient, HutongConfig } from '@hutong/storage-config';
import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { guardedFetch } from '../../auth/guardedFetch.ts';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'];

const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC']), kid: z.string().min(1).max(200) })
  // Whoever sends a private key has to make another: it was shown.
  .refine((key) => PRIVATE_MEMBERS.every((member) => !(member in key)), 'a private key')
  .refine((key) => JSON.stringify(key).length < 8192);

/** A client to register: with its public keys, or the address where they are. */
export const newClientSchema = z
  .strictObject({
    issuer: z.string().trim().min(1).max(500),
    name: z.string().trim().min(1).max(100),
    hospital: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    jwks: z.strictObject({ keys: z.array(publicKey).min(1).max(20) }).optional(),
    jwksUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  })
  .refine(({ jwks, jwksUrl }) => (jwks === undefined) !== (jwksUrl === undefined), { path: ['jwks'] });

/** The keys of clients; fetched ones are kept for ten minutes, and asked for anew at most twice a minute. */
export class ClientKeys {
  readonly #known = new Map<string, { url: string; keys: JWTVerifyGetKey }>();
  readonly #addresses: HutongConfig['webhookAddresses'];

  constructor({ webhookAddresses }: Pick<HutongConfig, 'webhookAddresses'>) {
    this.#addresses = webhookAddresses;
  }

  of({ id, jwks, jwksUrl }: Pick<CdsClient, 'id' | 'jwks' | 'jwksUrl'>): JWTVerifyGetKey {
    if (jwksUrl === null) return createLocalJWKSet(jwks ?? { keys: [] });
    const known = this.#known.get(id);
    if (known?.url === jwksUrl) return known.keys;
    const keys = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: 5000,
      [customFetch]: guardedFetch(this.#addresses),
    });
    if (this.#known.size >= 500) this.#known.clear();
    this.#known.set(id, { url: jwksUrl, keys });
    return keys;
  }
}
