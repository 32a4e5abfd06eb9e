import type pg from 'pg';
import type { CorrectionReasonCode } from '../corrections/reasons.ts';

/** What is answered to deletions before the end of the time that studies are kept. */
export const EARLY_ANSWERS = ['allow', 'warn', 'refuse'] as const;
export type EarlyAnswer = (typeof EARLY_ANSWERS)[number];

/** Reasons that say that what is stored is wrong, or no record of its patient: to keep it would be the mistake. */
export const WRONG_REASONS: readonly CorrectionReasonCode[] = [
  'QUALITY',
  'PATIENT_SAFETY',
  'WRONG_WORKLIST_ENTRY',
  'WRONG_PATIENT',
  'WRONG_STUDY',
  'WRONG_DATA',
  'DUPLICATE',
  'TEST',
  'MISTAKE',
  'SENT_AGAIN',
];

/** The policy of a hospital, or of the region (null). Where neither has one, deletions are allowed. */
export interface EarlyDeletionPolicy {
  hospital: string | null;
  answer: EarlyAnswer;
  /** Reasons that are allowed whatever the answer is. */
  alwaysAllowed: readonly string[];
}

/** Sets the policy of a hospital or of the region. */
export async function setEarlyDeletion(
  index: pg.Pool,
  { hospital, answer, alwaysAllowed }: EarlyDeletionPolicy,
  setBy: string,
): Promise<void> {
  await index.query(
    `INSERT INTO early_deletion_policy (hospital_code, answer, always_allowed, set_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (hospital_code) DO UPDATE
        SET answer = EXCLUDED.answer, always_allowed = EXCLUDED.always_allowed, set_by = EXCLUDED.set_by, set_at = now()`,
    [hospital, answer, alwaysAllowed, setBy],
  );
}

/** Policies of hospitals, null for all, and that of the region. */
export async function readEarlyDeletion(
  index: pg.Pool,
  hospitals: readonly string[] | null,
): Promise<EarlyDeletionPolicy[]> {
  const { rows } = await index.query<EarlyDeletionPolicy>(
    `SELECT hospital_code AS hospital, answer, always_allowed AS "alwaysAllowed" FROM early_deletion_policy
      WHERE hospital_code IS NULL OR $1::text[] IS NULL OR hospital_code = ANY ($1)
      ORDER BY hospital_code NULLS FIRST`,
    [hospitals],
  );
  return rows;
}
