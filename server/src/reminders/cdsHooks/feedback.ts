import { REASON_CODES, type ReasonCode } from '@hutong/recognition';
import {
  type CdsClient,
  type Decided,
  type RecordedReminder,
  recordDecisionAlone,
  reminderById,
} from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { auditEvent } from '../../audit/audit.ts';
import { auditDecision } from '../../audit/auditDecision.ts';
import { SYSTEMS } from '../../fhirResources/references.ts';
import { HttpProblem } from '../../problem.ts';
import type { ReminderParts } from '../ask.ts';
import { suggestionId } from './cards.ts';

const entrySchema = z.looseObject({
  card: z.uuid(),
  outcome: z.enum(['accepted', 'overridden']),
  acceptedSuggestions: z
    .array(z.looseObject({ id: z.uuid() }))
    .max(20)
    .optional(),
  overrideReason: z
    .looseObject({
      reason: z
        .looseObject({
          system: z.string().max(500).optional(),
          code: z.string().max(64),
          display: z.string().max(500).optional(),
        })
        .optional(),
      userComment: z.string().max(2000).optional(),
    })
    .optional(),
  outcomeTimestamp: z.iso.datetime({ offset: true }).optional(),
});
const feedbackSchema = z.looseObject({ feedback: z.array(entrySchema).min(1).max(50) });
type Entry = z.infer<typeof entrySchema>;

/**
 * Takes what became of cards. A card that was overridden with one of our reasons is an examination done again; an accepted
 * suggestion to use a study is its recognition. A card that was accepted without one, or overridden without a reason of ours,
 * was seen, and decides nothing. The same feedback again changes nothing.
 *
 * @throws HttpProblem 400 naming what does not fit; 422 where something could not be recorded, with what, after the rest was
 */
export async function takeFeedback(
  parts: ReminderParts,
  { req, res, client }: { req: Request; res: Response; client: CdsClient },
): Promise<void> {
  const parsed = feedbackSchema.safeParse(req.body);
  if (!parsed.success) {
    const where = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'body'))].join(', ');
    throw new HttpProblem(
      400,
      'bad-feedback',
      `The feedback does not fit CDS Hooks 2.0: ${where}.`,
      `反馈内容不符合 CDS Hooks 2.0：${where}。`,
    );
  }
  const failed: string[] = [];
  for (const [at, entry] of parsed.data.feedback.entries()) {
    const outcome = await takeOne(parts, { req, res, client }, entry);
    if (outcome !== null) failed.push(`${at}: ${outcome}`);
  }
  if (failed.length > 0)
    throw new HttpProblem(
      422,
      'feedback-not-recorded',
      `Some of the feedback was not recorded (${failed.join('; ')}).`,
      `部分反馈未能登记（${failed.join('；')}）。`,
    );
}

/** What could not be recorded; null: nothing. */
async function takeOne(
  parts: ReminderParts,
  { req, res, client }: { req: Request; res: Response; client: CdsClient },
  entry: Entry,
): Promise<string | null> {
  const reminder = await reminderById(parts.index, entry.card, [client.hospital]);
  // What a person or another interface asked for was no card of CDS Hooks: a system decides nothing in that name.
  if (reminder?.channel !== 'cds') return 'no-such-card';
  const wanted = decisionOf(entry, reminder);
  if (typeof wanted === 'string') return wanted;
  const about = { card: entry.card, outcome: entry.outcome, cdsClient: client.id };
  if (wanted === null) {
    await auditEvent(parts, req, res, {
      action: 'view',
      hospital: client.hospital,
      patientId: reminder.patientId,
      detail: { of: 'reminder feedback', ...about },
    });
    return null;
  }
  const made = await recordDecisionAlone(parts.index, {
    what: wanted.what,
    decider: {
      hospital: client.hospital,
      department: reminder.department,
      practitioner: reminder.practitioner,
      author: { kind: 'machine', id: client.id, name: client.name },
    },
    on: { reminder: entry.card, position: wanted.position },
    decidedAt: timeOf(entry, reminder),
    idempotencyKey: null,
    regionName: parts.config.regionName,
  });
  if (made.outcome !== 'recorded') return made.outcome;
  await auditDecision(parts, { req, res }, made.decision, about);
  return null;
}

/** null: it decides nothing; a text: why it cannot. */
function decisionOf(
  { outcome, acceptedSuggestions = [], overrideReason }: Entry,
  { id, hospital, matches }: RecordedReminder,
): { what: Decided; position: number } | string | null {
  const toDecide = matches.filter((match) => match.hospital !== hospital && match.word !== 'NOT_IN_SCOPE');
  if (outcome === 'accepted') {
    if (acceptedSuggestions.length === 0) return null;
    const used = toDecide.find(({ position }) =>
      acceptedSuggestions.some((suggestion) => suggestion.id === suggestionId(id, position)),
    );
    return used === undefined
      ? 'no-such-suggestion'
      : { what: { kind: 'recognised' }, position: used.position };
  }
  const { reason, userComment = '' } = overrideReason ?? {};
  const ours = SYSTEMS.reasonToExamineAgain;
  if (reason === undefined || (reason.system ?? ours) !== ours) return null;
  const reasonCode = REASON_CODES.find((code) => code === reason.code);
  const [first] = toDecide;
  if (reasonCode === undefined) return 'no-such-reason';
  if (first === undefined) return 'nothing-to-decide';
  const reasonText = userComment.replaceAll('\0', '').trim().slice(0, 500).toWellFormed();
  if (needsText(reasonCode) && reasonText === '') return 'comment-needed';
  return {
    what: { kind: 'examinedAgain', reasonCode, reasonText, patientInformed: false },
    position: first.position,
  };
}

const needsText = (code: ReasonCode): boolean => code === 'RX12';

/** When it was decided, as far as that can be: clocks differ. */
function timeOf({ outcomeTimestamp }: Entry, { createdAt }: RecordedReminder): Date | null {
  if (outcomeTimestamp === undefined) return null;
  const at = new Date(outcomeTimestamp);
  return at >= createdAt && at.getTime() <= Date.now() ? at : null;
}
