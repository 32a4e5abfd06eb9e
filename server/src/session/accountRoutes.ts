import {
  changePassword,
  confirmTotp,
  endTotp,
  offerTotp,
  renewRecoveryCodes,
  type OwnPassword,
  type PasswordFault,
  readAccountSecurity,
} from '@hutong/storage-config';
import type { Request, Response, Router } from 'express';
import QRCode from 'qrcode';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { authenticate } from '../auth/authenticate.ts';
import { deviceCookie, sessionCookie } from '../auth/credentials.ts';
import { needsSecondFactor } from '../auth/pending.ts';
import type { ServerParts } from '../context.ts';
import type { AccountSecurity, OneTimePasswordOffer, RecoveryCodesBody } from '../contract.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { accountOf } from './ownAccount.ts';

const passwords = z.object({ present: z.string().min(1).max(1000), wanted: z.string().min(1).max(1000) });
const shown = z.object({ password: z.string().min(1).max(1000) });
const confirmation = z.object({ oneTimePassword: z.string().max(20) });

const FAULTS: Readonly<Record<PasswordFault | 'same' | 'reused', { en: string; zh: string }>> = {
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
  common: {
    en: 'It is one of the passwords that are tried first. Take words or signs that only you would put together.',
    zh: '该密码属于最常被尝试的密码，请换一个别人想不到的组合。',
  },
  same: { en: 'It must differ from the present one.', zh: '新密码不能与当前密码相同。' },
  reused: {
    en: 'It was used before. The last five cannot be chosen again.',
    zh: '不能使用最近 5 次用过的密码。',
  },
};

const ISSUER = '互通 Hutong';

/**
 * Adds what a signed-in person does with the own account, below `/api`: `GET /account` says how it is protected, `PUT
 * /account/password` changes the password; authenticator app and recovery codes ask for the password once more.
 */
export function addAccountRoutes(
  router: Router,
  parts: Pick<ServerParts, 'index' | 'config' | 'audit' | 'secrets'>,
): void {
  const { index, secrets, config } = parts;
  const signedIn = authenticate(parts);
  const configured = (req: Request, res: Response, what: string) =>
    auditEvent(parts, req, res, { action: 'configure', detail: { what } });

  router.get('/account', signedIn, async (_req, res) => {
    const { id, roles } = accountOf(res);
    const { passwordSetAt, oneTimePasswords, recoveryCodesLeft } = await readAccountSecurity(index, id);
    const { passwordDays } = config.signIn;
    const ends =
      passwordSetAt === null || passwordDays === 0
        ? null
        : passwordSetAt.getTime() + passwordDays * 86_400_000;
    const security: AccountSecurity = {
      passwordSetAt: passwordSetAt?.toISOString() ?? null,
      passwordEndsAt: ends === null ? null : new Date(ends).toISOString(),
      oneTimePasswords,
      recoveryCodesLeft,
      secondFactorRequired: needsSecondFactor(roles, config.signIn),
    };
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(security);
  });

  router.put('/account/password', signedIn, ...smallJson(4096), async (req, res) => {
    const { id } = accountOf(res);
    const body = passwords.safeParse(req.body);
    if (!body.success) throw badBody();
    const outcome = await changePassword(index, {
      ...ownOf(req, id),
      ...body.data,
      session: sessionCookie(req) ?? '',
    });
    if (outcome.kind === 'refused' || outcome.kind === 'locked') throw wrongPassword(outcome);
    if (outcome.kind !== 'changed') {
      const { en, zh } = FAULTS[outcome.kind];
      throw new HttpProblem(400, 'bad-password', en, zh);
    }
    await configured(req, res, 'password');
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.post('/account/one-time-password', signedIn, ...smallJson(4096), async (req, res) => {
    const own = shownPassword(req, accountOf(res).id);
    if (!secrets.usable) throw noKey();
    const outcome = await offerTotp(index, own, secrets, ISSUER);
    if (outcome.kind === 'present') throw isSetUp();
    if (outcome.kind !== 'offered') throw wrongPassword(outcome);
    const { secret, uri } = outcome;
    await configured(req, res, 'one-time password asked for');
    const offer: OneTimePasswordOffer = {
      secret,
      uri,
      qrCode: await QRCode.toString(uri, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 }),
    };
    res.set('Cache-Control', 'no-store').json(offer);
  });

  router.put('/account/one-time-password', signedIn, ...smallJson(4096), async (req, res) => {
    const { id: accountId } = accountOf(res);
    const body = confirmation.safeParse(req.body);
    if (!body.success) throw badBody();
    const session = sessionCookie(req) ?? '';
    const recoveryCodes = await confirmTotp(index, { accountId, session, ...body.data }, secrets);
    if (recoveryCodes === null) {
      throw new HttpProblem(
        400,
        'bad-one-time-password',
        'This is not the one-time password that the app shows now, or what it was offered is too old. Scan the code again.',
        '动态口令不正确，或二维码已过期，请重新扫描。',
      );
    }
    await configured(req, res, 'one-time password');
    res.set('Cache-Control', 'no-store').json({ recoveryCodes } satisfies RecoveryCodesBody);
  });

  router.post('/account/one-time-password/end', signedIn, ...smallJson(4096), async (req, res) => {
    const outcome = await endTotp(index, shownPassword(req, accountOf(res).id));
    if (outcome.kind === 'absent') throw notSetUp();
    if (outcome.kind !== 'ended') throw wrongPassword(outcome);
    await configured(req, res, 'one-time password ended');
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.post('/account/recovery-codes', signedIn, ...smallJson(4096), async (req, res) => {
    const outcome = await renewRecoveryCodes(index, shownPassword(req, accountOf(res).id));
    if (outcome.kind === 'absent') throw notSetUp();
    if (outcome.kind !== 'made') throw wrongPassword(outcome);
    await configured(req, res, 'recovery codes');
    res.set('Cache-Control', 'no-store').json({ recoveryCodes: outcome.codes } satisfies RecoveryCodesBody);
  });
}

const ownOf = (req: Request, accountId: string) => ({
  accountId,
  address: req.ip ?? '',
  device: deviceCookie(req),
});

/** The own password that a request shows once more. @throws HttpProblem 400 */
function shownPassword(req: Request, accountId: string): OwnPassword {
  const body = shown.safeParse(req.body);
  if (!body.success) throw badBody();
  return { ...ownOf(req, accountId), ...body.data };
}

function wrongPassword(outcome: { kind: 'refused' } | { kind: 'locked'; seconds: number }): HttpProblem {
  if (outcome.kind === 'locked')
    return problem('too-many-attempts', { headers: { 'Retry-After': String(outcome.seconds) } });
  return new HttpProblem(400, 'wrong-password', 'The present password is not right.', '当前密码不正确。');
}

const isSetUp = (): HttpProblem =>
  problem('conflict', {
    detail: 'One-time passwords are set up already.',
    detailZh: '动态口令已启用。',
  });

const notSetUp = (): HttpProblem =>
  problem('conflict', { detail: 'One-time passwords are not set up.', detailZh: '动态口令尚未启用。' });

const noKey = (): HttpProblem =>
  problem('unavailable', {
    detail: 'The server has no key to seal secrets with. Ask the operator to set HUTONG_SECRET_KEY_FILE.',
    detailZh: '服务器未配置密钥加密密钥，请联系运维人员设置 HUTONG_SECRET_KEY_FILE。',
  });

const badBody = (): HttpProblem =>
  problem('bad-request', {
    detail: 'The JSON body does not fit the description in /api/openapi.json.',
    detailZh: 'JSON 内容不符合 /api/openapi.json 的说明。',
  });
