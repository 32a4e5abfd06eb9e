import {
  createGrant,
  decisionsOnReminder,
  matchToOpen,
  noteMatchView,
  readPolicies,
  readRecognitionPolicy,
  readReminder,
  type AccessPolicy,
  type RemindedMatch,
  type RemindedOrder,
} from '@hutong/storage-config';
import type { RecognitionPolicy } from '@hutong/recognition';
import { type Request, type Response, Router } from 'express';
import { auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { rulesFor, viewingHospitals } from '../auth/decide.ts';
import { treating } from '../auth/purposes.ts';
import { type Caller, callerOf, hospitalsWith, openedBy, viewOf } from '../context.ts';
import type { OpenedMatchBody, ReminderMatchBody, ReminderPageBody } from '../contract/recognition.ts';
import { isoDate } from '../dicomweb/age.ts';
import { nameToRead } from '../dicomweb/personName.ts';
import { problem } from '../problem.ts';
import { decisionBody, readNames, readOfferedReasons } from './bodies.ts';
import type { RecognitionParts } from './decisionRoutes.ts';
import { idOf } from './parse.ts';
import { nothingToDecide, refusal } from '../recognitionRefusals.ts';

/**
 * Below `/api`, for who may recognise at the hospital that was reminded: `GET /recognition/reminders/{id}` is what its page
 * shows, `POST …/matches/{position}/open` opens the pictures, by recognition where they are not open anyway, and notes that.
 * A reminder of another hospital answers as one that never was.
 */
export function reminderRoutes(parts: RecognitionParts): Router {
  const { index } = parts;
  const router = Router();
  const recognise = requireScope('recognise');

  /** @throws HttpProblem 404 */
  async function reminderOf(req: Request, res: Response): Promise<RemindedOrder> {
    const id = idOf(req.params['reminder']);
    const hospitals = hospitalsWith(callerOf(res), 'recognise');
    const reminder = id === null ? null : await readReminder(index, id, hospitals);
    if (reminder === null) throw nothingToDecide();
    return reminder;
  }

  router.get('/recognition/reminders/:reminder', recognise, async (req, res) => {
    const reminder = await reminderOf(req, res);
    await auditEvent(parts, req, res, {
      action: 'search',
      hospital: reminder.hospital,
      patientId: reminder.patientId,
      count: reminder.matches.length,
      detail: { of: 'reminder', reminder: reminder.id },
    });
    res.set('Cache-Control', 'no-store').json(await pageOf(parts, callerOf(res), reminder));
  });

  router.post('/recognition/reminders/:reminder/matches/:position/open', recognise, async (req, res) => {
    const reminder = await reminderOf(req, res);
    const position = Number(req.params['position']);
    const match = reminder.matches.find((one) => one.position === position);
    if (match === undefined) throw nothingToDecide();
    const on = { reminder: reminder.id, position };
    const study = await matchToOpen(index, reminder.hospital, on);
    if (study === null) throw refusal({ outcome: 'studyGone' });
    if (study.isOtherPatient) throw refusal({ outcome: 'otherPatient' });
    const caller = callerOf(res);
    const by = openedBy(viewOf(caller, { hospital: null }), study);
    const grant = by === null ? await openByRecognition(parts, caller, reminder.hospital, study) : null;
    await noteMatchView(index, on, { kind: caller.kind, id: caller.id });
    await auditEvent(parts, req, res, {
      action: grant === null ? 'metadata' : 'grant',
      hospital: study.hospital,
      studyInstanceUid: study.studyInstanceUid,
      detail: {
        of: 'reminder',
        reminder: reminder.id,
        viewing: reminder.hospital,
        ...(grant === null
          ? {}
          : { grant: grant.id, ground: 'recognition', until: grant.expiresAt.toISOString() }),
      },
    });
    const answer: OpenedMatchBody = {
      studyInstanceUid: study.studyInstanceUid,
      expiresAt:
        grant?.expiresAt.toISOString() ??
        (by === null || by === 'hospital' ? null : new Date(by.expiresAt).toISOString()),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });
  return router;
}

/** Opens a study to a person of the hospital that was reminded. @throws HttpProblem 403 where the policy does not */
async function openByRecognition(
  { index }: RecognitionParts,
  caller: Caller,
  viewing: string,
  { labelled, ...study }: { hospital: string; studyInstanceUid: string; labelled: boolean },
) {
  const rules = rulesToOpen(caller, viewing, study.hospital, await readPolicies(index));
  const { account } = caller;
  if (rules === null || account === null) throw notOpened();
  if (!labelled) throw refusal({ outcome: 'labelWithdrawn' });
  const grant = await createGrant(index, {
    account: { id: account.id, name: caller.displayName },
    viewing,
    hospital: study.hospital,
    studyInstanceUid: study.studyInstanceUid,
    ground: 'recognition',
    purpose: treating(caller.purpose),
    hours: rules.hours,
    reasonCode: '',
    reason: '',
    evidence: {},
  });
  if (grant === null) throw refusal({ outcome: 'studyGone' });
  return grant;
}

const notOpened = () =>
  problem('forbidden', {
    detail:
      'Pictures of other hospitals are opened by people with a role in the hospital that was reminded, signed in by their own account, where the policy of the region opens by recognition.',
    detailZh: '跨院影像须由开单医院有相应角色的人员以本人账号调阅，且区域策略允许以互认为依据调阅。',
  });

/** The policy by which a person of a viewing hospital opens by recognition; null: none. */
function rulesToOpen(
  caller: Caller,
  viewing: string,
  issuing: string,
  policies: readonly AccessPolicy[],
): AccessPolicy | null {
  const { account } = caller;
  if (account === null || account.application !== undefined || !viewingHospitals(caller).includes(viewing))
    return null;
  const rules = rulesFor(caller, issuing, viewing, policies);
  return rules?.grounds.includes('recognition') === true ? rules : null;
}

async function pageOf(
  { index, catalogues }: RecognitionParts,
  caller: Caller,
  reminder: RemindedOrder,
): Promise<ReminderPageBody> {
  const names = await readNames(index, catalogues);
  const policies = await readPolicies(index);
  const { policy } = await readRecognitionPolicy(index);
  const standing = await decisionsOnReminder(index, reminder.id);
  const view = viewOf(caller, { hospital: null });
  const item = (code: string, hospital: string) => ({ code, name: names.itemName(code, hospital) });
  const matchBody = (match: RemindedMatch): ReminderMatchBody => {
    const decision = standing.find((one) => one.position === match.position && one.kind !== 'withdrawn');
    const mayOpen = rulesToOpen(caller, reminder.hospital, match.hospital, policies) !== null;
    return {
      position: match.position,
      hospital: names.hospital(match.hospital),
      studyInstanceUid: match.studyInstanceUid,
      studyDate: isoDate(match.studyDate),
      ageDays: match.ageDays,
      item: item(match.itemCode, match.hospital),
      labels: match.labels,
      word: match.word,
      because: becauseOf(match, policy),
      own: match.hospital === reminder.hospital,
      inForce: match.inForce,
      opens: openedBy(view, match) !== null ? 'open' : mayOpen && match.inForce ? 'grant' : 'no',
      viewed: match.viewed,
      decision: decision === undefined ? null : decisionBody(caller, decision, names),
    };
  };
  return {
    id: reminder.id,
    createdAt: reminder.createdAt.toISOString(),
    hospital: names.hospital(reminder.hospital),
    department: reminder.department,
    practitioner: reminder.practitioner,
    patient: {
      patientId: reminder.patientId,
      name: nameToRead(reminder.patientName),
      sex: reminder.patientSex,
      birthDate: isoDate(reminder.patientBirthDate),
    },
    orderNumber: reminder.orderNumber,
    patientClass: reminder.patientClass,
    exam: {
      code: reminder.examCode,
      name: reminder.examName,
      modality: reminder.modality,
      items: reminder.itemCodes.map((code) => item(code, reminder.hospital)),
    },
    matches: reminder.matches.map(matchBody),
    reasons: await readOfferedReasons(index),
  };
}

const PLAIN: Record<RemindedMatch['word'], { zh: string; en: string }> = {
  MUST_RECOGNISE: { zh: '互认规则要求互认', en: 'the rules of recognition ask for it' },
  MAY: { zh: '由接诊医师决定是否互认', en: 'the treating physician decides' },
  NOT_IN_SCOPE: {
    zh: '本院不在该标识的互认范围内',
    en: 'the scope of the label does not reach this hospital',
  },
};

/** Why the matrix said its word, by the rule that did, while the region still has it as it was. */
function becauseOf({ word, rule }: RemindedMatch, policy: RecognitionPolicy): { zh: string; en: string } {
  if (rule === 'own')
    return { zh: '本院自己的检查，可直接引用', en: "the hospital's own study, which it may use as it is" };
  if (rule === 'otherwise' && policy.otherwise.word === word) return policy.otherwise.because;
  const found = policy.rules.find((one) => one.id === rule);
  return found?.word === word ? found.because : PLAIN[word];
}
