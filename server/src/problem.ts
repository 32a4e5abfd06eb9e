import { STATUS_CODES } from 'node:http';
import { PixelError } from '@hutong/pixels';
import { isHeld, isOutage, PasswordsBusy, RetentionNotOver, SecretBoxError } from '@hutong/storage-config';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from './context.ts';
import type { Problem } from './contract.ts';
import { ERROR_PAGE_POLICY, errorPage, wantsPage } from './errorPage.ts';

interface ProblemKind {
  status: number;
  title: string;
  detail: string;
  detailZh: string;
}

/** The usual errors. The code is what clients may rely on; words may change. */
const PROBLEMS = {
  'bad-request': {
    status: 400,
    title: 'Bad request',
    detail: 'The request is not well formed.',
    detailZh: '请求格式不正确。',
  },
  unauthenticated: {
    status: 401,
    title: 'Not signed in',
    detail: 'Send an API key (Authorization: Bearer) or sign in first.',
    detailZh: '请先登录，或在 Authorization 头中提供 API 密钥。',
  },
  'sign-in-link-invalid': {
    status: 401,
    title: 'Sign-in link not valid',
    detail: 'The sign-in link was used already, has expired or is incomplete. Ask for a new one.',
    detailZh: '登录链接已使用、已过期或不完整，请重新获取。',
  },
  'sign-in-refused': {
    status: 401,
    title: 'Not signed in',
    detail: 'The name, the password or the one-time password is not right.',
    detailZh: '用户名、密码或动态口令不正确。',
  },
  'one-time-password-needed': {
    status: 401,
    title: 'One-time password needed',
    detail: 'Enter the one-time password that your authenticator app shows.',
    detailZh: '请输入身份验证器中显示的动态口令。',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts',
    detail: 'There were too many attempts to sign in. Wait a while before the next one.',
    detailZh: '登录尝试次数过多，请稍后再试。',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    detail: 'This credential does not allow the request.',
    detailZh: '当前凭证无权执行此操作。',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    detail: 'There is nothing under this address.',
    detailZh: '未找到所请求的内容。',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    detail: 'This address does not answer this method.',
    detailZh: '此地址不支持该请求方法。',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    detail: 'None of the media types in the Accept header can be answered.',
    detailZh: '无法按 Accept 头要求的类型返回内容。',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timed out',
    detail: 'The body of the request stopped arriving.',
    detailZh: '请求内容接收超时。',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    detail: 'The request contradicts what is stored.',
    detailZh: '请求与已存储的内容冲突。',
  },
  'study-held': {
    status: 409,
    title: 'Under a legal hold',
    detail: 'The study is under a legal hold: nothing of it is removed until that is released.',
    detailZh: '该检查处于法律保全状态，解除前不得删除其任何内容。',
  },
  'retention-not-over': {
    status: 409,
    title: 'Retention period not over',
    detail: 'The retention period of the study is not over. Give another reason if it has to go now.',
    detailZh: '该检查的法定保存期限未满；如确需删除，请说明其他原因。',
  },
  'too-large': {
    status: 413,
    title: 'Too large',
    detail: 'The request or what it asks for is larger than allowed.',
    detailZh: '请求或结果超过允许的大小。',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    detail: 'The body has a media type or encoding that is not understood here.',
    detailZh: '不支持请求内容的媒体类型或编码。',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'Range not satisfiable',
    detail: 'The range lies outside of the content.',
    detailZh: '请求的字节范围超出内容长度。',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    detail: 'There were too many requests. Go on after the time in Retry-After.',
    detailZh: '请求过多，请按 Retry-After 提示稍后继续。',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: 'The server failed at this request; the request id finds the cause in its log.',
    detailZh: '服务器处理请求时出错，可凭请求编号在日志中查找原因。',
  },
  busy: {
    status: 503,
    title: 'Busy',
    detail: 'Too many requests are worked on. Try again after the time in Retry-After.',
    detailZh: '服务器繁忙，请按 Retry-After 提示稍后重试。',
  },
  unavailable: {
    status: 503,
    title: 'Not available',
    detail: 'The index or the object store does not answer. Try again after the time in Retry-After.',
    detailZh: '索引或对象存储暂不可用，请按 Retry-After 提示稍后重试。',
  },
  'quota-exceeded': {
    status: 507,
    title: 'Quota used up',
    detail:
      'The hospital has stored as much as was agreed. Ask the administrator of the region for more room.',
    detailZh: '本院存储配额已用完，请联系区域管理员扩容。',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemOptions {
  /** What was wrong, where, what to do; without patient data. The code's own words when absent. */
  detail?: string;
  detailZh?: string;
  /** Headers of the answer, for example Retry-After. */
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An error with a code, thrown anywhere under a route and mapped to HTTP in {@link problemHandler} alone. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  readonly status: number;
  /** Lower case with hyphens. */
  readonly code: string;
  readonly detailZh: string;
  readonly headers: Record<string, string>;

  /** @param detail what was wrong, where, what to do; without patient data */
  constructor(
    status: number,
    code: string,
    detail: string,
    detailZh: string,
    options: Pick<ProblemOptions, 'headers' | 'cause'> = {},
  ) {
    super(detail, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.detailZh = detailZh;
    this.headers = options.headers ?? {};
  }
}

/** One of the usual errors, in its own words or in the given ones. */
export function problem(code: ProblemCode, options: ProblemOptions = {}): HttpProblem {
  const { status, detail, detailZh } = PROBLEMS[code];
  return new HttpProblem(status, code, options.detail ?? detail, options.detailZh ?? detailZh, options);
}

/** Statuses that Express and its body parsers give their errors, as problems of ours. */
function problemOfStatus(status: number): HttpProblem | null {
  if (status < 400 || status > 499) return null;
  const code = (Object.keys(PROBLEMS) as ProblemCode[]).find((known) => PROBLEMS[known].status === status);
  return problem(code ?? 'bad-request');
}

/** Where a JSON parser stopped: at the end of its message, behind what it may quote of the body. */
const JSON_POSITION = /in JSON at position (\d{1,9})(?: \(line \d+ column \d+\))?$/;

/** A body that its parser could not read, or null. Nothing of the body is repeated. */
function problemOfBody(error: Error): HttpProblem | null {
  if (!('type' in error) || error.type !== 'entity.parse.failed') return null;
  const [, position] = JSON_POSITION.exec(error.message) ?? [];
  return problem('bad-request', {
    detail: `The body is not well-formed JSON${position === undefined ? '' : `: it fails at character ${position}`}.`,
    detailZh: `请求内容不是规范的 JSON${position === undefined ? '' : `：第 ${position} 个字符处有误`}。`,
    cause: error,
  });
}

/** Pixels that cannot be had are not acceptable, with the reason; those that are too many are too large. */
function problemOfPixels(error: PixelError): HttpProblem {
  const code = error.code === 'TOO_LARGE' ? 'too-large' : 'not-acceptable';
  return problem(code, {
    detail: `The pixels cannot be answered so: ${error.message}.`,
    detailZh: `无法以该形式提供图像像素：${error.messageZh}。`,
    cause: error,
  });
}

/** The one table from a thrown value to a problem. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof PixelError) return problemOfPixels(error);
  if (isOutage(error)) return problem('unavailable', { headers: { 'Retry-After': '5' }, cause: error });
  if (isHeld(error)) return problem('study-held', { cause: error });
  if (error instanceof RetentionNotOver) {
    const { until, byPolicy } = error;
    return problem('retention-not-over', {
      detail: byPolicy
        ? `The retention period of the study ends on ${until}; until then it is not deleted for this reason.`
        : `The retention period of the study ends on ${until}. Give another reason if it has to go now.`,
      detailZh: byPolicy
        ? `该检查的法定保存期限至 ${until}，期满前不得以此原因删除。`
        : `该检查的法定保存期限至 ${until}；如确需删除，请说明其他原因。`,
      cause: error,
    });
  }
  if (error instanceof SecretBoxError)
    return new HttpProblem(
      503,
      'no-secret-key',
      'The server lacks the key that this secret was sealed with. Its operator finds in the log which one; a one-time password can be replaced by a recovery code.',
      '服务器缺少加密该密文的密钥，请联系运维人员（日志中有说明）；动态口令可改用恢复码登录。',
      { cause: error },
    );
  if (error instanceof PasswordsBusy)
    return problem('busy', { headers: { 'Retry-After': '5' }, cause: error });
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
    const known = problemOfBody(error) ?? problemOfStatus(error.status);
    if (known !== null) return known;
  }
  return problem('internal', { cause: error });
}

function titleOf(error: HttpProblem): string {
  const kind: ProblemKind | undefined = (PROBLEMS as Record<string, ProblemKind>)[error.code];
  return kind?.title ?? STATUS_CODES[error.status] ?? 'Error';
}

/** Body of a problem (RFC 9457). */
export function problemBody(error: HttpProblem, requestId: string): Problem {
  return {
    type: `urn:hutong:problem:${error.code}`,
    title: titleOf(error),
    status: error.status,
    code: error.code,
    detail: error.message,
    detailZh: error.detailZh,
    requestId,
    ...(/^\d+$/.test(error.headers['Retry-After'] ?? '')
      ? { retryAfterSeconds: Number(error.headers['Retry-After']) }
      : {}),
  };
}

/**
 * What may be logged of an error: its name, code and stack frames. Messages and driver details are left out,
 * for they quote values of the dataset.
 */
export function loggableError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...('code' in error ? { code: String(error.code) } : {}),
    // Written by this program alone, of ids of keys and names of settings.
    ...(error instanceof SecretBoxError ? { message: error.message } : {}),
    at: frames.slice(0, 12).map((line) => line.trim().slice(3)),
    ...(error.cause === undefined ? {} : { cause: loggableError(error.cause) }),
  };
}

/** How the errors of an interface are written, where its standard has a form of its own. Status and headers are set. */
export type ProblemWriter = (error: HttpProblem) => void;

/** Has the errors of this request be written so. */
export function answerProblemsBy(res: Response, write: ProblemWriter): void {
  (res.locals as { writeProblem?: ProblemWriter }).writeProblem = write;
}

export function sendProblem(res: Response, error: HttpProblem): void {
  res.status(error.status).set(error.headers);
  res.set('Cache-Control', 'no-store');
  const { writeProblem } = res.locals as { writeProblem?: ProblemWriter };
  if (writeProblem !== undefined) {
    writeProblem(error);
    return;
  }
  const body = problemBody(error, requestIdOf(res));
  res.vary('Sec-Fetch-Mode');
  if (wantsPage(res.req))
    res.set('Content-Security-Policy', ERROR_PAGE_POLICY).type('html').send(errorPage(body));
  else res.type('application/problem+json').send(JSON.stringify(body));
}

/** Last handler of the app: answers every thrown value, logs what is our fault. */
export function problemHandler(log: Logger) {
  return (thrown: unknown, _req: Request, res: Response, _next: NextFunction): void => {
    const error = toProblem(thrown);
    // 501 says what a client may not ask for; nothing failed.
    if (error.status >= 500 && error.status !== 501 && error.code !== 'busy') {
      const { code, cause = error } = error;
      log.error({ requestId: requestIdOf(res), code, error: loggableError(cause) }, 'request failed');
    }
    if (res.headersSent) {
      res.destroy();
      return;
    }
    sendProblem(res, error);
  };
}
