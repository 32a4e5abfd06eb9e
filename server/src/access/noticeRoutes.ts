import { answerNotice, countUnread, readNotices } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type { NoticesBody } from '../contract/access.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { pageSize, readListQuery, single } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { badBody, hospitalRefs, noticeBody } from './bodies.ts';

const listed = z.object({
  limit: pageSize(50, 200),
  before: single
    .transform(([text]) => Number(text))
    .pipe(z.int().positive())
    .nullable()
    .default(null),
});

const answer = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('acknowledged'), answer: z.string().max(1000).default('') }),
  z.strictObject({ state: z.literal('contested'), answer: z.string().trim().min(2).max(1000) }),
]);

/**
 * `/access/notices` below `/api`, for who may read the hospital's audit trail: what was opened in an emergency. `PATCH
 * …/{id}` acknowledges or contests.
 */
export function noticeRoutes(parts: Pick<ServerParts, 'index' | 'audit'>): Router {
  const { index } = parts;
  const router = Router();
  const audit = requireScope('audit');

  router.get('/access/notices', audit, async (req, res) => {
    const { limit, before } = readListQuery(listed, queryParameters(req.originalUrl));
    const hospitals = hospitalsWith(callerOf(res), 'audit');
    const found = await readNotices(index, hospitals, { before, limit: limit + 1 });
    const unread = await countUnread(index, hospitals);
    await auditAccess(parts, req, res, { action: 'search', detail: { of: 'access notices' } });
    const ref = await hospitalRefs(index);
    const page = found.slice(0, limit);
    const body: NoticesBody = {
      unread,
      notices: page.map((one) => noticeBody(one, ref)),
      next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.patch('/access/notices/:notice', audit, ...smallJson(8192), async (req, res) => {
    const parsed = answer.safeParse(req.body);
    if (!parsed.success)
      throw badBody(
        'Say {"state": "acknowledged" or "contested", "answer": "…"}; to contest needs words.',
        '请求体应为 {"state": "acknowledged" 或 "contested", "answer": "…"}；提出异议须填写说明。',
      );
    const caller = callerOf(res);
    const text = String(req.params['notice']);
    const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : 0;
    const said = { ...parsed.data, answer: parsed.data.answer.replaceAll('\0', ''), by: caller.displayName };
    const notice = await answerNotice(index, id, hospitalsWith(caller, 'audit'), said);
    if (notice === null)
      throw problem('not-found', { detail: 'There is no such notice.', detailZh: '没有该通知。' });
    await auditEvent(parts, req, res, {
      action: 'grant',
      hospital: notice.hospital,
      studyInstanceUid: notice.grant.studyInstanceUid,
      detail: { grant: notice.grant.id, notice: id, what: notice.state },
    });
    res.set('Cache-Control', 'no-store').json(noticeBody(notice, await hospitalRefs(index)));
  });
  return router;
}
