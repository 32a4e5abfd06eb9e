import type { Request, Response } from 'express';
import { SESSION_SECONDS, type HutongConfig } from '@hutong/storage-config';
import { serverUrl } from './origin.ts';

export const SESSION_COOKIE = 'hutong_session';

/** What a request shows of itself, before anything is looked up. */
export type Credentials =
  | { kind: 'key'; secret: string }
  | { kind: 'session'; secret: string }
  | { kind: 'malformed' }
  | { kind: 'none' };

/**
 * Reads the credentials: an API key as Bearer token, or as the password of Basic (some PACS know nothing else),
 * or the session cookie. An Authorization header goes before the cookie.
 */
export function credentialsOf(req: Request): Credentials {
  const header = req.get('authorization');
  if (header !== undefined) {
    const [, scheme = '', value = ''] = /^([A-Za-z]+) +(\S+) *$/.exec(header) ?? [];
    if (scheme.toLowerCase() === 'bearer') return { kind: 'key', secret: value };
    if (scheme.toLowerCase() === 'basic') {
      const pair = Buffer.from(value, 'base64').toString('utf8');
      const colon = pair.indexOf(':');
      if (colon >= 0) return { kind: 'key', secret: pair.slice(colon + 1) };
    }
    return { kind: 'malformed' };
  }
  const secret = sessionCookie(req);
  return secret === null ? { kind: 'none' } : { kind: 'session', secret };
}

/** Value of the session cookie, or null. */
export function sessionCookie(req: Request): string | null {
  for (const pair of (req.get('cookie') ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim() === SESSION_COOKIE) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** SameSite=Lax, so that a link in another hospital system finds the person signed in; changes check Origin. */
function cookieOptions(req: Request, config: Pick<HutongConfig, 'publicUrl'>) {
  const secure = serverUrl(req, config).startsWith('https:');
  return { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;
}

export function setSessionCookie(
  req: Request,
  res: Response,
  config: Pick<HutongConfig, 'publicUrl'>,
  secret: string,
): void {
  res.cookie(SESSION_COOKIE, secret, { ...cookieOptions(req, config), maxAge: SESSION_SECONDS * 1000 });
}

export function clearSessionCookie(
  req: Request,
  res: Response,
  config: Pick<HutongConfig, 'publicUrl'>,
): void {
  res.clearCookie(SESSION_COOKIE, cookieOptions(req, config));
}
