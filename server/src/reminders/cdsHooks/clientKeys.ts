import type { CdsClient, HutongConfig } from '@hutong/storage-config';
import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { guardedFetch } from '../../auth/guardedFetch.ts';

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
