import type pg from 'pg';
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
import { isSomebodyElse, labelsAt, STUDY_PERSON } from './decidedStudy.ts';
import { digestOf, findByKey, noteDecision, refusalOf } from './recordDecision.ts';
import type { Decider, RecordedDecision, RefusedDecision } from './request.ts';

export interface DecisionChange {
  /** The row that is to be replaced, as its reader saw it. */
  id: string;
  /** Hospitals that the caller decides for; null: any. */
  hospitals: readonly string[] | null;
  author: Decider['author'];
  idempotencyKey: string | null;
}

export interface DecisionCorrection extends DecisionChange {
  what: Decided;
  /** Absent: as it was. */
  department?: string;
  practitioner?: string;
}

export interface DecisionWithdrawal extends DecisionChange {
  /** Why; may be empty. */
  reason: string;
}

export type ChangedDecision =
  | RecordedDecision
  | Extract<
      RefusedDecision,
      | { outcome: 'absent' }
      | { outcome: 'keyUsed' }
      | { outcome: 'reasonNotOffered' }
      | { outcome: 'notLabelled' }
      | { outcome: 'labelWithdrawn' }
      | { outcome: 'studyGone' }
      | { outcome: 'otherPatient' }
      | { outcome: 'notInScope' }
    >
  /** Somebody corrected or withdrew it meanwhile. */
  | { outcome: 'changedMeanwhile' };

const UNIQUE_VIOLATION = '23505';

/** Two that replace the same row, or use the same key, at once: one wins. */
async function oneWins(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<ChangedDecision>,
): Promise<ChangedDecision> {
  try {
    return await inTransaction(pool, work);
  } catch (error) {
    if (errorCode(error) === UNIQUE_VIOLATION) return { outcome: 'changedMeanwhile' };
    throw error;
  }
}

/**
 * Corrects a decision: a new row in place of the one that was read, which stays as history. When it was decided, and what the
 * labels were then, stays as it was; what was examined again can be turned into a recognition where a label was in force
 * then, and the other way round.
 */
export async function correctDecision(pool: pg.Pool, given: DecisionCorrection): Promise<ChangedDecision> {
  return oneWins(pool, async (client) => {
    const before = await toReplace(client, given);
    if ('outcome' in before) return before;
    const { what } = given;
    const department = given.department ?? before.department;
    const practitioner = given.practitioner ?? before.practitioner;
    const isSame = saysTheSame(before, what);
    if (isSame && department === before.department && practitioner === before.practitioner)
      return { outcome: 'recorded', decision: before, isAgain: true };
    const refusal = isSame ? null : await refusedTurn(client, before, what);
    if (refusal !== null) return refusal;
    const again = what.kind === 'examinedAgain' ? what : null;
    return replace(client, before, given, {
      kind: what.kind,
      reasonCode: again?.reasonCode ?? '',
      reasonText: again?.reasonText ?? '',
      patientInformed: again?.patientInformed ?? false,
      department,
      practitioner,
      // The text that was taken over still says what is so.
      citedAt: isSame ? before.citedAt : null,
      citedBy: isSame ? before.citedBy : '',
    });
  });
}

/** Takes a decision back; it counts for nothing any more, and its history stays. */
export async function withdrawDecision(pool: pg.Pool, given: DecisionWithdrawal): Promise<ChangedDecision> {
  return oneWins(pool, async (client) => {
    const before = await toReplace(client, given);
    if ('outcome' in before) return before;
    return replace(client, before, given, {
      kind: 'withdrawn',
      reasonCode: '',
      reasonText: given.reason,
      patientInformed: false,
      department: before.department,
      practitioner: before.practitioner,
      citedAt: null,
      citedBy: '',
    });
  });
}

/** Notes that the text for the medical record was taken over; the first time counts. null: there is no such decision. */
export async function citeDecision(
  pool: pg.Pool,
  { id, hospitals, author }: Pick<DecisionChange, 'id' | 'hospitals' | 'author'>,
): Promise<RecognitionDecision | null> {
  const { rows } = await pool.query<DecisionRow>(
    `UPDATE recognition_decision AS d
        SET cited_at = coalesce(d.cited_at, now()), cited_by = CASE WHEN d.cited_at IS NULL THEN $3 ELSE d.cited_by END
      WHERE d.recognition_decision_id = $1 AND ($2::text[] IS NULL OR d.hospital_code = ANY ($2))
        AND d.kind <> 'withdrawn' AND ${IS_NEWEST}
      RETURNING ${RECOGNITION_COLUMNS}`,
    [id, hospitals, author.name === '' ? author.id : author.name],
  );
  return rows[0] === undefined ? null : recognitionDecisionOf(rows[0]);
}

/** The row to replace, locked; or what a request with this key led to; or why it cannot be replaced. */
async function toReplace(
  client: pg.PoolClient,
  given: DecisionChange,
): Promise<RecognitionDecision | ChangedDecision> {
  const { rows } = await client.query<DecisionRow & { isNewest: boolean }>(
    `SELECT ${RECOGNITION_COLUMNS}, ${IS_NEWEST} AS "isNewest" FROM recognition_decision d
      WHERE d.recognition_decision_id = $1 AND ($2::text[] IS NULL OR d.hospital_code = ANY ($2)) FOR UPDATE OF d`,
    [given.id, given.hospitals],
  );
  const [row] = rows;
  if (row === undefined) return { outcome: 'absent' };
  const { isNewest, ...decision } = row;
  const before = recognitionDecisionOf(decision);
  if (given.idempotencyKey !== null) {
    const decider = { hospital: before.hospital, author: given.author };
    const earlier = await findByKey(client, decider, given.idempotencyKey, digestOf(given));
    if (earlier !== null) return earlier;
  }
  return isNewest && before.kind !== 'withdrawn' ? before : { outcome: 'changedMeanwhile' };
}

/** Why a decision cannot be turned into this one; null when it can. */
async function refusedTurn(
  client: pg.PoolClient,
  before: RecognitionDecision,
  what: Decided,
): Promise<ChangedDecision | null> {
  if (what.kind === 'examinedAgain') {
    const { reasons } = (await readRecognitionPolicy(client)).policy;
    const isKept = before.reasonCode === what.reasonCode;
    return isKept || reasons.includes(what.reasonCode) ? null : { outcome: 'reasonNotOffered' };
  }
  const { rows } = await client.query<{
    studyId: number | null;
    studyPerson: string | null;
    isOther: boolean;
  }>(
    `SELECT s.study_id AS "studyId", ${STUDY_PERSON} AS "studyPerson",
            d.person_id IS NOT NULL AND
              (SELECT coalesce(p.merged_into, p.person_id) FROM person p WHERE p.person_id = d.person_id)
              IS DISTINCT FROM ${STUDY_PERSON} AS "isOther"
       FROM recognition_decision d
       LEFT JOIN study s ON s.hospital_code = d.issuing_hospital AND s.study_instance_uid = d.study_instance_uid
      WHERE d.recognition_decision_id = $1`,
    [before.id],
  );
  const studyId = rows[0]?.studyId ?? null;
  const isSeparated = await isSomebodyElse(client, before.hospital, before, rows[0]?.studyPerson ?? null);
  const labels = await labelsAt(client, { studyId, itemCode: before.itemCode }, before.decidedAt);
  const study = {
    studyId,
    word: before.word,
    isOtherPatient: isSeparated || (rows[0]?.isOther ?? false),
    reminder: before.reminder,
  };
  const refusal = refusalOf(what, study, labels);
  if (refusal === null) return null;
  switch (refusal.outcome) {
    case 'studyGone':
    case 'otherPatient':
    case 'labelWithdrawn':
    case 'notLabelled':
    case 'notInScope':
      return refusal;
    default:
      throw new Error(`a correction was refused as ${refusal.outcome}`);
  }
}

type Replacement = Pick<
  RecognitionDecision,
  | 'kind'
  | 'reasonCode'
  | 'reasonText'
  | 'patientInformed'
  | 'department'
  | 'practitioner'
  | 'citedAt'
  | 'citedBy'
>;

async function replace(
  client: pg.PoolClient,
  before: RecognitionDecision,
  given: DecisionChange,
  by: Replacement,
): Promise<ChangedDecision> {
  const { author, idempotencyKey } = given;
  const { rows } = await client.query<DecisionRow>(
    `INSERT INTO recognition_decision AS d
       (chain_id, replaces, decided_at, kind, reason_code, reason_text, patient_informed, hospital_code, department, practitioner,
        author_kind, author_id, author_name, reminder_id, reminder_position, order_number, patient_id, issuer_of_patient_id,
        person_id, patient_class, issuing_hospital, study_instance_uid, study_date, item_code, labels, word, cited_at, cited_by,
        idempotency_key, request_sha256)
     SELECT b.chain_id, b.recognition_decision_id, b.decided_at, $2, $3, $4, $5, b.hospital_code, $6, $7, $8, $9, $10,
            b.reminder_id, b.reminder_position, b.order_number, b.patient_id, b.issuer_of_patient_id, b.person_id,
            b.patient_class, b.issuing_hospital, b.study_instance_uid, b.study_date, b.item_code, b.labels, b.word, $11, $12,
            $13, $14
       FROM recognition_decision b WHERE b.recognition_decision_id = $1
     RETURNING ${RECOGNITION_COLUMNS}`,
    [
      before.id,
      by.kind,
      by.reasonCode,
      by.reasonText,
      by.patientInformed,
      by.department,
      by.practitioner,
      author.kind,
      author.id,
      author.name,
      by.citedAt,
      by.citedBy,
      idempotencyKey,
      idempotencyKey === null ? null : digestOf(given),
    ],
  );
  if (rows[0] === undefined) throw new Error('the decision was not replaced');
  const decision = recognitionDecisionOf(rows[0]);
  if (decision.kind !== before.kind) await noteDecision(client, decision);
  return { outcome: 'recorded', decision, isAgain: false };
}
