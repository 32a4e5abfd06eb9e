import { randomUUID } from 'node:crypto';
import { HttpProblem, problem, problemBody } from './problem.ts';

/** What is said where no request could be read, by status. Nothing of what was sent is repeated. */
const WORDS: Record<number, () => HttpProblem> = {
  400: () =>
    problem('bad-request', {
      detail:
        'This is no request of HTTP/1.1: its method, its headers or the framing of its body are not well formed (RFC 9112).',
      detailZh: '不是规范的 HTTP/1.1 请求：请求方法、请求头或内容分帧格式有误（RFC 9112）。',
    }),
  408: () =>
    problem('request-timeout', {
      detail: 'The headers of the request stopped arriving.',
      detailZh: '请求头接收超时。',
    }),
  413: () => problem('too-large'),
  431: () =>
    new HttpProblem(
      431,
      'headers-too-large',
      'The headers of the request are larger than this server takes.',
      '请求头超过服务器允许的大小。',
    ),
  501: () =>
    new HttpProblem(
      501,
      'not-implemented',
      'No resource of this server answers this method.',
      '本服务不支持该请求方法。',
    ),
};

/** The problem for what is no request that a router could see, as bytes of an answer that ends the connection. */
export function plainProblem(status: number): string {
  const error = WORDS[status]?.() ?? problem('bad-request');
  const said = problemBody(error, randomUUID());
  const body = JSON.stringify(said);
  return [
    `HTTP/1.1 ${said.status} ${said.title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
