import { type CdsClient, findCdsClient, useCdsToken } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { auditRefusal } from '../../audit/audit.ts';
import type { Caller } from '../../context.ts';
import { type HttpProblem, problem } from '../../problem.ts';
import type { ReminderParts } from '../ask.ts';
import type { ClientKeys } from './clientKeys.ts';

/** Those that the specification asks for (CDS Hooks 2.0, Trusting CDS Clients). */
const ALGORITHMS = ['ES384', 'RS384'];
const CLOCK_TOLERANCE_SECONDS = 30;
/** How far ahead a JWT may end: as long as it has to be remembered. */
const LONGEST_SECONDS = 15 * 60;
const LONGEST_TOKEN = 8192;

/**
 * Whom the JWT of a request stands for: a client that is registered, by a key of its own, for this very address, not over,
 * and never shown before.
 *
 * @param audiences addresses that the JWT may be for
 * @throws HttpProblem 401, and 503 when the client's keys cannot be fetched
 */
export async function clientOf(
  parts: ReminderParts,
  { req, res, keys, audiences }: { req: Request; res: Response; keys: ClientKeys; audiences: string[] },
): Promise<CdsClient> {
  const [, token = ''] = /^Bearer +(\S+) *$/i.exec(req.get('authorization') ?? '') ?? [];
  const client = token.length > LONGEST_TOKEN ? null : await registered(parts, token);
  if (client === null) throw refused(parts, req, res, token !== '');
  const payload = await verified(client, { token, keys, audiences });
  if (payload === null) throw refused(parts, req, res, true, client);
  const isNew = await useCdsToken(
    parts.index,
    client.id,
    payload.jti,
    new Date((payload.exp + 2 * CLOCK_TOLERANCE_SECONDS) * 1000),
  );
  if (!isNew) throw refused(parts, req, res, true, client);
  return client;
}

/** What of a JWT says whose it would be, before it is believed. */
async function registered({ index }: ReminderParts, token: string): Promise<CdsClient | null> {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss !== 'string') return null;
    const client = await findCdsClient(index, iss);
    // Keys are those that were registered: an address that the JWT itself names counts only where it is the same.
    const { jku } = decodeProtectedHeader(token);
    return jku === undefined || jku === client?.jwksUrl ? client : null;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

async function verified(
  client: CdsClient,
  { token, keys, audiences }: { token: string; keys: ClientKeys; audiences: string[] },
): Promise<(JWTPayload & { jti: string; exp: number }) | null> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys.of(client), {
      issuer: client.issuer,
      audience: audiences,
      algorithms: ALGORITHMS,
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const { jti, exp, iat } = payload;
    const now = Date.now() / 1000;
    if (typeof jti !== 'string' || jti === '' || jti.length > 500 || exp === undefined || iat === undefined)
      return null;
    if (iat > now + CLOCK_TOLERANCE_SECONDS || exp > now + LONGEST_SECONDS) return null;
    const type = protectedHeader.typ?.toLowerCase();
    return type === undefined || type === 'jwt' ? { ...payload, jti, exp } : null;
  } catch (error) {
    // A key set that answers is one in which the key may be missing; one that does not is an outage.
    if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) return null;
    throw problem('unavailable', {
      detail: 'The keys of this client cannot be fetched now. Try again later.',
      detailZh: '暂时无法获取该系统的公钥，请稍后重试。',
      headers: { 'Retry-After': '30' },
      cause: error,
    });
  }
}

/** A client as caller: it asks for its hospital, and may do nothing else. */
export function callerOfClient({ id, name, hospital }: CdsClient): Caller {
  return {
    kind: 'machine',
    id,
    displayName: name,
    rights: { recognise: [hospital] },
    purpose: 'TREAT',
    storesFor: null,
    account: null,
    sessionExpiresAt: null,
  };
}

/** Why is nobody's business. */
function refused(
  parts: ReminderParts,
  req: Request,
  res: Response,
  shown: boolean,
  client?: CdsClient,
): HttpProblem {
  if (shown)
    auditRefusal(parts, req, res, 'unauthenticated', {
      ...(client === undefined ? {} : { hospital: client.hospital, detail: { cdsClient: client.id } }),
    });
  return problem('unauthenticated', {
    detail:
      'A JWT of a registered client is needed: signed with ES384 or RS384, for the address of this service, at most 15 minutes long, and used once.',
    detailZh:
      '需要已登记系统签发的 JWT：以 ES384 或 RS384 签名，aud 为本服务地址，有效期不超过 15 分钟，且只能使用一次。',
    headers: {
      'WWW-Authenticate': shown ? 'Bearer realm="hutong", error="invalid_token"' : 'Bearer realm="hutong"',
    },
  });
}
