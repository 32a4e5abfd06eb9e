import type { Share } from '@hutong/storage-config';
import type { ShareBody } from '../contract/shares.ts';

/** A share as who may share in its hospital sees it. */
export function shareBody(share: Share, now = Date.now()): ShareBody {
  return {
    id: share.id,
    alias: share.alias,
    hospital: share.hospital,
    accessionNumber: share.accessionNumbers[0] ?? null,
    accessionNumbers: share.accessionNumbers,
    studies: share.studies.map(({ study, series }) => ({
      studyInstanceUid: study,
      seriesInstanceUids: series,
    })),
    patient: share.patient,
    exams: share.exams,
    audience: share.audience,
    guardian: share.guardian,
    signIn: share.signIn,
    mayDownload: share.mayDownload,
    mayReply: share.mayReply,
    watermark: share.watermark,
    notBefore: share.notBefore.toISOString(),
    expiresAt: share.expiresAt.toISOString(),
    maxUses: share.maxUses,
    uses: share.uses,
    factor: share.factor,
    note: share.note,
    author: {
      kind: share.author.kind,
      id: share.author.id,
      name: share.author.name === '' ? share.author.id : share.author.name,
      active: share.authorActive,
    },
    createdAt: share.createdAt.toISOString(),
    failures: share.failures,
    replies: share.replies,
    newReplies: share.newReplies,
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
