import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, type ExternalPerson, type RoleGrant, ROLES } from '@hutong/storage-config';
import { z } from 'zod';

/** Loopback over plain HTTP is for trials and tests: what goes there leaves the machine no more than a file does. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

const endpoint = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const safe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return safe && search === '' && hash === '' && username === '';
}, 'an https address without query is expected');
const words = z.string().min(1).max(200);

const rule = z
  .strictObject({
    /** Path of the claim, such as `realm_access.roles`. */
    claim: words,
    value: words,
    role: z.enum(ROLES),
    /** null: the whole region. */
    hospital: z.string().nullable().optional(),
    /** Path of a claim with codes of hospitals, instead. */
    hospitalClaim: words.optional(),
  })
  .refine(
    ({ hospital, hospitalClaim }) => (hospital === undefined) !== (hospitalClaim === undefined),
    'one of hospital (a code, or null for the whole region) and hospitalClaim is expected',
  );

const provider = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'small letters, digits and hyphens are expected'),
  name: z.strictObject({ zh: words, en: words }),
  issuer: endpoint,
  clientId: words,
  /** Absent: a public client, which PKCE alone protects. Relative to this file. */
  clientSecretFile: words.optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(['openid', 'profile']),
  acrValues: words.optional(),
  /** Further hosts that its endpoints may lie on. */
  hosts: z.array(z.string().min(1)).default([]),
  claimsFrom: z.enum(['idToken', 'userinfo', 'accessToken']).default('idToken'),
  usernameClaim: words.default('preferred_username'),
  displayNameClaim: words.default('name'),
  roles: z.array(rule).min(1),
  /** Values of `acr` and `amr` that say a second factor was shown. */
  secondFactor: z
    .strictObject({ acr: z.array(words).default([]), amr: z.array(words).default([]) })
    .default({ acr: [], amr: [] }),
  /** Has its access tokens taken at the API as well, where they are for this audience. */
  accessTokens: z.strictObject({ audience: words }).optional(),
});

export interface ProviderSettings extends Omit<z.infer<typeof provider>, 'clientSecretFile'> {
  /** null: a public client. */
  clientSecret: string | null;
}

const file = z.strictObject({ providers: z.array(provider).min(1).max(20) });

/**
 * Reads the providers that a file names; none when there is no file.
 *
 * @throws ConfigError which never quotes a secret
 */
export function readProviderSettings(providersFile: string | null): ProviderSettings[] {
  if (providersFile === null) return [];
  const refuse = (what: string, cause?: unknown): never => {
    throw new ConfigError(`HUTONG_OIDC_PROVIDERS_FILE: ${providersFile}: ${what}`, { cause });
  };
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(providersFile, 'utf8'));
  } catch (error) {
    return refuse(error instanceof SyntaxError ? 'is no JSON' : 'cannot be read', error);
  }
  const parsed = file.safeParse(text);
  if (!parsed.success)
    return refuse(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  const { providers } = parsed.data;
  for (const key of ['id', 'issuer'] as const)
    if (new Set(providers.map((each) => each[key])).size < providers.length)
      refuse(`two providers have the same ${key}`);
  return providers.map(({ clientSecretFile, ...settings }) => {
    if (settings.accessTokens?.audience === settings.clientId)
      refuse(
        `${settings.id}: accessTokens.audience must not be the clientId, or ID tokens would be taken too`,
      );
    if (!settings.scopes.includes('openid')) refuse(`${settings.id}: scopes needs openid`);
    if (clientSecretFile === undefined) return { ...settings, clientSecret: null };
    try {
      const full = path.resolve(path.dirname(providersFile), clientSecretFile);
      const clientSecret = readFileSync(full, 'utf8').trim();
      return clientSecret === ''
        ? refuse(`${settings.id}: its secret file is empty`)
        : { ...settings, clientSecret };
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      return refuse(`${settings.id}: clientSecretFile cannot be read`, error);
    }
  });
}

export type Claims = Readonly<Record<string, unknown>>;

/** The values of a claim, by its path; of Keycloak's `realm_access.roles` each role. */
export function claimValues(claims: Claims, claimPath: string): string[] {
  // A claim whose own name has dots, as namespaced ones have, goes before a path.
  let value: unknown = Object.hasOwn(claims, claimPath) ? claims[claimPath] : claims;
  if (value === claims)
    for (const name of claimPath.split('.'))
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Claims)[name]
          : undefined;
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
}

/** The first value of a claim; empty where there is none. */
export const claimText = (claims: Claims, claimPath: string): string =>
  claimValues(claims, claimPath)[0] ?? '';

/** Roles that claims give by the mapping of a provider. */
export function rolesFromClaims({ roles }: Pick<ProviderSettings, 'roles'>, claims: Claims): RoleGrant[] {
  return roles
    .filter(({ claim, value }) => claimValues(claims, claim).includes(value))
    .flatMap(({ role, hospital, hospitalClaim }) =>
      hospitalClaim === undefined
        ? [{ role: role, hospital: hospital ?? null }]
        : claimValues(claims, hospitalClaim).map((code) => ({ role: role, hospital: code })),
    );
}

/** Whether claims say that a second factor was shown. */
export const showsSecondFactor = (
  { secondFactor }: Pick<ProviderSettings, 'secondFactor'>,
  claims: Claims,
): boolean =>
  claimValues(claims, 'acr').some((acr) => secondFactor.acr.includes(acr)) ||
  claimValues(claims, 'amr').some((amr) => secondFactor.amr.includes(amr));

/** Who a subject of a provider is by its claims. */
export const personOf = (settings: ProviderSettings, subject: string, claims: Claims): ExternalPerson => ({
  issuer: settings.issuer,
  subject,
  provider: settings.id,
  username: claimText(claims, settings.usernameClaim),
  displayName: claimText(claims, settings.displayNameClaim),
  roles: rolesFromClaims(settings, claims),
});
