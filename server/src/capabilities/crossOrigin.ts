import type { NextFunction, Request, Response } from 'express';
import type { HutongConfig } from '@hutong/storage-config';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** Request headers that pages may set. */
const ALLOWED_HEADERS = [
  'Accept',
  'Accept-Charset',
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Hutong-From',
  'Hutong-Note',
  'Hutong-Reason',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Prefer',
  'Purpose-Of-Use',
  'Range',
  'X-Request-Id',
].join(', ');

/** Response headers that pages may read. */
const EXPOSED_HEADERS = [
  'Accept-Ranges',
  'Allow',
  'Content-Disposition',
  'Content-Location',
  'Content-Range',
  'Content-Type',
  'ETag',
  'Location',
  'Retry-After',
  'Warning',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');

const PREFLIGHT_SECONDS = '600';

/**
 * Lets pages of the configured origins call the server from a browser (CORS). They show a key in a header: cookies are
 * never accepted from them, so nobody's session can be borrowed. Preflights are answered here, before anyone is asked
 * for a credential, for browsers send none with them.
 */
export function crossOrigin({ corsOrigins }: Pick<HutongConfig, 'corsOrigins'>) {
  const allowed = new Set(corsOrigins);
  return (req: Request, res: Response, next: NextFunction): void => {
    const origin = req.get('origin');
    if (allowed.size === 0 || origin === undefined) {
      next();
      return;
    }
    varyByOrigin(res);
    if (!allowed.has(origin)) {
      next();
      return;
    }
    res.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED_HEADERS });
    if (req.method !== 'OPTIONS' || req.get('access-control-request-method') === undefined) {
      next();
      return;
    }
    res.set({
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Max-Age': PREFLIGHT_SECONDS,
    });
    res.status(204).end();
  };
}

/** Says so at the last moment: what answers sets its own Vary. */
function varyByOrigin(res: Response): void {
  const writeHead = res.writeHead.bind(res);
  res.writeHead = ((...given: Parameters<typeof writeHead>) => {
    res.vary('Origin');
    return writeHead(...given);
  }) as typeof res.writeHead;
}
