import { addShareReply, MAX_REPLIES, REPLY_TYPES, type ReplyType } from '@hutong/storage-config';
import { type Request, Router } from 'express';
import { auditEvent } from '../audit/audit.ts';
import { refuseForeignPages } from '../auth/origin.ts';
import type { ServerParts } from '../context.ts';
import type { ShareReply } from '../contract/shares.ts';
import { problem } from '../problem.ts';
import { continueBody } from '../requestBody.ts';
import { fileName, nameInDisposition, percentDecoded, plainLine } from './fileName.ts';
import { checkedReply } from './replyFile.ts';
import { shareOf } from './sharedRoot.ts';

/** Bytes of a file that comes back, and how long it may take, in milliseconds. */
export const MAX_REPLY_BYTES = 20 * 1024 * 1024;
const LONGEST_MS = 300_000;
/** Files that are taken at once: they are held in memory until they have been looked through. */
const AT_ONCE = 8;
/** Of one share: whoever sends slowly keeps nobody else waiting. */
const AT_ONCE_OF_SHARE = 4;

/** `POST /replies` below `/shares/{alias}`: a file comes back, such as an expert's report. */
export function shareReplyRoutes(parts: Pick<ServerParts, 'index' | 'objects' | 'config' | 'audit'>): Router {
  const openedShare = shareOf(parts);
  const router = Router({ mergeParams: true });
  const taking = new Map<string, number>();
  router.post('/replies', refuseForeignPages(parts.config), async (req, res) => {
    const share = await openedShare(req, res);
    if (!share.mayReply) throw problem('not-found');
    const mediaType = typeOf(req);
    if (Number(req.get('content-length') ?? 0) > MAX_REPLY_BYTES) throw tooLarge();
    const ofShare = taking.get(share.id) ?? 0;
    const all = [...taking.values()].reduce((sum, count) => sum + count, 0);
    if (all >= AT_ONCE || ofShare >= AT_ONCE_OF_SHARE)
      throw problem('busy', { headers: { 'Retry-After': '10' } });
    taking.set(share.id, ofShare + 1);
    try {
      continueBody(req, res);
      const bytes = await checkedReply(await bodyOf(req), mediaType);
      const { signIn } = share;
      const reply = await addShareReply(parts, share, {
        bytes,
        name: fileName(nameInDisposition(req.get('content-disposition')), mediaType),
        mediaType,
        from: signIn?.personName ?? plainLine(percentDecoded(req.get('hutong-from')), 64),
        note: plainLine(percentDecoded(req.get('hutong-note')), 500),
        personId: signIn?.personId ?? null,
        address: req.ip ?? '',
      });
      if (reply === null)
        throw problem('conflict', {
          detail: `No more files can be sent back: ${MAX_REPLIES} came, or the share has ended.`,
          detailZh: `不能再上传：已收到 ${MAX_REPLIES} 个文件，或分享已结束。`,
        });
      await auditEvent(parts, req, res, {
        action: 'share',
        hospital: share.hospital,
        studyInstanceUid: share.studies[0]?.study ?? '',
        detail: { share: share.id, what: 'reply', reply: reply.id, mediaType, size: reply.size },
      });
      const body: ShareReply = { ...reply, at: reply.at.toISOString() };
      res.set('Cache-Control', 'no-store').status(201).json(body);
    } finally {
      const left = (taking.get(share.id) ?? 1) - 1;
      if (left === 0) taking.delete(share.id);
      else taking.set(share.id, left);
    }
  });
  return router;
}

function typeOf(req: Request): ReplyType {
  const given = (req.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const type = REPLY_TYPES.find((known) => known === given);
  if (type === undefined || req.get('content-encoding') !== undefined)
    throw problem('unsupported-media-type', {
      detail: `A reply is one of ${REPLY_TYPES.join(', ')}, not encoded further.`,
      detailZh: `仅接收 PDF、JPEG、PNG 或 DICOM 结构化报告（${REPLY_TYPES.join('、')}）。`,
    });
  return type;
}

async function bodyOf(req: Request): Promise<Buffer> {
  const timer = setTimeout(() => req.destroy(), LONGEST_MS);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of req) {
      length += (chunk as Buffer).length;
      if (length > MAX_REPLY_BYTES) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}

const tooLarge = () =>
  problem('too-large', {
    detail: `A reply has at most ${MAX_REPLY_BYTES / 1024 / 1024} MB.`,
    detailZh: `上传文件不能超过 ${MAX_REPLY_BYTES / 1024 / 1024} MB。`,
  });
