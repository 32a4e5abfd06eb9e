import { findClient, findHospital, findSession, type OidcClient } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { errors, type Provider } from 'oidc-provider';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { SCOPE_PREFIX } from '../auth/bearerToken.ts';
import { createCallerLookup } from '../auth/callers.ts';
import { refuseForeignPages } from '../auth/origin.ts';
import type { Caller, ServerParts } from '../context.ts';
import type { OidcInteraction } from '../contract/clients.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import type { Issuer } from './issuer.ts';
import { portalSession } from './portalSession.ts';
import { SECOND_FACTOR_ACR } from './provider.ts';

const BODY_LIMIT = 4096;
const confirmation = z.object({ account: z.uuid() });

/** Reasons for which the sign-in has to be a new one. */
const SIGN_IN_ANEW = new Set(['login_prompt', 'max_age']);

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

interface SignedIn {
  caller: Caller;
  secret: string;
  since: Date;
  secondFactor: boolean;
}

interface Asked {
  provider: Provider;
  url: string;
  interaction: Interaction;
  client: OidcClient;
  signedIn: SignedIn | null;
}

/**
 * `/interaction/{uid}` below the issuer, for the page of the portal on which a person signs in and agrees: what is asked
 * for, `confirm` and `deny`. The cookie of the interaction says whose it is.
 */
export function interactionRoutes(parts: ServerParts, issuer: Issuer): Router {
  const { index, config } = parts;
  const router = Router();
  const foreign = refuseForeignPages(config);
  const findCaller = createCallerLookup(index, config);

  router.get('/interaction/:uid/details', async (req, res) => {
    const asked = await readAsked(req, res);
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(await describe(asked));
  });

  router.post('/interaction/:uid/confirm', foreign, ...smallJson(BODY_LIMIT), async (req, res) => {
    const asked = await readAsked(req, res);
    const { provider, url, interaction, client, signedIn } = asked;
    const body = confirmation.safeParse(req.body);
    // The person on the page and the one of the session are to be one.
    if (!body.success || signedIn === null || signedIn.caller.account?.id !== body.data.account)
      throw problem('unauthenticated');
    if (obstacle(asked) !== null) throw problem('forbidden');
    const accountId = body.data.account;
    const { openid, resource, offline } = scopesAsked(interaction, client);
    const grant = new provider.Grant({ accountId, clientId: client.id });
    if (openid.length > 0) grant.addOIDCScope(openid.join(' '));
    if (resource.length > 0) grant.addResourceScope(url, resource.join(' '));
    const grantId = await grant.save();
    const { secondFactor } = signedIn;
    await issuer.records.bindGrant(grantId, { session: offline ? null : signedIn.secret, secondFactor });
    const location = await provider.interactionResult(req, res, {
      login: {
        accountId,
        ts: Math.floor(signedIn.since.getTime() / 1000),
        amr: methodsOf(signedIn),
        ...(secondFactor ? { acr: SECOND_FACTOR_ACR } : {}),
      },
      consent: { grantId },
    });
    Object.assign(res.locals, { caller: signedIn.caller });
    await auditEvent(parts, req, res, {
      action: 'rights',
      hospital: client.hospitalCode ?? '',
      detail: { change: 'consented', client: client.id, scopes: [...openid, ...resource] },
    });
    res.set('Cache-Control', 'no-store').json({ location });
  });

  router.post('/interaction/:uid/deny', foreign, ...smallJson(BODY_LIMIT), async (req, res) => {
    const { provider, client, signedIn } = await readAsked(req, res);
    const location = await provider.interactionResult(
      req,
      res,
      { error: 'access_denied', error_description: 'the person did not agree' },
      { mergeWithLastSubmission: false },
    );
    if (signedIn !== null) {
      Object.assign(res.locals, { caller: signedIn.caller });
      await auditEvent(parts, req, res, {
        action: 'rights',
        outcome: 'refused',
        hospital: client.hospitalCode ?? '',
        detail: { change: 'consented', client: client.id },
      });
    }
    res.set('Cache-Control', 'no-store').json({ location });
  });

  return router;

  /** @throws HttpProblem 404 when the interaction is over, or is not of this browser */
  async function readAsked(req: Request, res: Response): Promise<Asked> {
    const url = issuer.urlOf(req);
    if (url === null) throw problem('not-found');
    const provider = await issuer.provider(url);
    const interaction = await provider.interactionDetails(req, res).catch((error: unknown) => {
      if (error instanceof errors.SessionNotFound) return null;
      throw error;
    });
    const client =
      interaction === null ? null : await findClient(index, textOf(interaction.params['client_id']));
    if (
      interaction === null ||
      interaction.uid !== req.params['uid'] ||
      client === null ||
      client.endedAt !== null
    )
      throw problem('not-found', {
        detail:
          'This request to sign in has expired or is of another browser. Begin again in the application.',
        detailZh: '该登录请求已过期或不属于本浏览器，请回到应用重新开始。',
      });
    const secret = portalSession(req);
    const caller = secret === null ? null : await findCaller({ kind: 'session', secret, inUse: true });
    const how = secret === null ? null : await howSignedIn(secret);
    const signedIn = secret === null || caller === null || how === null ? null : { caller, secret, ...how };
    return { provider, url, interaction, client, signedIn };
  }

  async function howSignedIn(secret: string): Promise<Pick<SignedIn, 'since' | 'secondFactor'> | null> {
    const session = await findSession(index, secret);
    if (session === null) return null;
    const { rows } = await index.query<{ at: Date }>(
      'SELECT created_at AS at FROM session WHERE session_id = $1',
      [session.id],
    );
    const [row] = rows;
    return row === undefined ? null : { since: row.at, secondFactor: session.secondFactor };
  }

  async function describe(asked: Asked): Promise<OidcInteraction> {
    const { interaction, client, signedIn } = asked;
    const { openid, resource, offline } = scopesAsked(interaction, client);
    const hospital = client.hospitalCode === null ? null : await findHospital(index, client.hospitalCode);
    const back = textOf(interaction.params['redirect_uri']);
    return {
      application: {
        name: client.name,
        kind: client.kind === 'native' ? 'native' : 'web',
        hospital: hospital === null ? null : { zh: hospital.nameZh, en: hospital.nameEn },
        returnsTo: URL.canParse(back) ? new URL(back).host || new URL(back).protocol : '',
      },
      scopes: [...openid, ...resource],
      offline,
      person:
        signedIn === null
          ? null
          : {
              account: signedIn.caller.account?.id ?? '',
              username: signedIn.caller.id,
              displayName: signedIn.caller.displayName,
            },
      obstacle: signedIn === null ? 'signedOut' : obstacle(asked),
    };
  }
}

/** Why the person that is signed in cannot go on; null: nothing stands in the way. */
function obstacle({ interaction, client, signedIn }: Asked): OidcInteraction['obstacle'] {
  if (signedIn === null) return 'signedOut';
  const { account } = signedIn.caller;
  if (account === null) return 'noAccount';
  if (account.passwordGiven) return 'pending';
  const anew = interaction.prompt.reasons.some((reason) => SIGN_IN_ANEW.has(reason));
  if (anew && signedIn.since.getTime() < interaction.iat * 1000) return 'signInAnew';
  // An application of a hospital is for people who work there or for the region.
  const { hospitalCode } = client;
  const belongs = account.roles.some(({ hospital }) => hospital === null || hospital === hospitalCode);
  return hospitalCode === null || belongs ? null : 'otherHospital';
}

function scopesAsked(
  { params }: Interaction,
  client: OidcClient,
): { openid: string[]; resource: string[]; offline: boolean } {
  const asked = textOf(params['scope']).split(' ');
  const own = client.scopes.map((scope) => SCOPE_PREFIX + scope);
  const openid = ['openid', 'profile', 'offline_access'].filter((scope) => asked.includes(scope));
  return {
    openid,
    resource: own.filter((scope) => asked.includes(scope)),
    offline: openid.includes('offline_access'),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** RFC 8176: of a provider it is known that there was a second factor, not which. */
const methodsOf = ({ caller: { session }, secondFactor }: SignedIn): string[] => {
  const own = session?.method === 'password';
  return [...(own ? ['pwd'] : []), ...(own && secondFactor ? ['otp'] : []), ...(secondFactor ? ['mfa'] : [])];
};
