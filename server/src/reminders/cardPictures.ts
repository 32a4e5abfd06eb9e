import {
  type Author,
  createShare,
  policyOf,
  readPolicies,
  type RecordedMatch,
  type RecordedReminder,
  shareLimits,
} from '@hutong/storage-config';
import type { ReminderParts } from './ask.ts';

/** How long pictures stay open that a card opens, in milliseconds: for one look. */
const OPEN_MS = 30 * 60_000;

/**
 * Opens the pictures of a match to somebody without an account, by a short share of just that study: where the region lets
 * names count that hospital systems give, the policy of access opens labelled studies of the issuing hospital for recognition,
 * and its policy on shares asks no colleague to sign in. Nulls: it does not, so signing in is the way.
 */
export async function picturesFor(
  { index, config }: ReminderParts,
  { match, reminder, author }: { match: RecordedMatch; reminder: RecordedReminder; author: Author },
): Promise<{ share: string | null; token: string | null }> {
  const none = { share: null, token: null };
  if (!config.reminderAssertedIdentity || reminder.practitioner === '') return none;
  if (match.hospital !== reminder.hospital) {
    const rules = policyOf(await readPolicies(index), match.hospital, reminder.hospital);
    const opens = rules?.grounds.some((ground) => ground === 'recognition' || ground === 'open') ?? false;
    if (!opens || rules?.purposes.includes('TREAT') !== true || match.word === 'NOT_IN_SCOPE') return none;
  }
  const limits = await shareLimits(index, match.hospital);
  if (limits.colleagueSignIn) return none;
  const made = await createShare(index, {
    hospital: match.hospital,
    content: { studies: [{ study: match.studyInstanceUid, series: [] }] },
    audience: 'colleague',
    guardian: null,
    signIn: null,
    mayDownload: false,
    mayReply: false,
    watermark: true,
    notBefore: null,
    expiresAt: new Date(Date.now() + OPEN_MS),
    maxUses: 1,
    factor: 'none',
    secret: null,
    note: `互认提醒：${reminder.hospital} ${reminder.practitioner}`.slice(0, 200),
    author,
  });
  return made === null ? none : { share: made.share.id, token: made.token };
}
