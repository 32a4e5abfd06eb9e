import type { ShareOutcome } from '@hutong/storage-config';
import { HttpProblem } from '../problem.ts';

type Why = Extract<ShareOutcome, { kind: 'over' }>['why'];

const OVER: Readonly<Record<Why, { en: string; zh: string }>> = {
  revoked: { en: 'This share was ended by who made it.', zh: '该分享已被分享者取消。' },
  expired: { en: 'This share has expired.', zh: '该分享已过期。' },
  usedUp: { en: 'This share was opened as often as it may be.', zh: '该分享的打开次数已用完。' },
  locked: {
    en: 'Too many wrong entries: this share is locked. Whoever made it can unlock it.',
    zh: '验证错误次数过多，该分享已锁定，请联系分享者解锁。',
  },
};

/** 410 `share-over`, for who holds the link or a session of it. */
export const overProblem = (why: Why): HttpProblem =>
  new HttpProblem(410, 'share-over', OVER[why].en, OVER[why].zh);
