import {
  GUARDIAN_RELATIONS,
  type NewShare,
  SHARE_AUDIENCES,
  SHARE_FACTORS,
  type SharePolicy,
  LONGEST_SHARE_HOURS,
} from '@hutong/storage-config';
import { z } from 'zod';
import { parsedBody } from '../jsonBody.ts';
import { HttpProblem } from '../problem.ts';

const HOUR_MS = 3_600_000;
const MAX_STUDIES = 50;

const MAX_NUMBERS = 20;

const hospitalCode = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const accessionNumber = z.string().trim().min(1).max(64);
const uid = z.string().regex(/^[0-9.]{1,64}$/);
const body = z.strictObject({
  hospital: hospitalCode,
  studies: z
    .array(z.strictObject({ studyInstanceUid: uid, seriesInstanceUids: z.array(uid).max(500).default([]) }))
    .min(1)
    .max(MAX_STUDIES)
    .optional(),
  accessionNumber: accessionNumber.optional(),
  accessionNumbers: z.array(accessionNumber).min(1).max(MAX_NUMBERS).optional(),
  patientId: z.string().trim().min(1).max(64).optional(),
  audience: z.enum(SHARE_AUDIENCES).default('patient'),
  guardian: z
    .strictObject({ name: z.string().trim().min(1).max(64), relation: z.enum(GUARDIAN_RELATIONS) })
    .optional(),
  signIn: z
    .strictObject({
      hospitals: z.array(hospitalCode).max(100).default([]),
      account: z.string().trim().toLowerCase().min(2).max(64).nullish(),
    })
    .optional(),
  mayDownload: z.boolean().default(false),
  mayReply: z.boolean().default(false),
  watermark: z.boolean().default(false),
  notBefore: z.iso.datetime({ offset: true }).optional(),
  hours: z.number().min(1).max(LONGEST_SHARE_HOURS),
  maxUses: z.int().min(1).max(10_000).nullish(),
  factor: z.enum(SHARE_FACTORS),
  secret: z.string().max(128).optional(),
  note: z.string().trim().max(200).default(''),
});

const SECRETS: Readonly<Record<NewShare['factor'], { fits: RegExp | null; en: string; zh: string }>> = {
  none: { fits: null, en: 'No secret is asked for with factor "none".', zh: '不设验证时不应填写 secret。' },
  code: { fits: null, en: 'The code is made by the server.', zh: '验证码由系统生成，不应填写 secret。' },
  oneTimeCode: {
    fits: null,
    en: 'The code is made by the server.',
    zh: '验证码由系统生成，不应填写 secret。',
  },
  password: {
    fits: /^\S.{4,126}\S$/,
    en: 'A password has 6 to 128 characters.',
    zh: '访问密码应为 6 至 128 个字符。',
  },
  idDigits: {
    fits: /^\d{3,7}[\dXx]$/,
    en: 'Give the last 4 to 8 characters of the identity card.',
    zh: '请填写身份证号后 4 至 8 位。',
  },
};

/** What a body asks to share. @throws HttpProblem 400 naming the members that do not fit */
export function parseShare(json: unknown, now = new Date()): Omit<NewShare, 'author'> {
  const {
    studies,
    patientId,
    hours,
    notBefore,
    factor,
    secret = null,
    guardian = null,
    ...given
  } = parsedBody(body, json, { code: 'bad-share' });
  const single = given.accessionNumber === undefined ? undefined : [given.accessionNumber];
  const named = [studies, single, given.accessionNumbers].filter((one) => one !== undefined);
  if (named.length !== 1)
    throw refused(
      'Give either studies, accessionNumber or accessionNumbers.',
      '请填写 studies、accessionNumber、accessionNumbers 之一。',
    );
  if ((given.audience === 'guardian') !== (guardian !== null))
    throw refused(
      'A guardian is given with the audience "guardian", and only then.',
      'audience 为 guardian 时须填写 guardian，其他情况不应填写。',
    );
  checkSecret(factor, secret);
  const from = notBefore === undefined ? null : new Date(notBefore);
  return {
    hospital: given.hospital,
    content:
      studies === undefined
        ? {
            accessionNumbers: [...new Set(given.accessionNumbers ?? single ?? [])],
            patientId: patientId ?? null,
          }
        : {
            studies: studies.map((one) => ({ study: one.studyInstanceUid, series: one.seriesInstanceUids })),
          },
    audience: given.audience,
    guardian,
    signIn:
      given.signIn === undefined
        ? null
        : { hospitals: given.signIn.hospitals, account: given.signIn.account ?? null },
    mayDownload: given.mayDownload,
    mayReply: given.mayReply,
    watermark: given.watermark,
    notBefore: from,
    expiresAt: new Date((from ?? now).getTime() + hours * HOUR_MS),
    maxUses: given.maxUses ?? null,
    factor,
    secret,
    note: given.note,
  };
}

/** Another password or digits for a share that asks for one. @throws HttpProblem 400 */
export function checkSecret(factor: NewShare['factor'], secret: string | null): void {
  const rule = SECRETS[factor];
  if (rule.fits === null ? secret !== null : secret === null || !rule.fits.test(secret))
    throw refused(rule.en, rule.zh);
}

/** Body of `POST /shares/{share}/factor`. @throws HttpProblem 400 */
export function parseFactor(json: unknown): string | null {
  const parsed = z.strictObject({ secret: z.string().max(128).optional() }).safeParse(json ?? {});
  if (!parsed.success) throw refused('Give a secret, or nothing.', '请填写 secret，或留空。');
  return parsed.data.secret ?? null;
}

/**
 * Holds what is asked for against what the region and the hospital allow.
 *
 * @throws HttpProblem 403 `share-policy`, saying what is not allowed
 */
export function checkPolicy(wanted: Omit<NewShare, 'author'>, limits: SharePolicy): void {
  const hours = (wanted.expiresAt.getTime() - (wanted.notBefore?.getTime() ?? Date.now())) / HOUR_MS;
  const isColleague = wanted.audience === 'colleague';
  const { longestHours, mostUses } = limits;
  if (isColleague && limits.colleagueSignIn && wanted.signIn === null)
    throw forbidden('Links for colleagues ask for signing in here.', '给同行的链接须要求登录。');
  if (!isColleague && limits.patientFactor && wanted.factor === 'none')
    throw forbidden(
      'Links for patients ask for something beside the link here.',
      '给患者或监护人的链接须设置验证方式。',
    );
  // A minute for the way here.
  if (longestHours !== null && hours > longestHours + 1 / 60)
    throw forbidden(
      `Links last ${longestHours} hours at most here.`,
      `链接有效期最长 ${longestHours} 小时。`,
    );
  if (mostUses !== null && (wanted.maxUses === null || wanted.maxUses > mostUses))
    throw forbidden(`Links open ${mostUses} times at most here.`, `链接最多可打开 ${mostUses} 次。`);
  if (wanted.mayDownload && (!limits.mayDownload || limits.watermark || wanted.watermark))
    throw forbidden(
      'What is shared cannot be downloaded here, or not with marked pictures.',
      '此处不允许下载，或开启水印时不能下载。',
    );
  if (wanted.mayReply && !limits.mayReply)
    throw forbidden('Nothing is sent back through links here.', '此处不允许通过链接回传文件。');
}

const forbidden = (en: string, zh: string): HttpProblem =>
  new HttpProblem(
    403,
    'share-policy',
    `The policy on shares does not allow this. ${en}`,
    `分享策略不允许：${zh}`,
  );

const refused = (en: string, zh: string): HttpProblem => new HttpProblem(400, 'bad-share', en, zh);
