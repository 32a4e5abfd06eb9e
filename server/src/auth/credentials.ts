import type { Request, Response } from 'express';
import { DEVICE_DAYS, type HutongConfig } from '@hutong/storage-config';
import { serverUrl } from './origin.ts';

export const SESSION_COOKIE = 'hutong_session';
/** Names a browser that somebody signed in with before; worth nothing without the password. */
export const DEVICE_COOKIE = 'hutong_device';
/** Sent by pages of ours with what they ask by themselves while nobody works. */
export const IDLE_HEADER = 'Hutong-Idle';

/** What a request shows of itself, before anything is looked up. */
export type Credentials =
  | { kind: 'key'; secret: string }
  /** `inUse`: a person is behind the request, so that the session is not idle; `evenIdle`: it goes on though it is. */
  | { kind: 'session'; secret: string; inUse: boolean | 'evenIdle' }
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
  return secret === null
    ? { kind: 'none' }
    : { kind: 'session', secret, inUse: req.get(IDLE_HEADER) === undefined };
}

/** Setting of the application: people come by https, by the configured address. */
export const HOST_COOKIES = 'host cookies';

/**
 * Name of a cookie that says who somebody is. Where people come by https it begins with `__Host-`: no neighbour under the
 * same domain, and no page sent without TLS, can put one of its own in front (RFC 6265bis §4.1.3.2).
 */
export const hostCookie = ({ app }: Pick<Request, 'app'>, name: string): string =>
  app.get(HOST_COOKIES) === true ? `__Host-${name}` : name;

/** Value of the session cookie, or null. */
export const sessionCookie = (req: Pick<Request, 'app' | 'headers'>): string | null =>
  cookieOf(req, hostCookie(req, SESSION_COOKIE));

/** Value of the cookie that names the browser, or null. */
export const deviceCookie = (req: Request): string | null => cookieOf(req, DEVICE_COOKIE);

/** Value of a cookie, or null: also when there are several of the name, for one of them is somebody else's doing. */
export function cookieOf({ headers }: Pick<Request, 'headers'>, name: string): string | null {
  const values = new Set<string>();
  for (const pair of (headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim() === name) values.add(pair.slice(equals + 1).trim());
  }
  const [value] = values;
  return values.size === 1 ? (value ?? null) : null;
}

/** SameSite=Lax, so that a link in another hospital system finds the person signed in; changes check Origin. */
export function cookieOptions(req: Request, config: Pick<HutongConfig, 'publicUrl'>, path = '/') {
  const secure = serverUrl(req, config).startsWith('https:');
  return { httpOnly: true, sameSite: 'lax', path, secure } as const;
}

type CookieConfig = Pick<HutongConfig, 'publicUrl' | 'signIn'>;

export function setSessionCookie(req: Request, res: Response, config: CookieConfig, secret: string): void {
  const maxAge = config.signIn.sessions.seconds * 1000;
  res.cookie(hostCookie(req, SESSION_COOKIE), secret, { ...cookieOptions(req, config), maxAge });
}

/** Sent to where somebody signs in or shows the own password, and nowhere else. */
export function setDeviceCookie(req: Request, res: Response, config: CookieConfig, secret: string): void {
  for (const path of ['/api/session', '/api/account'])
    res.cookie(DEVICE_COOKIE, secret, {
      ...cookieOptions(req, config, path),
      sameSite: 'strict',
      maxAge: DEVICE_DAYS * 86_400_000,
    });
}

/** Says which session just ended, so that its provider can be told. */
export const ENDED_COOKIE = 'hutong_signed_out';
export const SIGN_IN_PATH = '/api/sign-in';

export function setEndedCookie(
  req: Request,
  res: Response,
  config: Pick<HutongConfig, 'publicUrl'>,
  secret: string,
): void {
  res.cookie(ENDED_COOKIE, secret, { ...cookieOptions(req, config, SIGN_IN_PATH), maxAge: 60_000 });
}

export function clearSessionCookie(
  req: Request,
  res: Response,
  config: Pick<HutongConfig, 'publicUrl'>,
): void {
  res.clearCookie(hostCookie(req, SESSION_COOKIE), cookieOptions(req, config));
}
