import type { Request } from 'express';
import type { IncomingMessage } from 'node:http';
import { sessionCookie } from '../auth/credentials.ts';

/** Value of the portal's session cookie, or null. The issuer is handed the request of the application. */
export const portalSession = (req: IncomingMessage): string | null => sessionCookie(req as Request);
