import { createHash } from 'node:crypto';
import { REASON_CODES, type RecognitionWord } from '@hutong/recognition';
import type pg from 'pg';
import { noteChangeOf } from '../changes.ts';
import { errorCode, inTransaction } from '../database.ts';
import { readRecognitionPolicy } from '../reminders/recognitionPolicy.ts';
import {
  type Decided,
  type DecisionRow,
  IS_NEWEST,
  RECOGNITION_COLUMNS,
  type RecognitionDecision,
  recognitionDecisionOf,
  saysTheSame,
} from './decision.ts';
import {
  type Asked,
  findOnReminder,
  findOnStudy,
  type FoundStudy,
  labelsAt,
  type LabelsThen,
  wordAt,
} from './decidedStudy.ts';
import type { Decider, NewRecognitionDecision, RecordedDecision, RefusedDecision } from './request.ts';

/**
 * Records that a hospital recognises another hospital's study, or examines again and why, with the entry of the change feed
 * for the issuing hospital. Labels, word of the matrix, item and study date are kept as they were then. The same request
 * again is the decision that was made; so is the same word on the same match of a reminder, or on the same study for the same
 * order within a day.
 *
 * @param client in a transaction, which the caller ends
 */
export async function recordDecision(
  client: pg.PoolClient,
  given: NewRecognitionDecision,
): Promise<RecordedDecision | RefusedDecision> {
  const { what, decider, idempotencyKey } = given;
  const digest = digestOf(given);
  if (idempotencyKey !== null) {
    const earlier = await findByKey(client, decider, idempotencyKey, digest);
    if (earlier !== null) return earlier;
  }
  if (
    what.kind === 'examinedAgain' &&
    !(await readRecognitionPolicy(client)).policy.reasons.includes(what.reasonCode)
  )
    return { outcome: 'reasonNotOffered' };

  const asked: Asked =
    'reminder' in given.on
      ? await findOnReminder(client, decider.hospital, given.on)
      : await findOnStudy(client, decider, given.on);
  if (!('study' in asked)) return asked;
  const { study } = asked;
  if (study.issuingHospital === decider.hospital) return { outcome: 'ownStudy' };

  // From here on two decisions of one hospital on one study come one after the other, and labels stay as they are.
  await lockDecisions(client, decider.hospital, study);
  if (idempotencyKey !== null) {
    const earlier = await findByKey(client, decider, idempotencyKey, digest);
    if (earlier !== null) return earlier;
  }
  const { now, isPending } = await lockStudy(client, study);
  const said = timeSaid(given.decidedAt, { now, remindedAt: study.remindedAt });
  if (said === 'bad') return { outcome: 'badTime' };
  const decidedAt = said ?? now;
  const standing = await findStanding(client, decider.hospital, study, decidedAt);
  if (standing !== null) {
    return saysTheSame(standing, what)
      ? { outcome: 'recorded', decision: standing, isAgain: true }
      : { outcome: 'alreadyDecided', decision: standing };
  }
  const labels = await labelsAt(client, study, said);
  const at = { labels, at: decidedAt, regionName: given.regionName };
  const word = await standingWord(client, study, decider.hospital, at);
  // What was decided earlier was decided on what was there then.
  if (what.kind === 'recognised' && isPending && said === null) return { outcome: 'pending' };
  const refusal = refusalOf(what, { ...study, word }, labels);
  if (refusal !== null) return refusal;
  const facts = { labels: labels.applied, word, decidedAt, digest };
  const decision = await insertDecision(client, given, study, facts);
  await noteDecision(client, decision);
  return { outcome: 'recorded', decision, isAgain: false };
}

/** How far the clock of a hospital's system may be from ours, in milliseconds. */
const CLOCK_MS = 5 * 60_000;

/**
 * The time that is said, between the reminder and now; where it lies outside by no more than clocks differ, the nearer of the
 * two. null: now.
 */
function timeSaid(
  given: Date | null,
  { now, remindedAt }: { now: Date; remindedAt: Date | null },
): Date | 'bad' | null {
  if (given === null) return null;
  if (given > now) return given.getTime() - now.getTime() <= CLOCK_MS ? null : 'bad';
  if (remindedAt === null || given >= remindedAt) return given;
  return remindedAt.getTime() - given.getTime() <= CLOCK_MS ? remindedAt : 'bad';
}

const UNIQUE_VIOLATION = '23505';

/** {@link recordDecision} in a transaction of its own. */
export async function recordDecisionAlone(
  pool: pg.Pool,
  given: NewRecognitionDecision,
): Promise<RecordedDecision | RefusedDecision> {
  const once = (): Promise<RecordedDecision | RefusedDecision> =>
    inTransaction(pool, (client) => recordDecision(client, given));
  try {
    return await once();
  } catch (error) {
    // The same key came at the same moment with another study: by now the first is there to be seen.
    if (errorCode(error) === UNIQUE_VIOLATION) return once();
    throw error;
  }
}

/** Tells the issuing hospital's systems. Nothing of the deciding hospital's patient. */
export async function noteDecision(client: pg.PoolClient, decision: RecognitionDecision): Promise<void> {
  await noteChangeOf(
    client,
    { hospital: decision.issuingHospital, studyInstanceUid: decision.studyInstanceUid },
    { action: decision.kind === 'withdrawn' ? 'recognitionWithdrawn' : decision.kind },
  );
}

/** Why something cannot be decided; null when it can. Examining again needs no label that still holds, recognising does. */
export function refusalOf(
  what: Decided,
  study: Pick<FoundStudy, 'studyId' | 'word' | 'isOtherPatient' | 'reminder'>,
  labels: { applied: readonly string[]; wasLabelled: boolean },
): RefusedDecision | null {
  const reminded = study.reminder !== null;
  if (what.kind === 'examinedAgain')
    return reminded || labels.applied.length > 0 ? null : { outcome: 'notLabelled' };
  if (study.studyId === null) return { outcome: 'studyGone' };
  if (study.isOtherPatient) return { outcome: 'otherPatient' };
  if (labels.applied.length === 0)
    return { outcome: labels.wasLabelled || reminded ? 'labelWithdrawn' : 'notLabelled' };
  return study.word === 'NOT_IN_SCOPE' ? { outcome: 'notInScope' } : null;
}

/** Digest of what a request asks for, so that its key is good for nothing else. */
export function digestOf(request: unknown): Buffer {
  const text = JSON.stringify(request, (name, value: unknown) =>
    name === 'idempotencyKey' || name === 'view' || name === 'author' ? undefined : value,
  );
  return createHash('sha256').update(text).digest();
}

/** What a request with this key led to; null: there was none. */
export async function findByKey(
  client: pg.PoolClient,
  { hospital, author }: Pick<Decider, 'hospital' | 'author'>,
  key: string,
  digest: Buffer,
): Promise<RecordedDecision | { outcome: 'keyUsed' } | null> {
  const { rows } = await client.query<DecisionRow & { same: boolean }>(
    `SELECT ${RECOGNITION_COLUMNS}, d.request_sha256 = $4 AS same FROM recognition_decision d
      WHERE d.hospital_code = $1 AND d.author_id = $2 AND d.idempotency_key = $3`,
    [hospital, author.id, key, digest],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { same, ...decision } = row;
  return same
    ? { outcome: 'recorded', decision: recognitionDecisionOf(decision), isAgain: true }
    : { outcome: 'keyUsed' };
}

async function lockDecisions(client: pg.PoolClient, hospital: string, study: FoundStudy): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 30))', [
    JSON.stringify(['recognition', hospital, study.issuingHospital, study.studyInstanceUid]),
  ]);
}

/**
 * Waits for a label that is just being given or withdrawn, and says what time it is then, and whether images came or went since
 * the study was judged.
 */
async function lockStudy(
  client: pg.PoolClient,
  { studyId }: FoundStudy,
): Promise<{ now: Date; isPending: boolean }> {
  const { rows: studies } = await client.query<{ isPending: boolean }>(
    `SELECT judged_revision IS DISTINCT FROM conformance_revision AS "isPending" FROM study
      WHERE study_id = $1 FOR SHARE`,
    [studyId],
  );
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  if (rows[0] === undefined) throw new Error('no time');
  return { now: rows[0].now, isPending: studies[0]?.isPending ?? false };
}

/**
 * What the matrix says of the labels that are in force: as the reminder said it, while all labels that it named are; else it is
 * asked anew. What leaves the hospital out, then or by now, leaves it out.
 */
async function standingWord(
  client: pg.PoolClient,
  study: FoundStudy,
  viewing: string,
  { labels, ...at }: { labels: LabelsThen; at: Date; regionName: string },
): Promise<RecognitionWord | ''> {
  const { word, remindedLabels } = study;
  if (word === 'NOT_IN_SCOPE') return word;
  const now = await wordAt(client, study, viewing, { ...at, scopes: labels.scopes });
  const isAsThen = remindedLabels.every((text) => labels.applied.includes(text));
  return now === '' || (now !== 'NOT_IN_SCOPE' && word !== null && isAsThen) ? (word ?? '') : now;
}

/**
 * The decision that stands already: on the same match of the reminder; for the same order; or, where an order is not named,
 * within a day without another reminder in between.
 */
async function findStanding(
  client: pg.PoolClient,
  hospital: string,
  study: FoundStudy,
  decidedAt: Date,
): Promise<RecognitionDecision | null> {
  const { rows } = await client.query<DecisionRow>(
    `SELECT ${RECOGNITION_COLUMNS} FROM recognition_decision d
      WHERE d.hospital_code = $1 AND d.issuing_hospital = $2 AND d.study_instance_uid = $3 AND d.item_code = $4
        AND d.kind <> 'withdrawn' AND ${IS_NEWEST}
        AND (d.reminder_id = $5 AND d.reminder_position = $6
             OR d.order_number <> '' AND d.order_number = $7
             OR (d.reminder_id IS NULL OR $5::uuid IS NULL) AND (d.order_number = '' OR $7 = '')
                AND d.decided_at BETWEEN $8::timestamptz - interval '1 day' AND $8::timestamptz + interval '1 day')
      ORDER BY d.reminder_id IS NOT DISTINCT FROM $5 DESC, d.decided_at DESC LIMIT 1`,
    [
      hospital,
      study.issuingHospital,
      study.studyInstanceUid,
      study.itemCode,
      study.reminder,
      study.position,
      study.orderNumber,
      decidedAt,
    ],
  );
  return rows[0] === undefined ? null : recognitionDecisionOf(rows[0]);
}

interface Facts {
  labels: readonly string[];
  word: RecognitionWord | '';
  decidedAt: Date;
  digest: Buffer;
}

async function insertDecision(
  client: pg.PoolClient,
  { what, decider, idempotencyKey }: NewRecognitionDecision,
  study: FoundStudy,
  { labels, word, decidedAt, digest }: Facts,
): Promise<RecognitionDecision> {
  const again = what.kind === 'examinedAgain' ? what : null;
  if (again !== null && !REASON_CODES.includes(again.reasonCode)) throw new Error('not a reason');
  const { rows } = await client.query<DecisionRow>(
    `WITH new AS (SELECT gen_random_uuid() AS id)
     INSERT INTO recognition_decision AS d
       (recognition_decision_id, chain_id, decided_at, kind, reason_code, reason_text, patient_informed, hospital_code, department,
        practitioner, author_kind, author_id, author_name, reminder_id, reminder_position, order_number, patient_id,
        issuer_of_patient_id, person_id, patient_class, issuing_hospital, study_instance_uid, study_date, item_code, labels, word,
        idempotency_key, request_sha256)
     SELECT id, id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
            $25, $26 FROM new
     RETURNING ${RECOGNITION_COLUMNS}`,
    [
      decidedAt,
      what.kind,
      again?.reasonCode ?? '',
      again?.reasonText ?? '',
      again?.patientInformed ?? false,
      decider.hospital,
      decider.department === '' ? study.department : decider.department,
      decider.practitioner === '' ? study.practitioner : decider.practitioner,
      decider.author.kind,
      decider.author.id,
      decider.author.name,
      study.reminder,
      study.position,
      study.orderNumber,
      study.patientId,
      study.issuerOfPatientId,
      study.person,
      study.patientClass,
      study.issuingHospital,
      study.studyInstanceUid,
      study.studyDate,
      study.itemCode,
      labels,
      word,
      idempotencyKey,
      idempotencyKey === null ? null : digest,
    ],
  );
  if (rows[0] === undefined) throw new Error('the decision was not recorded');
  return recognitionDecisionOf(rows[0]);
}
