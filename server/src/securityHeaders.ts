import { createHash } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

/** Headers of every answer. Data answers get a policy under which nothing in them can run. */
export function securityHeaders(secure: boolean) {
  const headers = new Map([
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Frame-Options', 'DENY'],
    ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
  ]);
  if (secure) headers.set('Strict-Transport-Security', 'max-age=31536000');
  return (_req: Request, res: Response, next: NextFunction): void => {
    res.setHeaders(headers);
    next();
  };
}

/** Hashes of the inline scripts (import maps included) of a page, as sources of a script-src directive. */
export function inlineScriptSources(html: string): string[] {
  const sources: string[] = [];
  for (const match of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)) {
    const [, attributes = '', text = ''] = match;
    if (/\ssrc\s*=/i.test(attributes) || text === '') continue;
    // HTML parsing turns CRLF into LF before the script's text is hashed.
    const digest = createHash('sha256').update(text.replace(/\r\n?/g, '\n')).digest('base64');
    sources.push(`'sha256-${digest}'`);
  }
  return sources;
}

/**
 * Content-Security-Policy of a page of ours: scripts from this server and the page's own inline ones only,
 * WebAssembly for the pixel codecs, no foreign host for anything.
 *
 * @param frameAncestors origins whose pages may show it in a frame
 */
export function pagePolicy(html: string, frameAncestors: readonly string[] = []): string {
  return [
    "default-src 'self'",
    ['script-src', "'self'", "'wasm-unsafe-eval'", ...inlineScriptSources(html)].join(' '),
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self' data: blob:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
  ].join('; ');
}

/**
 * Content-Security-Policy of a script that may run as a worker, which takes the policy of its own script and not that
 * of the page.
 *
 * @param evaluates whether it builds functions from text, as the glue of OHIF's pixel codecs does: allowed there and only
 *   there, for a worker has no document. The codecs of our own pages are newer and do without.
 */
export const workerPolicy = (evaluates: boolean): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${evaluates ? "'unsafe-eval' " : ''}'wasm-unsafe-eval'`,
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
