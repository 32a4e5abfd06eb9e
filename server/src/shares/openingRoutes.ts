import { findHospital, openShare, type ShareOpener, type ShareOutcome } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, auditRefusal } from '../audit/audit.ts';
import { refuseForeignPages } from '../auth/origin.ts';
import type { Caller, ServerParts } from '../context.ts';
import type { Bilingual } from '@hutong/conformance';
import type { OpenedShareBody } from '../contract/shares.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { deviceFamily } from './device.ts';
import { overProblem } from './endedWords.ts';
import { setShareCookie } from './shareCookie.ts';
import { signedInPerson } from './signedIn.ts';

const body = z.object({ token: z.string().min(1).max(200), factor: z.string().max(200).optional() });

/** `POST /share-sessions` below `/api`, for everyone: exchanges the token of a link, and what is asked for beside it, for a cookie. */
export function shareOpeningRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const signedIn = signedInPerson(parts);
  const router = Router();
  router.post('/share-sessions', refuseForeignPages(config), ...smallJson(4096), async (req, res) => {
    const parsed = body.safeParse(req.body);
    if (!parsed.success) throw problem('bad-request');
    const { token, factor = null } = parsed.data;
    const outcome = await openShare(index, token, factor, {
      address: req.ip ?? '',
      device: deviceFamily(req.get('user-agent')),
      person: await signedIn(req),
    });
    res.set('Cache-Control', 'no-store');
    switch (outcome.kind) {
      case 'opened': {
        if (outcome.person !== null) actAs(res, outcome.person);
        await auditEvent(parts, req, res, {
          action: 'view',
          hospital: outcome.hospital,
          detail: { share: outcome.id, alias: outcome.alias, what: 'opened' },
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
        const needed: OpenedShareBody = {
          state: 'factorNeeded',
          // Whether a code lets in once or more often is for who made it to know.
          factor: outcome.factor === 'oneTimeCode' ? 'code' : outcome.factor,
          hospital: await nameOf(outcome.hospital),
          audience: outcome.audience,
          relation: outcome.relation,
          exams: outcome.exams,
          waitSeconds: outcome.waitSeconds,
          attemptsLeft: outcome.attemptsLeft,
        };
        res.json(needed);
        return;
      }
      case 'signInNeeded': {
        const hospitals = await Promise.all(outcome.hospitals.map(nameOf));
        const needed: OpenedShareBody = {
          state: 'signInNeeded',
          hospital: await nameOf(outcome.hospital),
          hospitals,
        };
        res.json(needed);
        return;
      }
      default:
        throw refusalOf(outcome, req, res);
    }
  });

  function refusalOf(
    outcome: Exclude<ShareOutcome, { kind: 'opened' | 'factorNeeded' | 'signInNeeded' }>,
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
        return overProblem(outcome.why);
      case 'notYet':
        return new HttpProblem(
          403,
          'share-not-yet',
          `This share opens at ${outcome.from.toISOString()}.`,
          `该分享将于 ${outcome.from.toISOString()} 开放。`,
        );
      case 'factorWrong': {
        const { id, hospital, left, waitSeconds } = outcome;
        auditRefusal(parts, req, res, 'share-factor-wrong', { hospital, detail: { share: id } });
        const wait = waitSeconds === 0 ? null : waitSeconds;
        return new HttpProblem(
          403,
          'share-factor-wrong',
          `That is not right. ${left} more attempts are left${wait === null ? '' : `, the next in ${wait} seconds`}.`,
          `验证不正确，还可尝试 ${left} 次${wait === null ? '' : `，请 ${wait} 秒后再试`}。`,
          wait === null ? {} : { headers: { 'Retry-After': String(wait) } },
        );
      }
      case 'codeUsed':
        return new HttpProblem(
          403,
          'share-code-used',
          'This code was used already. Ask who made the share for another one.',
          '该验证码已使用过，请联系分享者获取新的验证码。',
        );
      case 'wait':
        return new HttpProblem(
          429,
          'share-wait',
          `There were too many wrong entries. Try again in ${outcome.seconds} seconds.`,
          `错误次数过多，请 ${outcome.seconds} 秒后再试。`,
          { headers: { 'Retry-After': String(outcome.seconds) } },
        );
      case 'notForYou': {
        const { id, hospital } = outcome;
        auditRefusal(parts, req, res, 'share-not-for-you', { hospital, detail: { share: id } });
        return new HttpProblem(
          403,
          'share-not-for-you',
          'This share is for somebody else. Sign in with the account it was sent to.',
          '该分享不是给当前账号的，请使用收到链接的账号登录。',
        );
      }
    }
  }

  /** The records name who opened it, and nothing is gained by it. */
  function actAs(res: Response, { id, name }: ShareOpener): void {
    const caller: Caller = {
      kind: 'person',
      id,
      displayName: name,
      rights: {},
      purpose: 'TREAT',
      storesFor: null,
      account: null,
      sessionExpiresAt: null,
    };
    Object.assign(res.locals, { caller });
  }

  async function nameOf(hospital: string): Promise<Bilingual> {
    const found = await findHospital(index, hospital);
    return { zh: found?.nameZh ?? '', en: found?.nameEn ?? '' };
  }
  return router;
}
