import {
  changePassword,
  confirmTotp,
  endSessionsOf,
  newTotp,
  type PasswordFault,
} from '@hutong/storage-config';
import type { Response, Router } from 'express';
import QRCode from 'qrcode';
import { z } from 'zod';
import { auditEvent } from '../audit/audit.ts';
import { authenticate } from '../auth/authenticate.ts';
import { sessionCookie } from '../auth/credentials.ts';
import { callerOf, type ServerParts } from '../context.ts';
import type { OneTimePasswordOffer } from '../contract.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';

const passwords = z.object({ present: z.string().min(1).max(1000), wanted: z.string().min(1).max(1000) });
const confirmation = z.object({
  secret: z.string().regex(/^[A-Z2-7]{32}$/),
  oneTimePassword: z.string().max(20),
});

const FAULTS: Readonly<Record<PasswordFault | 'same', { en: string; zh: string }>> = {
  tooShort: { en: 'It needs 10 characters at least.', zh: '密码至少需要 10 个字符。' },
  tooLong: { en: 'It may have 128 characters at most.', zh: '密码最多 128 个字符。' },
  tooSimple: {
    en: 'Mix three of small letters, capitals, digits and signs, or take 16 characters or more.',
    zh: '请包含小写字母、大写字母、数字、符号中的三种，或使用 16 个以上字符。',
  },
  holdsName: {
    en: 'It must not hold your name or that of the system.',
    zh: '密码不能包含您的姓名、用户名或系统名称。',
  },
  same: { en: 'It must differ from the present one.', zh: '新密码不能与当前密码相同。' },
};

/**
 * Adds what a signed-in person does with the own account, below `/api`: `PUT /account/password`, `POST` and `PUT
 * /account/one-time-password` to begin and confirm an authenticator app, `DELETE /account/sessions` to sign out everywhere
 * else.
 */
export function addAccountRoutes(
  router: Router,
  parts: Pick<ServerParts, 'index' | 'config' | 'audit'>,
): void {
  const { index } = parts;
  const signedIn = authenticate(parts);

  router.put('/account/password', signedIn, ...smallJson(4096), async (req, res) => {
    const { id } = accountOf(res);
    const body = passwords.safeParse(req.body);
    if (!body.success) throw badBody();
    const session = sessionCookie(req) ?? '';
    const outcome = await changePassword(index, {
      accountId: id,
      ...body.data,
      session,
      address: req.ip ?? '',
    });
    if (outcome.kind === 'refused') throw wrongPassword();
    if (outcome.kind !== 'changed') {
      const { en, zh } = FAULTS[outcome.kind];
      throw new HttpProblem(400, 'bad-password', en, zh);
    }
    await auditEvent(parts, req, res, { action: 'configure', detail: { what: 'password' } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.post('/account/one-time-password', signedIn, async (req, res) => {
    accountOf(res);
    const { secret, uri } = newTotp(callerOf(res).id, '互通 Hutong');
    await auditEvent(parts, req, res, {
      action: 'configure',
      detail: { what: 'one-time password asked for' },
    });
    const offer: OneTimePasswordOffer = {
      secret,
      uri,
      qrCode: await QRCode.toString(uri, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 }),
    };
    res.set('Cache-Control', 'no-store').json(offer);
  });

  router.put('/account/one-time-password', signedIn, ...smallJson(4096), async (req, res) => {
    const { id } = accountOf(res);
    const body = confirmation.safeParse(req.body);
    if (!body.success) throw badBody();
    const { secret, oneTimePassword } = body.data;
    if (!(await confirmTotp(index, id, secret, oneTimePassword))) {
      throw new HttpProblem(
        400,
        'bad-one-time-password',
        'This is not the one-time password that the app shows now, or one-time passwords are set up already.',
        '动态口令不正确，或已启用动态口令。',
      );
    }
    await auditEvent(parts, req, res, { action: 'configure', detail: { what: 'one-time password' } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.delete('/account/sessions', signedIn, async (req, res) => {
    await endSessionsOf(index, accountOf(res).id, sessionCookie(req));
    await auditEvent(parts, req, res, { action: 'signOut', detail: { what: 'all other sessions' } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
}

/** @throws HttpProblem 403 for whoever has no account of its own */
function accountOf(res: Response): { id: string } {
  const { account } = callerOf(res);
  if (account !== null) return account;
  throw problem('forbidden', {
    detail: 'Only a person signed in with an account of its own can do this.',
    detailZh: '仅使用个人账号登录的用户可执行此操作。',
  });
}

const wrongPassword = (): HttpProblem =>
  new HttpProblem(
    400,
    'wrong-password',
    'The present password is not right, or there were too many attempts.',
    '当前密码不正确，或尝试次数过多。',
  );

const badBody = (): HttpProblem =>
  problem('bad-request', {
    detail: 'The JSON body does not fit the description in /api/openapi.json.',
    detailZh: 'JSON 内容不符合 /api/openapi.json 的说明。',
  });
