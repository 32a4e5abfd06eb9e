import {
  beginFlow,
  type HutongConfig,
  signInExternally,
  takeFlow,
  takeIdToken,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import * as client from 'openid-client';
import { auditEvent, auditRefusal } from '../audit/audit.ts';
import { browserFamily } from '../auth/browserFamily.ts';
import { createCallerLookup } from '../auth/callers.ts';
import { sessionCookie, setSessionCookie } from '../auth/credentials.ts';
import { serverUrl } from '../auth/origin.ts';
import { needsSecondFactor } from '../auth/pending.ts';
import type { Provider } from '../auth/provider.ts';
import { openProviders } from '../auth/providers.ts';
import type { ServerParts } from '../context.ts';
import type { ProviderProblem, SignInProviders } from '../contract.ts';
import { loggableError, problem } from '../problem.ts';
import { backChannelLogout } from './backChannelLogout.ts';
import { clearEndedCookie, endedCookie, flowCookie, setFlowCookie } from './signInCookies.ts';
import { checkSeconds, type Tokens, vouchedPerson } from './vouchedPerson.ts';

/** Where the portal takes what did not go well. */
const SIGN_IN_PAGE = '/sign-in';
const LONGEST_RETURN = 1000;

type Parts = Pick<ServerParts, 'index' | 'config' | 'audit' | 'secrets' | 'log'>;

/** Why a sign-in at a provider came to nothing. */
class SignInFailed extends Error {
  readonly problem: ProviderProblem;

  constructor(why: ProviderProblem, options: ErrorOptions = {}) {
    super(why, options);
    this.problem = why;
  }
}

/**
 * `/sign-in/providers` below `/api`: which providers there are, the way to one and back (OpenID Connect Core 3.1, PKCE,
 * RFC 9207), signing out there as well (RP-Initiated Logout), and its word that somebody signed out (Back-Channel Logout).
 * Tokens stay here: the page gets a session of its own.
 */
export function signInProviderRoutes(parts: Parts): Router {
  const { config, index, secrets, log } = parts;
  const providers = openProviders(parts);
  const find = createCallerLookup(index, config);
  const router = Router();

  router.get('/sign-in/providers', (_req, res) => {
    const body: SignInProviders = {
      providers: [...providers.values()].map(({ settings: { id, name } }) => ({ id, name })),
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.get('/sign-in/providers/:provider/start', async (req, res) => {
    const provider = asked(req);
    await toPage(req, res, provider, async () => {
      const flow = {
        provider: provider.settings.id,
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
        returnTo: ownPath(req.query['returnTo']),
      };
      const configuration = await reached(provider);
      const state = client.randomState();
      const browser = flowCookie(req) ?? client.randomState();
      await beginFlow(index, state, browser, flow);
      const { acrValues, scopes } = provider.settings;
      const address = client.buildAuthorizationUrl(configuration, {
        redirect_uri: callbackOf(req, config, provider),
        scope: scopes.join(' '),
        state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.codeVerifier),
        code_challenge_method: 'S256',
        ...(acrValues === undefined ? {} : { acr_values: acrValues }),
      });
      setFlowCookie(req, res, config, browser);
      return address.href;
    });
  });

  router.get('/sign-in/providers/:provider/callback', async (req, res) => {
    const provider = asked(req);
    await toPage(req, res, provider, async () => {
      const { state } = req.query;
      const browser = flowCookie(req);
      const flow =
        typeof state !== 'string' || browser === null
          ? null
          : await takeFlow(index, { state, browser, provider: provider.settings.id });
      if (flow === null || typeof state !== 'string') throw new SignInFailed('state-expired');
      const tokens = await exchanged(req, provider, state, flow);
      const { secret, secondFactor } = await open(req, provider, tokens);
      const caller = await find({ kind: 'session', secret, inUse: true });
      if (caller === null) throw new SignInFailed('account-disabled');
      Object.assign(res.locals, { caller });
      const detail = { method: 'provider', provider: provider.settings.id, secondFactor };
      await auditEvent(parts, req, res, { action: 'signIn', detail });
      setSessionCookie(req, res, config, secret);
      return flow.returnTo;
    });
  });

  router.get('/sign-in/providers/:provider/sign-out', async (req, res) => {
    const provider = asked(req);
    const ended = endedCookie(req);
    clearEndedCookie(req, res, config);
    const taken = ended === null ? null : await takeIdToken(index, secrets, ended);
    const home = `${serverUrl(req, config)}${SIGN_IN_PAGE}`;
    const configuration =
      taken?.provider === provider.settings.id ? await provider.configuration().catch(() => null) : null;
    const canEnd = configuration?.serverMetadata().end_session_endpoint !== undefined;
    const address =
      configuration === null || !canEnd
        ? SIGN_IN_PAGE
        : client.buildEndSessionUrl(configuration, {
            id_token_hint: taken?.idToken ?? '',
            post_logout_redirect_uri: home,
          }).href;
    go(res, address);
  });

  router.post('/sign-in/providers/:provider/back-channel-logout', ...backChannelLogout(parts, asked));
  return router;

  /** @throws HttpProblem 404 */
  function asked(req: Request): Provider {
    const provider = providers.get((req.params as { provider: string }).provider);
    if (provider === undefined) throw problem('not-found');
    return provider;
  }

  /** Sends the browser on; what did not go well to the page that says so in words. */
  async function toPage(
    req: Request,
    res: Response,
    provider: Provider,
    work: () => Promise<string>,
  ): Promise<void> {
    try {
      go(res, await work());
    } catch (error) {
      if (!(error instanceof SignInFailed)) throw error;
      const { id } = provider.settings;
      // What the provider answered may name somebody: only what kind of error it is, never its words.
      log.warn(
        { provider: id, problem: error.problem, error: loggableError(error.cause ?? error) },
        'sign-in by a provider failed',
      );
      auditRefusal(parts, req, res, error.problem, { detail: { provider: id } });
      go(res, `${SIGN_IN_PAGE}?${new URLSearchParams({ problem: error.problem, provider: id }).toString()}`);
    }
  }

  async function reached(provider: Provider): Promise<client.Configuration> {
    try {
      return await provider.configuration();
    } catch (cause) {
      throw new SignInFailed('provider-unavailable', { cause });
    }
  }

  /** Tokens for the code of an answer; every check of state, issuer, nonce, audience, signature and time is in here. */
  async function exchanged(
    req: Request,
    provider: Provider,
    state: string,
    flow: { nonce: string; codeVerifier: string },
  ): Promise<Tokens> {
    const configuration = await reached(provider);
    const at = req.originalUrl.indexOf('?');
    const answer = new URL(callbackOf(req, config, provider) + req.originalUrl.slice(at));
    try {
      return await client.authorizationCodeGrant(configuration, answer, {
        expectedState: state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.codeVerifier,
        idTokenExpected: true,
      });
    } catch (cause) {
      if (cause instanceof client.AuthorizationResponseError && cause.error === 'access_denied')
        throw new SignInFailed('cancelled', { cause });
      throw new SignInFailed(isUnreachable(cause) ? 'provider-unavailable' : 'provider-answer', { cause });
    }
  }

  async function open(
    req: Request,
    provider: Provider,
    tokens: Tokens,
  ): Promise<{ secret: string; secondFactor: boolean }> {
    const vouched = await vouchedPerson(provider, tokens).catch((cause: unknown) => {
      throw new SignInFailed(isUnreachable(cause) ? 'provider-unavailable' : 'provider-answer', { cause });
    });
    if (vouched === null) throw new SignInFailed('provider-answer');
    const { person, secondFactor } = vouched;
    if (!secondFactor && needsSecondFactor(person.roles, config.signIn))
      throw new SignInFailed('second-factor-missing');
    const before = sessionCookie(req);
    const outcome = await signInExternally(
      index,
      {
        ...person,
        secondFactor,
        address: req.ip ?? '',
        browser: browserFamily(req.get('user-agent')),
        before,
        grant: {
          sid: typeof tokens.claims()?.['sid'] === 'string' ? (tokens.claims()?.['sid'] as string) : '',
          refreshToken: tokens.refresh_token ?? null,
          idToken: tokens.id_token ?? '',
          checkSeconds: checkSeconds(tokens),
        },
      },
      { secrets, sessions: config.signIn.sessions },
    );
    if (outcome.kind === 'noRole') throw new SignInFailed('no-role');
    if (outcome.kind === 'disabled') throw new SignInFailed('account-disabled');
    return { secret: outcome.secret, secondFactor };
  }
}

/** See Other, never kept: the address may hold what is good once. */
function go(res: Response, address: string): void {
  res.set({ 'Cache-Control': 'no-store', Location: address }).status(303).end();
}

const callbackOf = (req: Request, config: Pick<HutongConfig, 'publicUrl'>, { settings }: Provider): string =>
  `${serverUrl(req, config)}/api/sign-in/providers/${settings.id}/callback`;

/** A path of this server and nothing else: no host by `//` or `\`, nothing that a browser would leave out. */
export function ownPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > LONGEST_RETURN) return '/';
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(given)) return '/';
  const { origin, pathname, search, hash } = new URL(given, 'http://here.invalid');
  // Steps upwards may leave two slashes in front; programs answer below /api, and another start would go round.
  const isForeign = origin !== 'http://here.invalid' || pathname.startsWith('//');
  if (isForeign || /^\/(api|dicomweb|hospitals|wado|shares)(\/|$)/.test(pathname)) return '/';
  return pathname + search + hash;
}

/** Whether a provider did not answer, unlike one whose answer is refused. */
function isUnreachable(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TypeError && cause.message === 'fetch failed') return true;
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return true;
    if (cause instanceof client.ResponseBodyError) return cause.status >= 500;
  }
  return error instanceof client.ClientError && error.code === 'OAUTH_TIMEOUT';
}
