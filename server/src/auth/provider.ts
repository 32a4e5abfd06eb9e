import { createRemoteJWKSet, customFetch as joseFetch, type JWTVerifyGetKey } from 'jose';
import * as client from 'openid-client';
import { providerFetch, refuseForeign } from './providerFetch.ts';
import type { ProviderSettings } from './providerSettings.ts';

/** How long metadata of a provider is believed, in milliseconds. */
const METADATA_MS = 3_600_000;
/** Keys that nobody knows are asked for once in this time at most, in milliseconds. */
const KEYS_COOLDOWN_MS = 30_000;

/** Signatures that are taken: no `none`, and none by a secret that the provider shares with others. */
export const SIGNATURES = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** A provider of identity (OpenID Connect Discovery 1.0); asked when it is first needed, and again every hour. */
export class Provider {
  readonly settings: ProviderSettings;
  readonly #fetch: (url: string, options?: RequestInit) => Promise<Response>;
  #found: { configuration: client.Configuration; keys: JWTVerifyGetKey; until: number } | null = null;
  #asking: Promise<client.Configuration> | null = null;

  constructor(settings: ProviderSettings) {
    this.settings = settings;
    this.#fetch = providerFetch(settings);
  }

  /** @throws Error when the provider does not answer, or its metadata is not its own */
  async configuration(): Promise<client.Configuration> {
    if (this.#found !== null && this.#found.until > performance.now()) return this.#found.configuration;
    this.#asking ??= this.#discover().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Keys that the provider signs with; asked for again when one is new. */
  async keys(): Promise<JWTVerifyGetKey> {
    await this.configuration();
    if (this.#found === null) throw new Error('the metadata of the provider went away');
    return this.#found.keys;
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, hosts } = this.settings;
    const server = new URL(issuer);
    const configuration = await client.discovery(
      server,
      clientId,
      {},
      clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret),
      {
        [client.customFetch]: (url, options) => this.#fetch(url, options as RequestInit),
        timeout: 8,
        execute: [
          // The signature too: that the token came over TLS from the right host is not relied on alone.
          client.enableNonRepudiationChecks,
          // Only loopback may be http (see the settings), for trials and tests.
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out, not to go away
          ...(server.protocol === 'http:' ? [client.allowInsecureRequests] : []),
        ],
      },
    );
    const metadata = configuration.serverMetadata();
    for (const address of [
      metadata.authorization_endpoint,
      metadata.token_endpoint,
      metadata.jwks_uri,
      metadata.userinfo_endpoint,
      metadata.end_session_endpoint,
    ])
      if (address !== undefined) refuseForeign(server, hosts, address);
    if (metadata.jwks_uri === undefined) throw new Error('the provider names no keys');
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri), {
      [joseFetch]: (url, options) => this.#fetch(url, options),
      cooldownDuration: KEYS_COOLDOWN_MS,
      timeoutDuration: 8000,
    });
    this.#found = { configuration, keys, until: performance.now() + METADATA_MS };
    return configuration;
  }
}
