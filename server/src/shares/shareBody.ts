import { type NewShare, type Share, SHARE_FACTORS } from '@hutong/storage-config';
import { z } from 'zod';
import type { ShareBody } from '../contract/shares.ts';
import { HttpProblem } from '../problem.ts';

const HOUR_MS = 3_600_000;
const LONGEST_HOURS = 366 * 24;
const MAX_STUDIES = 50;

const uid = z.string().regex(/^[0-9.]{1,64}$/);
const body = z.strictObject({
  hospital: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  studies: z
    .array(z.strictObject({ studyInstanceUid: uid, seriesInstanceUids: z.array(uid).max(500).default([]) }))
    .min(1)
    .max(MAX_STUDIES)
    .optional(),
  accessionNumber: z.string().trim().min(1).max(64).optional(),
  patientId: z.string().trim().min(1).max(64).optional(),
  mayDownload: z.boolean().default(false),
  notBefore: z.iso.datetime({ offset: true }).optional(),
  hours: z.number().min(1).max(LONGEST_HOURS),
  maxUses: z.int().min(1).max(10_000).nullish(),
  factor: z.enum(SHARE_FACTORS),
  secret: z.string().max(128).optional(),
  note: z.string().trim().max(200).default(''),
});

const SECRETS: Readonly<Record<NewShare['factor'], { fits: RegExp | null; en: string; zh: string }>> = {
  none: { fits: null, en: 'No secret is asked for with factor "none".', zh: '不设验证时不应填写 secret。' },
  code: { fits: null, en: 'The code is made by the server.', zh: '验证码由系统生成，不应填写 secret。' },
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
  const parsed = body.safeParse(json);
  if (!parsed.success) {
    const where = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'body'))].join(', ');
    throw refused(
      `The JSON body does not fit the description in /api/openapi.json: ${where}.`,
      `JSON 内容不符合 /api/openapi.json 的说明：${where}。`,
    );
  }
  const {
    studies,
    accessionNumber,
    patientId,
    hours,
    notBefore,
    factor,
    secret = null,
    ...given
  } = parsed.data;
  if ((studies === undefined) === (accessionNumber === undefined))
    throw refused('Give either studies or accessionNumber.', '请填写 studies 或 accessionNumber 之一。');
  const rule = SECRETS[factor];
  if (rule.fits === null ? secret !== null : secret === null || !rule.fits.test(secret))
    throw refused(rule.en, rule.zh);
  const from = notBefore === undefined ? null : new Date(notBefore);
  return {
    hospital: given.hospital,
    content:
      studies === undefined
        ? { accessionNumber: accessionNumber ?? '', patientId: patientId ?? null }
        : {
            studies: studies.map((one) => ({ study: one.studyInstanceUid, series: one.seriesInstanceUids })),
          },
    mayDownload: given.mayDownload,
    notBefore: from,
    expiresAt: new Date((from ?? now).getTime() + hours * HOUR_MS),
    maxUses: given.maxUses ?? null,
    factor,
    secret,
    note: given.note,
  };
}

const refused = (en: string, zh: string): HttpProblem => new HttpProblem(400, 'bad-share', en, zh);

/** A share as its maker sees it. */
export function shareBody(share: Share, now = Date.now()): ShareBody {
  return {
    id: share.id,
    alias: share.alias,
    hospital: share.hospital,
    accessionNumber: share.accessionNumber,
    studies: share.studies.map(({ study, series }) => ({
      studyInstanceUid: study,
      seriesInstanceUids: series,
    })),
    mayDownload: share.mayDownload,
    notBefore: share.notBefore.toISOString(),
    expiresAt: share.expiresAt.toISOString(),
    maxUses: share.maxUses,
    uses: share.uses,
    factor: share.factor,
    note: share.note,
    author: { kind: share.author.kind, name: share.author.name === '' ? share.author.id : share.author.name },
    createdAt: share.createdAt.toISOString(),
    state: stateOf(share, now),
  };
}

function stateOf(share: Share, now: number): ShareBody['state'] {
  if (share.revokedAt !== null) return 'revoked';
  if (share.expiresAt.getTime() <= now) return 'expired';
  if (share.locked) return 'locked';
  if (share.maxUses !== null && share.uses >= share.maxUses) return 'usedUp';
  return share.notBefore.getTime() > now ? 'notYet' : 'open';
}
