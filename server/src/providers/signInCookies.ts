import { FLOW_SECONDS, type HutongConfig } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { cookieOf, cookieOptions, ENDED_COOKIE, hostCookie, SIGN_IN_PATH } from '../auth/credentials.ts';

/** Binds a sign-in at a provider to the browser that began it. */
const FLOW_COOKIE = 'hutong_sign_in';

type CookieConfig = Pick<HutongConfig, 'publicUrl'>;

export const flowCookie = (req: Request): string | null => cookieOf(req, hostCookie(req, FLOW_COOKIE));
export const endedCookie = (req: Request): string | null => cookieOf(req, ENDED_COOKIE);

export function setFlowCookie(req: Request, res: Response, config: CookieConfig, secret: string): void {
  const name = hostCookie(req, FLOW_COOKIE);
  res.cookie(name, secret, {
    // A cookie that is bound to its host has no path of its own.
    ...cookieOptions(req, config, name === FLOW_COOKIE ? SIGN_IN_PATH : '/'),
    maxAge: FLOW_SECONDS * 1000,
  });
}

export function clearEndedCookie(req: Request, res: Response, config: CookieConfig): void {
  res.clearCookie(ENDED_COOKIE, cookieOptions(req, config, SIGN_IN_PATH));
}
