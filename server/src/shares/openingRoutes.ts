import { findHospital, openShare, type ShareOutcome } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, auditRefusal } from '../audit/audit.ts';
import { refuseForeignPages } from '../auth/origin.ts';
import type { ServerParts } from '../context.ts';
import type { OpenedShareBody } from '../contract/shares.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { setShareCookie } from './shareCookie.ts';

const body = z.object({ token: z.string().min(1).max(200), factor: z.string().max(200).optional() });

const OVER: Readonly<Record<Extract<ShareOutcome, { kind: 'over' }>['why'], { en: string; zh: string }>> = {
  revoked: { en: 'This share was ended by who made it.', zh: '该分享已被分享者取消。' },
  expired: { en: 'This share has expired.', zh: '该分享已过期。' },
  usedUp: { en: 'This share was opened as often as it may be.', zh: '该分享的打开次数已用完。' },
  locked: {
    en: 'Too many wrong entries: this share is over. Ask for a new one.',
    zh: '验证错误次数过多，该分享已失效，请联系分享者重新获取。',
  },
};

/** `POST /share-sessions` below `/api`, for everyone: exchanges the token of a link, and what is asked for beside it, for a cookie. */
export function shareOpeningRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  router.post('/share-sessions', refuseForeignPages(config), ...smallJson(4096), async (req, res) => {
    const parsed = body.safeParse(req.body);
    if (!parsed.success) throw problem('bad-request');
    const { token, factor = null } = parsed.data;
    const outcome = await openShare(index, token, factor, req.ip ?? '');
    res.set('Cache-Control', 'no-store');
    switch (outcome.kind) {
      case 'opened': {
        await auditEvent(parts, req, res, {
          action: 'share',
          hospital: outcome.hospital,
          detail: { alias: outcome.alias, what: 'opened' },
        });
        setShareCookie(req, res, config, outcome);
        const opened: OpenedShareBody = {
          state: 'opened',
          alias: outcome.alias,
          expiresAt: outcome.expiresAt.toISOString(),
        };
        res.status(201).json(opened);
        return;
      }
      case 'factorNeeded': {
        const hospital = await findHospital(index, outcome.hospital);
        const needed: OpenedShareBody = {
          state: 'factorNeeded',
          factor: outcome.factor,
          hospital: { zh: hospital?.nameZh ?? '', en: hospital?.nameEn ?? '' },
        };
        res.json(needed);
        return;
      }
      default:
        throw refusalOf(outcome, req, res);
    }
  });

  function refusalOf(
    outcome: Exclude<ShareOutcome, { kind: 'opened' | 'factorNeeded' }>,
    req: Request,
    res: Response,
  ): HttpProblem {
    switch (outcome.kind) {
      case 'unknown':
        return new HttpProblem(
          404,
          'share-unknown',
          'This link is not complete, or leads to no share.',
          '链接不完整，或分享不存在。',
        );
      case 'over':
        return new HttpProblem(410, 'share-over', OVER[outcome.why].en, OVER[outcome.why].zh);
      case 'notYet':
        return new HttpProblem(
          403,
          'share-not-yet',
          `This share opens at ${outcome.from.toISOString()}.`,
          `该分享将于 ${outcome.from.toISOString()} 开放。`,
        );
      case 'factorWrong':
        auditRefusal(parts, req, res, 'share-factor-wrong');
        return new HttpProblem(
          403,
          'share-factor-wrong',
          `That is not right. ${outcome.left} more attempts are left.`,
          `验证不正确，还可尝试 ${outcome.left} 次。`,
        );
    }
  }
  return router;
}
