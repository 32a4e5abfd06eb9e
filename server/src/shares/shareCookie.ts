import type { HutongConfig } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { serverUrl } from '../auth/origin.ts';

const nameOf = (alias: string): string => `hutong_share_${alias}`;

/** Keeps the session of a share where only requests below that share send it. */
export function setShareCookie(
  req: Request,
  res: Response,
  config: Pick<HutongConfig, 'publicUrl'>,
  share: { alias: string; secret: string; expiresAt: Date },
): void {
  res.cookie(nameOf(share.alias), share.secret, {
    httpOnly: true,
    sameSite: 'strict',
    secure: serverUrl(req, config).startsWith('https:'),
    path: `/shares/${share.alias}`,
    expires: share.expiresAt,
  });
}

/** Session of a share that the request carries, or null. */
export function shareCookie(req: Request, alias: string): string | null {
  const wanted = nameOf(alias);
  for (const pair of (req.get('cookie') ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim() === wanted) return pair.slice(equals + 1).trim();
  }
  return null;
}
