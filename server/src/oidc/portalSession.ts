import type { IncomingMessage } from 'node:http';
import { SESSION_COOKIE } from '../auth/credentials.ts';

/** Value of the portal's session cookie, or null. */
export function portalSession(req: IncomingMessage): string | null {
  const found = (req.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${SESSION_COOKIE}=`));
  return found === undefined ? null : found.slice(SESSION_COOKIE.length + 1);
}
