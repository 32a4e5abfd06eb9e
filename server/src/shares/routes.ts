import { createShare, readShareOpenings, readShares, revokeShare } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import QRCode from 'qrcode';
import { z } from 'zod';
import { auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import { authorOf, callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type { MadeShareBody, ShareDetail, SharesPage } from '../contract/shares.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { codes, pageSize, readListQuery, single } from '../listQuery.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { parseShare, shareBody } from './shareBody.ts';

const BODY_LIMIT = 65_536;
const MAX_OPENINGS = 200;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Parts = Pick<ServerParts, 'index' | 'config' | 'audit'>;

/** `/shares` below `/api`, for who may share: make a link, list, see who opened it, end it. */
export function shareRoutes(parts: Parts): Router {
  const { index } = parts;
  const router = Router();
  const share = requireScope('share');

  router.post('/shares', share, ...smallJson(BODY_LIMIT), (req, res) => make(parts, req, res));

  router.get('/shares', share, async (req, res) => {
    const { hospitals, study, limit, before } = listQuery(req, hospitalsWith(callerOf(res), 'share'));
    const found = await readShares(index, { id: null, hospitals, study, limit: limit + 1, before });
    const page: SharesPage = {
      shares: found.slice(0, limit).map((one) => shareBody(one)),
      next: found.length > limit ? (found[limit - 1]?.createdAt.toISOString() ?? null) : null,
    };
    await auditEvent(parts, req, res, {
      action: 'search',
      studyInstanceUid: study ?? '',
      detail: { of: 'shares' },
    });
    res.set('Cache-Control', 'no-store').json(page);
  });

  router.get('/shares/:share', share, async (req, res) => {
    const id = idOf(req);
    const hospitals = hospitalsWith(callerOf(res), 'share');
    const [found] = await readShares(index, { id, hospitals, study: null, limit: 1, before: null });
    if (found === undefined) throw noShare();
    const openings = await readShareOpenings(index, id, MAX_OPENINGS);
    await auditEvent(parts, req, res, {
      action: 'metadata',
      hospital: found.hospital,
      detail: { share: id },
    });
    const detail: ShareDetail = {
      ...shareBody(found),
      openings: openings.map(({ at, address }) => ({ at: at.toISOString(), address })),
    };
    res.set('Cache-Control', 'no-store').json(detail);
  });

  router.delete('/shares/:share', share, async (req, res) => {
    const id = idOf(req);
    const caller = callerOf(res);
    const hospital = await revokeShare(index, id, hospitalsWith(caller, 'share'), caller.id);
    if (hospital === null) throw noShare();
    await auditEvent(parts, req, res, { action: 'share', hospital, detail: { share: id, what: 'revoked' } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}

async function make(parts: Parts, req: Request, res: Response): Promise<void> {
  const wanted = parseShare(req.body);
  const caller = callerOf(res);
  // Another hospital's studies are to be shared by that hospital; that there are any is not said.
  const made = may(caller, 'share', wanted.hospital)
    ? await createShare(parts.index, { ...wanted, author: authorOf(caller) })
    : null;
  if (made === null) {
    throw problem('not-found', {
      detail: 'The hospital has no such study or series that this credential may share.',
      detailZh: '该医院没有可由当前凭证分享的此检查或序列。',
    });
  }
  const { share, token, code } = made;
  for (const study of share.studies.length === 0 ? [''] : share.studies.map((one) => one.study)) {
    await auditEvent(parts, req, res, {
      action: 'share',
      hospital: share.hospital,
      studyInstanceUid: study,
      detail: { share: share.id, what: 'made', factor: share.factor, until: share.expiresAt.toISOString() },
    });
  }
  const link = `${serverUrl(req, parts.config)}/s#${token}`;
  const qr = { errorCorrectionLevel: 'M', margin: 4 } as const;
  const body: MadeShareBody = {
    ...shareBody(share),
    link,
    code,
    qrCodeSvg: await QRCode.toString(link, { ...qr, type: 'svg' }),
    qrCodePng: await QRCode.toDataURL(link, { ...qr, type: 'image/png', scale: 8 }),
  };
  res
    .set({ 'Cache-Control': 'no-store', Location: `/api/shares/${share.id}` })
    .status(201)
    .json(body);
}

const listed = z.object({
  hospital: codes,
  study: single.transform(([text]) => text ?? null).default(null),
  limit: pageSize(50, 200),
  before: single
    .pipe(z.array(z.iso.datetime()))
    .transform(([text]) => text ?? null)
    .default(null),
});

function listQuery(req: Request, inView: readonly string[] | null) {
  const { hospital, study, limit, before } = readListQuery(listed, queryParameters(req.originalUrl));
  return {
    hospitals: hospital.length === 0 ? inView : hospital.filter((code) => inView?.includes(code) ?? true),
    study: study === null ? null : uidOf(study, 'study'),
    limit,
    before: before === null ? null : new Date(before),
  };
}

function idOf(req: Request): string {
  const id = String(req.params['share']).toLowerCase();
  if (!ID.test(id)) throw noShare();
  return id;
}

const noShare = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such share.', detailZh: '没有该分享。' });
