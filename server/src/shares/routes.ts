import {
  ANY_SHARE,
  createShare,
  findHospital,
  findShareReply,
  noteReplyTaken,
  readShareFailures,
  readShareOpenings,
  readShareReplies,
  readShares,
  renewFactor,
  revokeShare,
  revokeSharesOf,
  SHARE_STATES,
  shareLimits,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import QRCode from 'qrcode';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import { authorOf, type Caller, callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type {
  DeviceFamily,
  MadeShareBody,
  RenewedFactorBody,
  ShareDetail,
  SharesPage,
} from '../contract/shares.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import {
  cursorOf,
  momentAndId,
  codes,
  flag,
  pageSize,
  readListQuery,
  repeated,
  single,
  UUID,
  writeCursor,
} from '../listQuery.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { sendStream } from '../sendStream.ts';
import { asAttachment } from './fileName.ts';
import { checkPolicy, checkSecret, parseFactor, parseShare } from './parseShare.ts';
import { shareBody } from './shareBody.ts';
import { slipPage } from './slipPage.ts';

const BODY_LIMIT = 65_536;
const MAX_OPENINGS = 200;

type Parts = Pick<ServerParts, 'index' | 'objects' | 'config' | 'audit'>;

/** `/shares` below `/api`, for who may share: make a link, list, see who opened it, end it. */
export function shareRoutes(parts: Parts): Router {
  const { index, objects } = parts;
  const router = Router();
  const share = requireScope('share');

  router.post('/shares', share, ...smallJson(BODY_LIMIT), (req, res) => make(parts, req, res));

  router.get('/shares', share, async (req, res) => {
    const { limit, study, ...asked } = listQuery(req, callerOf(res));
    const found = await readShares(index, { ...ANY_SHARE, ...asked, study, limit: limit + 1 });
    const last = found.length > limit ? found[limit - 1] : undefined;
    const page: SharesPage = {
      shares: found.slice(0, limit).map((one) => shareBody(one)),
      next: last === undefined ? null : writeCursor([last.at, last.id]),
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
    const [found] = await readShares(index, { ...ANY_SHARE, id, hospitals, limit: 1 });
    if (found === undefined) throw noShare();
    const openings = await readShareOpenings(index, id, MAX_OPENINGS);
    const attempts = await readShareFailures(index, id, MAX_OPENINGS);
    const replies = await readShareReplies(index, id);
    await auditEvent(parts, req, res, {
      action: 'metadata',
      hospital: found.hospital,
      detail: { share: id },
    });
    const detail: ShareDetail = {
      ...shareBody(found),
      openings: openings.map(({ at, device, ...opening }) => ({
        ...opening,
        at: at.toISOString(),
        device: device as DeviceFamily,
      })),
      attempts: attempts.map(({ at, address }) => ({ at: at.toISOString(), address })),
      replies: replies.map((reply) => ({ ...reply, at: reply.at.toISOString() })),
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
  router.post('/shares/:share/factor', share, ...smallJson(4096), async (req, res) => {
    const id = idOf(req);
    const hospitals = hospitalsWith(callerOf(res), 'share');
    const [found] = await readShares(index, { ...ANY_SHARE, id, hospitals, limit: 1 });
    if (found === undefined || found.revokedAt !== null) throw noShare();
    const secret = parseFactor(req.body);
    if (secret !== null) checkSecret(found.factor, secret);
    await auditEvent(parts, req, res, {
      action: 'share',
      hospital: found.hospital,
      detail: { share: id, what: secret === null ? 'unlocked' : 'new factor', factor: found.factor },
    });
    const renewed = await renewFactor(index, id, hospitals, secret);
    if (renewed === null) throw noShare();
    const body: RenewedFactorBody = { code: renewed.code };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.get('/shares/:share/replies/:reply', share, async (req, res) => {
    const reply = String(req.params['reply']).toLowerCase();
    const hospitals = hospitalsWith(callerOf(res), 'share');
    const found = UUID.test(reply) ? await findShareReply(index, idOf(req), reply, hospitals) : null;
    if (found === null) throw noShare();
    await auditEvent(parts, req, res, {
      action: 'download',
      hospital: found.hospital,
      detail: { share: idOf(req), reply },
    });
    const stream = await objects.get(found.objectKey);
    await noteReplyTaken(index, reply);
    res.set({
      'Cache-Control': 'no-store',
      'Content-Type': found.mediaType,
      'Content-Length': String(found.size),
      'Content-Disposition': asAttachment(found.name),
      // Wherever it is opened all the same, it does nothing and is nobody's.
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    await sendStream(res, stream);
  });

  router.post('/shares/ends', share, ...smallJson(4096), async (req, res) => {
    const parsed = z.strictObject({ author: z.string().min(1).max(128) }).safeParse(req.body);
    if (!parsed.success) throw problem('bad-request');
    const caller = callerOf(res);
    const ended = await revokeSharesOf(index, parsed.data.author, hospitalsWith(caller, 'share'), caller.id);
    for (const { id, hospital } of ended)
      await auditEvent(parts, req, res, {
        action: 'share',
        hospital,
        detail: { share: id, what: 'revoked' },
      });
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json({ ended: ended.length });
  });
  return router;
}

async function make(parts: Parts, req: Request, res: Response): Promise<void> {
  const wanted = parseShare(req.body);
  const caller = callerOf(res);
  // Another hospital's studies are to be shared by that hospital; that there are any is not said.
  const isOwn = may(caller, 'share', wanted.hospital);
  if (isOwn) checkPolicy(wanted, await shareLimits(parts.index, wanted.hospital));
  const made = isOwn ? await createShare(parts.index, { ...wanted, author: authorOf(caller) }) : null;
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
      detail: {
        share: share.id,
        what: 'made',
        for: share.audience,
        ...(share.guardian === null ? {} : { guardian: share.guardian.relation }),
        factor: share.factor,
        until: share.expiresAt.toISOString(),
      },
    });
  }
  const link = `${serverUrl(req, parts.config)}/s#${token}`;
  const qr = { errorCorrectionLevel: 'M', margin: 4 } as const;
  const qrCodePng = await QRCode.toDataURL(link, { ...qr, type: 'image/png', scale: 8 });
  const hospital = await findHospital(parts.index, share.hospital);
  const body: MadeShareBody = {
    ...shareBody(share),
    link,
    code,
    qrCodeSvg: await QRCode.toString(link, { ...qr, type: 'svg' }),
    qrCodePng,
    slip: slipPage(share, { zh: hospital?.nameZh ?? '', en: hospital?.nameEn ?? '' }, qrCodePng),
  };
  res
    .set({ 'Cache-Control': 'no-store', Location: `/api/shares/${share.id}` })
    .status(201)
    .json(body);
}

const listed = z.object({
  mine: flag,
  maker: single
    .pipe(z.array(z.literal('gone')))
    .transform(([text]) => text === 'gone')
    .default(false),
  state: repeated(z.enum(SHARE_STATES)),
  hospital: codes,
  study: single.transform(([text]) => text ?? null).default(null),
  limit: pageSize(50, 200),
  before: cursorOf(momentAndId),
});

function listQuery(req: Request, caller: Caller) {
  const given = readListQuery(listed, queryParameters(req.originalUrl));
  const { hospital, study, before } = given;
  const inView = hospitalsWith(caller, 'share');
  return {
    hospitals: hospital.length === 0 ? inView : hospital.filter((code) => inView?.includes(code) ?? true),
    study: study === null ? null : uidOf(study, 'study'),
    author: given.mine ? caller.id : null,
    makerGone: given.maker,
    states: given.state.length === 0 ? null : given.state,
    limit: given.limit,
    after: before,
  };
}

function idOf(req: Request): string {
  const id = String(req.params['share']).toLowerCase();
  if (!UUID.test(id)) throw noShare();
  return id;
}

const noShare = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such share.', detailZh: '没有该分享。' });
