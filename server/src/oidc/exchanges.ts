import {
  type AuditEvent,
  AuditUnavailable,
  endSession,
  findAccount,
  NOBODYS,
  noteApplicationSession,
  noteClientUse,
  revokeAccessToken,
} from '@hutong/storage-config';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { AccessTokenVerifier, isJwt } from '../auth/bearerToken.ts';
import type { Caller, ServerParts } from '../context.ts';
import type { FailedAttempts } from './failedAttempts.ts';
import { issuerPagePolicy } from './pages.ts';
import { portalSession } from './portalSession.ts';

export interface ExchangeParts extends ServerParts {
  /** Address of the server that the issuer belongs to. */
  url: string;
  failures: FailedAttempts;
  /** Whom an access token stands for now. */
  findBearer: (token: string) => Promise<Caller | null>;
}

const ATTEMPTED = new Set(['/token', '/introspect', '/revoke']);

interface TokenAnswer {
  error?: string;
  error_description?: string;
  scope?: string;
  access_token?: string;
}

/**
 * What stands around the issuer's own routes: attempts at the token endpoint are counted before they are tried, what was
 * issued or refused is on record before it is answered, signed access tokens can be asked about and revoked, signing out
 * ends the session of the portal, and pages run nothing but their own.
 */
export function watchExchanges(provider: Provider, parts: ExchangeParts): void {
  const { index, audit, failures } = parts;
  const verifier = new AccessTokenVerifier(index, { publicUrl: parts.url });

  provider.use(async (ctx, next) => {
    const oidc = ctx as unknown as KoaContextWithOIDC;
    const attempt = ctx.method === 'POST' && ATTEMPTED.has(ctx.path);
    const name = attempt ? clientNamed(oidc) : '';
    const seconds = name === '' ? 0 : await failures.locked(name, addressOf(oidc));
    if (seconds > 0) {
      tooMany(oidc, seconds);
      return;
    }
    await next();
    const route = (oidc.oidc as { route?: string } | undefined)?.route;
    if (route === 'introspection' || route === 'revocation') await aboutAccessToken(oidc, route);
    // A grant that is over is no guess: applications ask for many people.
    const failed = attempt && ctx.status === 401;
    const quiet = failed ? await failures.count(name, addressOf(oidc)) : 0;
    if (route === 'authorization' || route === 'resume') await signedInTo(oidc);
    if (route === 'token') await tokenAnswered(oidc);
    if (route === 'end_session_confirm' && ctx.status === 303) await signedOut(oidc);
    if (quiet > 0) tooMany(oidc, quiet);
    if (ctx.status === 401 && attempt) ctx.set('WWW-Authenticate', 'Basic realm="hutong"');
    if (typeof ctx.body === 'string' && ctx.type === 'text/html')
      ctx.set('Content-Security-Policy', issuerPagePolicy(ctx.body, leadsTo(oidc)));
    ctx.set('Cache-Control', ctx.response.get('Cache-Control') || 'no-store');
  });

  /** RFC 7662, RFC 7009 for signed access tokens, which the issuer itself keeps nothing of. */
  async function aboutAccessToken(ctx: KoaContextWithOIDC, route: string): Promise<void> {
    const { client, params } = ctx.oidc;
    const token = params?.['token'];
    const answer = ctx.body as TokenAnswer | undefined;
    if (answer?.error !== 'unsupported_token_type' || client === undefined || typeof token !== 'string')
      return;
    const claims = isJwt(token) ? await verifier.verify(token) : null;
    ctx.status = 200;
    const own = claims !== null && claims.client_id === client.clientId;
    if (route === 'revocation') {
      if (own) await revokeAccessToken(index, claims.jti, new Date(claims.exp * 1000));
      ctx.body = '';
      return;
    }
    if (!own || (await parts.findBearer(token)) === null) {
      ctx.body = { active: false };
      return;
    }
    const { grant: _grant, kid: _kid, ...told } = claims;
    ctx.body = { active: true, token_type: 'Bearer', aud: parts.url, ...told };
  }

  async function tokenAnswered(ctx: KoaContextWithOIDC): Promise<void> {
    const { client, entities, params } = ctx.oidc;
    const answer = ctx.body as TokenAnswer | undefined;
    const ok = ctx.status === 200;
    // Why it was refused stays here: whether a code was used, expired or never was is nobody's business.
    if (!ok && answer?.error_description !== undefined && answer.error === 'invalid_grant')
      answer.error_description = 'grant request is invalid';
    if (ok && client !== undefined) {
      await noteClientUse(index, client.clientId);
      const scopes = (client as unknown as { hutong_scopes?: string }).hutong_scopes ?? '';
      if (params?.['grant_type'] === 'client_credentials' && answer !== undefined)
        answer.scope ??= scopes
          .split(' ')
          .map((scope) => `hutong.${scope}`)
          .join(' ');
    }
    const accountId = entities.Account?.accountId;
    const account = accountId === undefined ? null : await findAccount(index, accountId);
    const event: AuditEvent = {
      action: 'signIn',
      outcome: ok ? 'success' : 'refused',
      actor: {
        kind: account !== null ? 'person' : client !== undefined ? 'machine' : 'nobody',
        id: account?.username ?? client?.clientId ?? '',
        name: account?.displayName ?? client?.clientName ?? '',
        address: addressOf(ctx),
        purpose: '',
      },
      subject: {
        ...NOBODYS,
        hospital: (client as unknown as { hutong_hospital?: string } | undefined)?.hutong_hospital ?? '',
      },
      count: 1,
      requestId: requestIdOf(ctx),
      detail: {
        change: ok ? 'tokenIssued' : 'tokenRefused',
        grantType: textOf(params?.['grant_type']).slice(0, 64),
        client: client?.clientId ?? '',
        ...(ok ? { scope: answer?.scope ?? '' } : { code: answer?.error ?? '' }),
      },
    };
    if (!ok) {
      await audit
        .access(
          `token ${event.actor.id} ${event.actor.address} ${String(event.detail['code'])}`,
          () => event,
          1,
        )
        .catch(() => undefined);
      return;
    }
    await recorded(ctx, event);
  }

  /** Before the code reaches an application that wants to be told of the end, the session is noted that may end. */
  async function signedInTo(ctx: KoaContextWithOIDC): Promise<void> {
    const { client, entities, session } = ctx.oidc;
    const code = entities.AuthorizationCode as { sid?: string; grantId?: string } | undefined;
    const { sid, grantId } = code ?? {};
    const secret = portalSession(ctx.req);
    const accountId = session?.accountId;
    if (client?.backchannelLogoutUri === undefined || secret === null) return;
    if (sid === undefined || grantId === undefined || accountId === undefined) return;
    const noted = { clientId: client.clientId, sid, accountId, url: parts.url };
    await noteApplicationSession(index, noted, { session: secret, grantId });
  }

  async function signedOut(ctx: KoaContextWithOIDC): Promise<void> {
    if (ctx.oidc.params?.['logout'] === undefined) return;
    const secret = portalSession(ctx.req);
    const accountId = ctx.oidc.session?.accountId;
    if (secret !== null) await endSession(index, secret);
    const account = accountId === undefined ? null : await findAccount(index, accountId);
    if (account === null) return;
    await recorded(ctx, {
      action: 'signOut',
      outcome: 'success',
      actor: {
        kind: 'person',
        id: account.username,
        name: account.displayName,
        address: addressOf(ctx),
        purpose: '',
      },
      subject: NOBODYS,
      count: 1,
      requestId: requestIdOf(ctx),
      detail: { client: ctx.oidc.client?.clientId ?? '' },
    });
  }

  /** Nothing is given out that is not on record. */
  async function recorded(ctx: KoaContextWithOIDC, event: AuditEvent): Promise<void> {
    try {
      await audit.record(event);
    } catch (error) {
      if (!(error instanceof AuditUnavailable)) throw error;
      ctx.status = 503;
      ctx.set('Retry-After', '5');
      ctx.body = { error: 'temporarily_unavailable' };
    }
  }
}

function tooMany(ctx: KoaContextWithOIDC, seconds: number): void {
  ctx.status = 429;
  ctx.set({ 'Retry-After': String(seconds), 'Cache-Control': 'no-store' });
  ctx.body = { error: 'temporarily_unavailable', error_description: 'too many failed attempts' };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const requestIdOf = (ctx: KoaContextWithOIDC): string => String(ctx.res.getHeader('X-Request-Id') ?? '');

/** As Express found it, behind a trusted proxy or not. */
const addressOf = (ctx: KoaContextWithOIDC): string => (ctx.req as { ip?: string }).ip ?? '';

/** The client that a request to the token endpoint names in its header; in its body it is not read yet. */
function clientNamed(ctx: KoaContextWithOIDC): string {
  const [, basic] = /^Basic +(\S+)$/i.exec(ctx.get('authorization')) ?? [];
  if (basic === undefined) return '';
  const [name = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return decoded(name).replaceAll('\0', '');
}

/** RFC 6749 §2.3.1: one name, however many of its letters are escaped. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}

/** Where the forms of a page may lead besides this server: back to the application, after signing out. */
function leadsTo(ctx: KoaContextWithOIDC): string[] {
  const uri = (ctx.oidc as { params?: Record<string, unknown> } | undefined)?.params?.[
    'post_logout_redirect_uri'
  ];
  if (typeof uri !== 'string' || !URL.canParse(uri)) return [];
  const { origin, protocol } = new URL(uri);
  const source = origin === 'null' ? protocol : origin;
  // What a policy is written with is not taken from an address.
  return /^[a-z0-9.+:/[\]-]+$/.test(source) ? [source] : [];
}
