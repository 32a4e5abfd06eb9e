import { becauseOf, offeredReasons, REASON_CODES, type ReasonCode } from '@hutong/recognition';
import {
  noteReminderView,
  openReminderCard,
  type RecordedMatch,
  type RecordedReminder,
  recordDecisionAlone,
  remindersOfCall,
  ROLES,
} from '@hutong/storage-config';
import { type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent } from '../audit/audit.ts';
import { auditDecision } from '../audit/auditDecision.ts';
import { refuseForeignPages, serverUrl } from '../auth/origin.ts';
import { RIGHTS_OF_ROLE } from '../auth/rights.ts';
import type { Caller } from '../context.ts';
import type { ReminderCardBody, ReminderPicturesBody } from '../contract/reminders.ts';
import { isoDate } from '../dicomweb/age.ts';
import { parsedBody } from '../jsonBody.ts';
import { HttpProblem, problem } from '../problem.ts';
import { refusal } from '../recognitionRefusals.ts';
import { smallJson } from '../requestBody.ts';
import type { ReminderParts } from './ask.ts';
import { emptyBody, matchBody, pageOf, uncoveredBody } from './bodies.ts';
import { picturesFor } from './cardPictures.ts';
import type { NamedWorld, WorldSource } from './world.ts';

const token = z.string().max(100);
const onMatch = { token, reminder: z.uuid(), position: z.int().min(0).max(1000) };
const text = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine((value) => !value.includes('\0'));

const decided = z.discriminatedUnion('kind', [
  z.strictObject({ ...onMatch, kind: z.literal('recognised') }),
  z.strictObject({
    ...onMatch,
    kind: z.literal('examinedAgain'),
    reasonCode: z.enum(REASON_CODES),
    reasonText: text(500).default(''),
    patientInformed: z.boolean().default(false),
  }),
]);

const KINDS = ['machine', 'person', 'trial'] as const;
const ROLES_THAT_RECOGNISE = ROLES.filter((role) => RIGHTS_OF_ROLE[role].includes('recognise'));

/**
 * `/reminder-cards` below `/api`, for whoever holds the token of a card: what a hospital's system was answered, to be shown in
 * a page of its own. The token stands in the body; what is done by it is done in the name of the system that asked, for the
 * doctor whom it named.
 */
export function cardRoutes(parts: ReminderParts, world: WorldSource): Router {
  const { index, config } = parts;
  const router = Router();
  const own = refuseForeignPages(config);

  router.post('/reminder-cards', own, ...smallJson(4096), async (req, res) => {
    const given = parsedBody(z.strictObject({ token }), req.body);
    const { reminders, expiresAt, first } = await opened(res, given.token);
    const now = await world();
    await auditEvent(parts, req, res, {
      action: 'view',
      hospital: first.hospital,
      patientId: first.patientId,
      detail: {
        of: 'reminder card',
        reminders: reminders.map(({ id }) => id),
        practitioner: first.practitioner,
      },
    });
    const base = serverUrl(req, config);
    const body: ReminderCardBody = {
      hospital: now.ref(first.hospital),
      practitioner: first.practitioner,
      department: first.department,
      expiresAt: expiresAt.toISOString(),
      reminders: reminders.map((one) => cardReminder(one, base, now)),
      reasons: offeredReasons(now.policy.reasons),
      opensPictures: config.reminderAssertedIdentity && first.practitioner !== '',
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.post('/reminder-cards/pictures', own, ...smallJson(4096), async (req, res) => {
    const given = parsedBody(z.strictObject(onMatch), req.body);
    const { call, first, caller, match } = await openedMatch(res, given);
    const pictures = await picturesFor(parts, { match, reminder: first, author: authorOf(caller) });
    await auditEvent(parts, req, res, {
      action: pictures.share === null ? 'view' : 'share',
      hospital: match.hospital,
      studyInstanceUid: match.studyInstanceUid,
      detail: {
        of: 'reminder card',
        reminder: given.reminder,
        viewing: first.hospital,
        practitioner: first.practitioner,
        ...(pictures.share === null ? {} : { share: pictures.share }),
      },
    });
    if (pictures.share !== null)
      await noteReminderView(index, { call, reminder: given.reminder, position: given.position }, caller);
    const base = serverUrl(req, config);
    const body: ReminderPicturesBody = {
      url: pictures.token === null ? pageOf(base, given.reminder) : `${base}/s#${pictures.token}`,
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.post('/reminder-cards/decisions', own, ...smallJson(4096), async (req, res) => {
    const given = parsedBody(decided, req.body);
    const { first, caller } = await openedMatch(res, given);
    if (first.practitioner === '')
      throw new HttpProblem(
        403,
        'practitioner-unknown',
        'The hospital system did not say who decides. Decide on the page of the reminder, signed in.',
        '医院系统未提供接诊医师，请登录后在提醒页面登记。',
      );
    const made = await recordDecisionAlone(index, {
      what:
        given.kind === 'recognised'
          ? { kind: 'recognised' }
          : {
              kind: 'examinedAgain',
              reasonCode: given.reasonCode satisfies ReasonCode,
              reasonText: given.reasonText,
              patientInformed: given.patientInformed,
            },
      decider: {
        hospital: first.hospital,
        department: first.department,
        practitioner: first.practitioner,
        author: authorOf(caller),
      },
      on: { reminder: given.reminder, position: given.position },
      decidedAt: null,
      idempotencyKey: null,
      regionName: config.regionName,
    });
    if (made.outcome !== 'recorded') throw refusal(made);
    await auditDecision(parts, { req, res }, made.decision, { practitioner: first.practitioner });
    res.set('Cache-Control', 'no-store').status(201).json({ id: made.decision.id, kind: given.kind });
  });

  /** What a token opens; from here on the request is that of the system that asked. @throws HttpProblem 404 */
  async function opened(res: Response, secret: string) {
    const card = await openReminderCard(index, secret, ROLES_THAT_RECOGNISE);
    const reminders = card === null ? [] : await remindersOfCall(index, card.call);
    const [first] = reminders;
    const kind = KINDS.find((one) => one === first?.callerKind);
    if (card === null || first === undefined || kind === undefined) throw noCard();
    const caller: Caller = {
      kind,
      id: first.callerId,
      displayName: first.practitioner === '' ? first.callerId : first.practitioner,
      rights: {},
      purpose: 'TREAT',
      storesFor: null,
      account: null,
      sessionExpiresAt: null,
    };
    Object.assign(res.locals, { caller });
    return { ...card, reminders, first, caller };
  }

  /** A match of the card whose label is in force. @throws HttpProblem 404 */
  async function openedMatch(res: Response, given: { token: string; reminder: string; position: number }) {
    const card = await opened(res, given.token);
    const match = card.reminders
      .find(({ id }) => id === given.reminder)
      ?.matches.find(({ position }) => position === given.position);
    if (match?.inForce !== true)
      throw problem('not-found', {
        detail: 'The card names no such study, or its label is not in force any more.',
        detailZh: '提醒中没有该检查，或其互认标识已失效。',
      });
    return { ...card, match };
  }
  return router;
}

const authorOf = ({ kind, id, displayName }: Caller) => ({
  kind: kind === 'share' ? ('machine' as const) : kind,
  id,
  name: displayName,
});

const RULE_GONE = {
  zh: '按提醒时有效的互认规则',
  en: 'by the rules that held when it was reminded',
};

const noCard = (): HttpProblem =>
  new HttpProblem(
    404,
    'card-over',
    'The link is over, or not complete. Ask for the reminder anew.',
    '链接已过期或不完整，请在医院系统中重新打开提醒。',
  );

/** A reminder as it holds now: studies whose label was withdrawn meanwhile are gone. */
function cardReminder(
  row: RecordedReminder,
  base: string,
  world: NamedWorld,
): ReminderCardBody['reminders'][number] {
  const inForce = row.matches.filter((match) => match.inForce);
  const emptyBecause = row.emptyBecause === '' ? ('noStudy' as const) : row.emptyBecause;
  const items = row.itemCodes.map((code) => ({ code, name: world.itemName(code, row.hospital) }));
  const matches = inForce.map((match) => matchBody(asMatch(match, row.hospital, world), row.hospital, world));
  return {
    id: row.id,
    exam: { code: row.examCode, scheme: '', name: row.examName, modality: row.modality },
    items,
    matches,
    emptyBecause: inForce.length > 0 ? null : emptyBody(emptyBecause),
    uncovered: uncoveredBody(items, matches),
    page: pageOf(base, row.id),
    decisions: inForce.flatMap(({ position, decision }) =>
      decision === null ? [] : [{ position, kind: decision.kind, reasonCode: decision.reasonCode }],
    ),
  };
}

function asMatch(match: RecordedMatch, hospital: string, { policy }: NamedWorld) {
  const scopes = match.labels.map((text) => text.replace(/HR$/, ''));
  return {
    ...match,
    studyDate: isoDate(match.studyDate),
    modalities: [],
    own: match.hospital === hospital,
    because: becauseOf(policy, match.rule, scopes) ?? RULE_GONE,
  };
}
