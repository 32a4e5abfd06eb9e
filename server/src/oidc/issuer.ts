import {
  findSession,
  OidcRecords,
  readSigningKeys,
  SecretBoxError,
  type SigningKeys,
  signingKeysVersion,
} from '@hutong/storage-config';
import type { Request } from 'express';
import type { Provider } from 'oidc-provider';
import { certainUrl } from '../auth/origin.ts';
import type { ServerParts } from '../context.ts';
import { createProvider } from './provider.ts';
import { createBearerLookup } from '../auth/bearer.ts';
import { watchExchanges } from './exchanges.ts';
import { FailedAttempts } from './failedAttempts.ts';
import { portalSession } from './portalSession.ts';

/** So often it is looked whether keys changed, in milliseconds. */
const KEYS_BELIEVED_MS = 2000;
/** Addresses of one server by which it may be asked, where none is configured. */
const MOST_ADDRESSES = 4;

/** The issuers of a server, one for each address it is known by, with the keys of the moment. */
export class Issuer {
  readonly records: OidcRecords;
  /** Whom an access token stands for now. */
  readonly findBearer: ReturnType<typeof createBearerLookup>;
  readonly #failures = new FailedAttempts();
  readonly #parts: ServerParts;
  readonly #providers = new Map<string, Provider>();
  #keys: SigningKeys | null = null;
  #lookedAt = -Infinity;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.findBearer = createBearerLookup(parts.index, parts.config);
    this.records = new OidcRecords(parts.index, parts.secrets);
  }

  /**
   * The address that a request came by, if tokens are issued under it: the configured one, or this machine itself. A name
   * that a client made up in its Host header issues nothing. null: not here.
   */
  urlOf(req: Request): string | null {
    const { config, secrets } = this.#parts;
    if (!config.oidcIssuer || !secrets.usable) return null;
    return certainUrl(req, config);
  }

  /** The issuer of an address. @throws Error when the keys cannot be had */
  async provider(url: string): Promise<Provider> {
    await this.#refresh();
    const known = this.#providers.get(url);
    if (known !== undefined) return known;
    const keys = this.#keys;
    if (keys === null) throw new SecretBoxError('the issuer has no keys');
    const { index, config } = this.#parts;
    const provider = createProvider(url, {
      index,
      keys,
      records: this.records,
      addresses: config.webhookAddresses,
      portalAccount: async (req) => {
        const secret = portalSession(req);
        // Applications ask by themselves (prompt=none): that is no work of a person, and no session lives by it.
        const session = secret === null ? null : await findSession(index, secret, false);
        return session?.account?.id ?? null;
      },
    });
    watchExchanges(provider, { ...this.#parts, url, failures: this.#failures, findBearer: this.findBearer });
    if (this.#providers.size >= MOST_ADDRESSES) this.#providers.clear();
    this.#providers.set(url, provider);
    return provider;
  }

  async #refresh(): Promise<void> {
    if (this.#keys !== null && performance.now() - this.#lookedAt < KEYS_BELIEVED_MS) return;
    const { index, secrets } = this.#parts;
    if (this.#keys === null || (await signingKeysVersion(index)) !== this.#keys.version) {
      this.#keys = await readSigningKeys(index, secrets);
      this.#providers.clear();
    }
    this.#lookedAt = performance.now();
  }
}
