import type { NextFunction, Request, Response } from 'express';
import type { Caller, Scope, ServerParts } from '../context.ts';
import { auditRefusal } from '../audit/audit.ts';
import { callerOf, holds } from '../context.ts';
import { problem } from '../problem.ts';
import { SCOPE_PREFIX } from './bearerToken.ts';
import { createCallerLookup, trialCaller } from './callers.ts';
import { CallerWatch } from './callerWatch.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { keyUseOf } from './keyUse.ts';
import { comesFromForeignPage } from './origin.ts';
import { actingAs, PURPOSE_HEADER } from './purposes.ts';
import { callerNow } from './stillValid.ts';

/**
 * Finds out who asks and keeps it for {@link callerOf}.
 *
 * Answers 401 when no valid credential came, 403 when a foreign page borrows a session for a change, or the caller has no
 * role for the purpose that it names.
 */
export function authenticate(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>) {
  const { index, config } = parts;
  const find = createCallerLookup(index, config);
  const watch = new CallerWatch();
  const findAgain = callerNow(parts, { believedMs: 0, reading: false, evenIdle: true });
  const trial = config.auth === 'off' ? trialCaller(config.defaultHospital) : null;
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const credentials = credentialsOf(req);
    // A key in a header cannot be borrowed by a page; a cookie, or no credential at all, can.
    if (credentials.kind !== 'key' && comesFromForeignPage(req, config)) throw problem('forbidden');
    const caller = trial ?? (await find(credentials, keyUseOf(req, config)));
    if (caller === null) {
      // Whoever shows nothing is asked to sign in; whoever shows what is not valid may be guessing.
      if (credentials.kind !== 'none') auditRefusal(parts, req, res, 'unauthenticated');
      throw unauthenticated(req, credentials.kind);
    }
    // Known before it is refused, so that the refusal has a name on record.
    (res.locals as { caller?: Caller }).caller = caller;
    Object.assign(res.locals, {
      caller: actingAs(caller, req.get(PURPOSE_HEADER), config.separateDuties),
    });
    if (trial === null && (req.method === 'GET' || req.method === 'HEAD'))
      watch.add(nameOf(credentials, req), res, () => findAgain(req, caller));
    next();
  };
}

/** What is the same for requests that are let in and answered alike. */
function nameOf(credentials: Credentials, req: Request): string {
  const secret = 'secret' in credentials ? credentials.secret : '';
  return JSON.stringify([credentials.kind, secret, req.get(PURPOSE_HEADER), req.ip]);
}

/** Which of these it is, only the log of the audit says: the words are the same for every key. */
const NOT_VALID = {
  detail:
    'The key or token in the Authorization header is not valid, has ended, or is not for requests from here.',
  detailZh: 'Authorization 头中的密钥或令牌无效、已失效，或不允许从此处使用。',
};

/** Basic is offered to programs only: a browser would open its own password window for it. */
function unauthenticated(req: Request, kind: Credentials['kind']) {
  const browser = req.get('sec-fetch-mode') !== undefined;
  // RFC 6750 §3.1; why it is not valid is nobody's business.
  const bearer = kind === 'key' ? 'Bearer realm="hutong", error="invalid_token"' : 'Bearer realm="hutong"';
  const challenge = browser ? bearer : `${bearer}, Basic realm="hutong", charset="UTF-8"`;
  return problem('unauthenticated', {
    headers: { 'WWW-Authenticate': challenge },
    ...(kind === 'key' || kind === 'malformed' ? NOT_VALID : {}),
  });
}

const WORDS: Record<Scope, { en: string; zh: string }> = {
  store: { en: 'store', zh: '存储' },
  read: { en: 'read', zh: '读取' },
  correct: { en: 'correct or delete', zh: '更正或删除' },
  review: { en: 'decide on verdicts or map exams', zh: '判定互认结果或维护检查项目对照' },
  share: { en: 'share studies', zh: '分享检查' },
  export: { en: 'export de-identified copies', zh: '导出去标识化数据' },
  admin: { en: 'administer', zh: '管理' },
  keys: { en: 'manage credentials of machines', zh: '管理设备与系统凭证' },
  accounts: { en: 'manage accounts', zh: '管理用户' },
  audit: { en: 'read the audit trail', zh: '查看审计记录' },
  metrics: { en: 'read the metrics', zh: '读取运行指标' },
  registry: { en: 'keep the registry of mutual recognition', zh: '维护互认登记' },
  recognise: { en: 'ask for reminders or record recognition', zh: '查询互认提醒或登记互认结果' },
  orders: { en: 'give patients, orders and reports', zh: '提交患者、申请单与报告' },
  persons: { en: 'link patients to persons', zh: '维护患者主索引' },
  figures: { en: 'read the figures of recognition', zh: '查看互认统计' },
};

/** Answers 403 unless the caller's credential has the scope. */
export function requireScope(scope: Scope) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    if (holds(callerOf(res), scope)) {
      next();
      return;
    }
    const { en, zh } = WORDS[scope];
    throw problem('forbidden', {
      detail: `This credential may not ${en}: it lacks the scope "${scope}".`,
      detailZh: `当前凭证没有${zh}权限（scope：${scope}）。`,
      // RFC 6750 §3.1: an application may ask its person for more.
      ...(callerOf(res).account?.allowed === undefined
        ? {}
        : {
            headers: {
              'WWW-Authenticate': `Bearer realm="hutong", error="insufficient_scope", scope="${SCOPE_PREFIX}${scope}"`,
            },
          }),
    });
  };
}
