import {
  type ApplicationSession,
  findAccount,
  isClientSecret,
  type OidcRecords,
  type SigningKeys,
} from '@hutong/storage-config';
import { errors, type Configuration, interactionPolicy, Provider } from 'oidc-provider';
import type { IncomingMessage } from 'node:http';
import type { Pool } from 'pg';
import { ACCESS_TOKEN_ALGORITHM, ISSUER_PATH, SCOPE_PREFIX } from '../auth/bearerToken.ts';
import { guardedFetch } from '../auth/guardedFetch.ts';
import { errorPage, logoutPage, signedOutPage } from './pages.ts';
import { clientAdapter, recordAdapter } from './recordAdapter.ts';

export interface ProviderParts {
  index: Pool;
  records: OidcRecords;
  keys: SigningKeys;
  /** Id of the account that a request is signed in to at the portal; null: to none. */
  portalAccount: (req: IncomingMessage) => Promise<string | null>;
  /** Whether tokens may be sent to addresses on this machine or network (back-channel logout). */
  addresses: 'public' | 'private' | 'any';
}

/** Access tokens live for ten minutes; what they allow is looked up at each request all the same. */
export const ACCESS_TOKEN_SECONDS = 600;
const DAY = 24 * 3600;
const TTL = {
  AuthorizationCode: 60,
  ClientCredentials: ACCESS_TOKEN_SECONDS,
  AccessToken: ACCESS_TOKEN_SECONDS,
  IdToken: ACCESS_TOKEN_SECONDS,
  Interaction: 1800,
  Session: 12 * 3600,
  Grant: 30 * DAY,
  RefreshToken: 14 * DAY,
};

/** `acr` of who showed a second factor (REFEDS MFA Profile); who did not gets none. */
export const SECOND_FACTOR_ACR = 'https://refeds.org/profile/mfa';

interface ToldClient {
  clientId: string;
  backchannelLogoutUri?: string;
  backchannelLogout(accountId: string, sid: string): Promise<void>;
}
const tellers = new WeakMap<Provider, ToldClient['backchannelLogout']>();

/**
 * Tells an application that a session is over, where it is still known and wants to be told.
 *
 * @throws Error when it did not take it
 */
export async function tellSignedOut(provider: Provider, ended: ApplicationSession): Promise<void> {
  const client = (await provider.Client.find(ended.clientId)) as unknown as ToldClient | undefined;
  if (client?.backchannelLogoutUri === undefined) return;
  await tellers.get(provider)?.call(client, ended.accountId, ended.sid);
}

/** Scopes of the gateway that a client may get, as tokens name them. */
function scopesOfClient(client: object): string {
  const { hutong_scopes: scopes } = client as { hutong_scopes?: unknown };
  if (typeof scopes !== 'string') return '';
  return scopes
    .split(' ')
    .map((scope) => SCOPE_PREFIX + scope)
    .join(' ');
}

/** Signing in to the issuer is being signed in at the portal: a session that ended there is asked for again. */
function policyOf({ portalAccount }: ProviderParts): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy.get('login')?.checks.add(
    new Check('portal_session', 'signing in is required', 'login_required', async (ctx) => {
      const { session } = ctx.oidc;
      if (session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT;
      const account = await portalAccount(ctx.req);
      return account === session.accountId ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  return policy;
}

/**
 * The issuer of one address of the server: authorisation code with PKCE for people, client credentials for machines,
 * rotated refresh tokens, sign-out. Access tokens are signed, for this server alone (RFC 9068, RFC 8707).
 *
 * @param url address of the server without a trailing slash; the issuer is below it
 */
export function createProvider(url: string, parts: ProviderParts): Provider {
  const { index, records, keys } = parts;
  const { pathname } = new URL(url + ISSUER_PATH);
  const configuration: Configuration = {
    adapter: (model) => (model === 'Client' ? clientAdapter(index) : recordAdapter(model, records)),
    jwks: { keys: keys.jwks },
    cookies: {
      keys: keys.cookieKeys,
      names: {
        session: 'hutong_oidc',
        interaction: 'hutong_oidc_interaction',
        resume: 'hutong_oidc_resume',
      },
      long: { signed: true, httpOnly: true, sameSite: 'lax', path: pathname },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    scopes: ['openid', 'profile', 'offline_access'],
    claims: { openid: ['sub', 'sid', 'auth_time', 'amr', 'acr'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false,
    acrValues: [SECOND_FACTOR_ACR],
    subjectTypes: ['public'],
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'ES256'],
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    },
    extraClientMetadata: { properties: ['hutong_scopes', 'hutong_hospital'] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = logoutPage(form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = signedOutPage();
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => url,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => {
          if (resource !== url) throw new errors.InvalidTarget('the resource is this server alone');
          return {
            scope: scopesOfClient(client),
            audience: url,
            accessTokenTTL: ACCESS_TOKEN_SECONDS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: ACCESS_TOKEN_ALGORITHM } },
          };
        },
      },
    },
    clientBasedCORS: (_ctx, origin, client) =>
      client.applicationType === 'web' &&
      (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === origin),
    expiresWithSession: (_ctx, source) => !source.scopes.has('offline_access'),
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // Which grant a token came from: it is looked up at each request, so that a token ends with it.
    extraTokenClaims: (_ctx, token) => ('grantId' in token ? { grant: token.grantId } : undefined),
    formats: {
      customizers: {
        jwt: (_ctx, token, { payload }) => {
          // A machine that names no scopes gets its own.
          if (
            token.kind === 'ClientCredentials' &&
            payload['scope'] === undefined &&
            token.client !== undefined
          )
            payload['scope'] = scopesOfClient(token.client);
        },
      },
    },
    findAccount: async (_ctx, id) => {
      const account = await findAccount(index, id);
      if (account === null || account.disabled) return undefined;
      return {
        accountId: account.id,
        claims: () => ({
          sub: account.id,
          name: account.displayName,
          preferred_username: account.username,
        }),
      };
    },
    interactions: {
      policy: policyOf(parts),
      url: (_ctx, interaction) => `${pathname}/interaction/${interaction.uid}`,
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage(out.error);
    },
    routes: {
      authorization: '/auth',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      introspection: '/introspect',
      revocation: '/revoke',
      end_session: '/logout',
    },
    ttl: TTL,
    fetch: guardedFetch(parts.addresses),
  };
  const provider = new Provider(url + ISSUER_PATH, configuration);
  provider.proxy = true;
  Object.defineProperty(provider.Client.prototype, 'compareClientSecret', {
    value(this: { clientId: string }, given: string) {
      return isClientSecret(index, this.clientId, given);
    },
  });
  // Nobody waits at the sign-out for applications: what ended is found, and told, by the watch (logoutWatch.ts).
  const told = provider.Client.prototype as unknown as ToldClient;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on clients alone, see tellSignedOut
  tellers.set(provider, told.backchannelLogout);
  Object.defineProperty(told, 'backchannelLogout', { value: () => Promise.resolve() });
  return provider;
}
