import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { forgotAudit } from './audit/audit.ts';
import type { Caller } from './context.ts';

/** What the log says of an answer that should have left an audit record and did not: a defect of this program. */
export const UNAUDITED = 'answered without an audit record';

/** What a client may send as X-Request-Id; anything else is replaced, so that it can stand in a log. */
const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

interface RequestLocals {
  requestId?: string;
  caller?: Caller;
  /** Pattern of the path a router is mounted at; the matched route's own pattern is added to it. */
  mountPattern?: string;
  logFields?: Record<string, number | string>;
}

/** What is known of a request when it ends. Nothing in it names a patient or a study. */
export interface AnsweredRequest {
  method: string;
  /** Pattern of the path. */
  route: string;
  status: number;
  durationMs: number;
  bytesIn: number;
  bytesOut: number;
  /** Further counts, by what added them. */
  [field: string]: unknown;
}

/** Says where a router is mounted, for the log: the pattern, never the path that was asked. */
export function mountedAt(pattern: string) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    (res.locals as RequestLocals).mountPattern = pattern;
    next();
  };
}

/** Adds counts and codes to the log line of the request; never values of a dataset, nor identifiers of patients. */
export function addLogFields(res: Response, fields: Record<string, number | string>): void {
  const locals = res.locals as RequestLocals;
  locals.logFields = { ...locals.logFields, ...fields };
}

/** Pattern of the route that answered: `/dicomweb/studies/:study`. Paths and queries name patients and studies. */
function routePattern(req: Request, locals: RequestLocals): string {
  const route = req.route as { path?: unknown } | undefined;
  const own = typeof route?.path === 'string' ? route.path : '';
  return `${locals.mountPattern ?? ''}${own}` || '(none)';
}

/** Bytes of a connection that belong to requests before: the head, and often the body, are read before anyone hears. */
const countedIn = new WeakMap<Socket, number>();

/**
 * Gives every request an id (its own X-Request-Id when that is well formed) and one log line when it ends: method,
 * route pattern, status, duration, bytes on the wire, caller id. No path, query, header or body is logged.
 *
 * @param answered hears of each request that ended
 */
export function requestLog(log: Logger, answered: (line: AnsweredRequest) => void = () => undefined) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const locals = res.locals as RequestLocals;
    const offered = req.get('x-request-id');
    const requestId = offered !== undefined && REQUEST_ID.test(offered) ? offered : randomUUID();
    locals.requestId = requestId;
    res.set('X-Request-Id', requestId);
    const started = performance.now();
    const { socket } = req;
    const { bytesWritten } = socket;
    res.once('close', () => {
      const bytesIn = socket.bytesRead - (countedIn.get(socket) ?? 0);
      countedIn.set(socket, socket.bytesRead);
      const line = {
        requestId,
        method: req.method,
        route: routePattern(req, locals),
        status: res.statusCode,
        durationMs: Math.round((performance.now() - started) * 10) / 10,
        bytesIn,
        bytesOut: socket.bytesWritten - bytesWritten,
        ...(locals.caller === undefined ? {} : { caller: `${locals.caller.kind}:${locals.caller.id}` }),
        ...(res.writableFinished ? {} : { aborted: true }),
        ...locals.logFields,
      };
      answered(line);
      if (req.method === 'GET' && (line.route === '/healthz' || line.route === '/readyz'))
        log.debug(line, 'request');
      else log.info(line, 'request');
      if (forgotAudit(res)) log.error({ requestId, method: req.method, route: line.route }, UNAUDITED);
    });
    next();
  };
}
