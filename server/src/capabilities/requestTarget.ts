import type { NextFunction, Request, Response } from 'express';
import { HttpProblem, problem } from '../problem.ts';
import { METHODS } from './methods.ts';

/** A percent sign that begins no encoded byte (RFC 3986 §2.1). */
const STRAY_PERCENT = /%(?![0-9A-Fa-f]{2})/;

/** As Node recognises it. */
const EXPECTATION = /(?:^|\W)100-continue(?:$|\W)/i;

/** Whether a part of an address is percent-encoded UTF-8, as every address of this server is. */
function isWellEncoded(text: string): boolean {
  if (!text.includes('%')) return true;
  if (STRAY_PERCENT.test(text)) return false;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Refuses what HTTP/1.1 forbids and no router sees: a request without Host (RFC 9112 §3.2; in HTTP/1.0 it may be missing),
 * an expectation that nobody meets.
 * Answers `OPTIONS *`, which asks for the server itself (RFC 9110 §9.3.7).
 */
export function serverWideRequests(req: Request, res: Response, next: NextFunction): void {
  if (req.headers.host === undefined && req.httpVersion !== '1.0')
    throw problem('bad-request', {
      detail: 'The request has no Host header (RFC 9112 3.2).',
      detailZh: '请求缺少 Host 头（RFC 9112 3.2）。',
      headers: { Connection: 'close' },
    });
  if (req.headers.expect !== undefined && !EXPECTATION.test(req.headers.expect))
    throw new HttpProblem(
      417,
      'expectation-failed',
      'The only expectation that is met is 100-continue (RFC 9110 10.1.1).',
      '仅支持 Expect: 100-continue（RFC 9110 10.1.1）。',
    );
  if (req.method === 'OPTIONS' && req.url === '*')
    res
      .set('Allow', [...METHODS].join(', '))
      .status(204)
      .end();
  else next();
}

/**
 * Refuses addresses that are no percent-encoded UTF-8, and those with a NUL in the path: read leniently, a search would
 * look for something that nobody meant and find nothing.
 */
export function refuseMalformedTargets(req: Request, _res: Response, next: NextFunction): void {
  const { originalUrl } = req;
  const mark = originalUrl.indexOf('?');
  const path = mark < 0 ? originalUrl : originalUrl.slice(0, mark);
  if (!isWellEncoded(path) || path.includes('%00'))
    throw problem('bad-request', {
      detail: 'The path is not percent-encoded UTF-8, or holds the character NUL.',
      detailZh: '路径不是百分号编码的 UTF-8，或含有空字符（NUL）。',
    });
  if (mark >= 0 && !isWellEncoded(originalUrl.slice(mark + 1)))
    throw problem('bad-request', {
      detail:
        'The query is not percent-encoded UTF-8: a percent sign itself is written %25, and Chinese as UTF-8, not as GBK.',
      detailZh: '查询参数不是百分号编码的 UTF-8：百分号本身应写作 %25，中文应使用 UTF-8 而非 GBK 编码。',
    });
  next();
}
