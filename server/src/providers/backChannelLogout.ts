import { endByLogoutToken } from '@hutong/storage-config';
import { type Request, type RequestHandler, type Response, urlencoded } from 'express';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { auditEvent } from '../audit/audit.ts';
import { refuseForeignPages } from '../auth/origin.ts';
import { type Provider, SIGNATURES } from '../auth/provider.ts';
import type { ServerParts } from '../context.ts';
import { problem } from '../problem.ts';
import { limitBodyTime } from '../requestBody.ts';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Tokens that were made longer ago are refused, in seconds; so long each is remembered after it ended. */
const LONGEST_AGE_SECONDS = 300;
const TOLERANCE_SECONDS = 30;

const body = z.object({ logout_token: z.string().min(1).max(20_000) });
const token = z.object({
  jti: z.string().min(1).max(256),
  iat: z.number(),
  sub: z.string().min(1).max(256).optional(),
  sid: z.string().min(1).max(256).optional(),
  events: z.record(z.string(), z.unknown()),
});

/** Takes a logout token of a provider and ends what it names at once (OpenID Connect Back-Channel Logout 1.0). */
export function backChannelLogout(
  parts: Pick<ServerParts, 'index' | 'config' | 'audit'>,
  asked: (req: Request) => Provider,
): RequestHandler[] {
  const handle = async (req: Request, res: Response): Promise<void> => {
    const provider = asked(req);
    const given = body.safeParse(req.body);
    if (!given.success) throw refused();
    const { jti, sid, sub, exp } = await verified(provider, given.data.logout_token);
    const names = await endByLogoutToken(parts.index, {
      issuer: provider.settings.issuer,
      jti,
      expiresAt: new Date((exp + TOLERANCE_SECONDS) * 1000),
      sid: sid ?? null,
      subject: sub ?? null,
    });
    if (names === null) throw refused();
    const what = { what: 'by the provider', provider: provider.settings.id };
    for (const username of names)
      await auditEvent(parts, req, res, { action: 'signOut', detail: { ...what, username } });
    res.set('Cache-Control', 'no-store').status(200).end();
  };
  return [
    refuseForeignPages(parts.config),
    limitBodyTime,
    urlencoded({ extended: false, limit: 32_768 }),
    handle,
  ];
}

/** The checks of Back-Channel Logout 1.0 2.6. @throws HttpProblem 400 */
async function verified(provider: Provider, jwt: string): Promise<z.infer<typeof token> & { exp: number }> {
  const { issuer, clientId } = provider.settings;
  const keys = await provider.keys().catch((cause: unknown) => {
    throw problem('unavailable', { headers: { 'Retry-After': '30' }, cause });
  });
  let payload: JWTPayload;
  let type: string | undefined;
  try {
    const { payload: found, protectedHeader } = await jwtVerify(jwt, keys, {
      issuer,
      audience: clientId,
      algorithms: SIGNATURES,
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
      maxTokenAge: LONGEST_AGE_SECONDS,
      clockTolerance: TOLERANCE_SECONDS,
    });
    payload = found;
    type = protectedHeader.typ?.toLowerCase();
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refused(error);
    throw problem('unavailable', { headers: { 'Retry-After': '30' }, cause: error });
  }
  const parsed = token.safeParse(payload);
  // A nonce marks an ID token, which must not pass for this one.
  const isLogout =
    parsed.success &&
    (type === undefined || type === 'jwt' || type === 'logout+jwt') &&
    payload['nonce'] === undefined &&
    typeof parsed.data.events[LOGOUT_EVENT] === 'object' &&
    (parsed.data.sub !== undefined || parsed.data.sid !== undefined);
  if (!isLogout) throw refused();
  // Remembered no longer than it could be taken.
  const exp = Math.min(payload.exp ?? 0, parsed.data.iat + LONGEST_AGE_SECONDS);
  return { ...parsed.data, exp };
}

const refused = (cause?: unknown) =>
  problem('bad-request', {
    detail: 'This is no logout token that is valid here.',
    detailZh: '注销令牌无效。',
    cause,
  });
