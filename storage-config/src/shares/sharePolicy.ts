import type pg from 'pg';

/** What may be shared and how; null: no limit is set. */
export interface SharePolicy {
  /** Links for colleagues ask for signing in. */
  colleagueSignIn: boolean;
  /** Links for patients and guardians ask for something beside the link. */
  patientFactor: boolean;
  longestHours: number | null;
  mostUses: number | null;
  mayDownload: boolean;
  mayReply: boolean;
  watermark: boolean;
}

/** Where nobody has set anything. */
export const NO_SHARE_POLICY: SharePolicy = {
  colleagueSignIn: false,
  patientFactor: false,
  longestHours: null,
  mostUses: null,
  mayDownload: true,
  mayReply: true,
  watermark: false,
};

const COLUMNS = `colleague_sign_in AS "colleagueSignIn", patient_factor AS "patientFactor", longest_hours AS "longestHours",
  most_uses AS "mostUses", may_download AS "mayDownload", may_reply AS "mayReply", watermark`;

/** What holds in a hospital: of the region's policy and its own the stricter part. */
export async function shareLimits(pool: pg.Pool, hospital: string): Promise<SharePolicy> {
  const { rows } = await pool.query<SharePolicy>(`SELECT ${COLUMNS} FROM share_limits($1)`, [hospital]);
  return rows[0] ?? NO_SHARE_POLICY;
}

/** The policy that a hospital has set; null: the region's. */
export async function readSharePolicy(pool: pg.Pool, hospital: string | null): Promise<SharePolicy> {
  const { rows } = await pool.query<SharePolicy>(
    `SELECT ${COLUMNS} FROM share_policy WHERE hospital_code IS NOT DISTINCT FROM $1 ORDER BY policy_id DESC LIMIT 1`,
    [hospital],
  );
  return rows[0] ?? NO_SHARE_POLICY;
}

/** Sets the policy of a hospital, or of the region (null); the ones before stay on record. */
export async function setSharePolicy(
  pool: pg.Pool,
  hospital: string | null,
  policy: SharePolicy,
  by: string,
): Promise<void> {
  await pool.query(
    `INSERT INTO share_policy (hospital_code, colleague_sign_in, patient_factor, longest_hours, most_uses, may_download,
                               may_reply, watermark, set_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      hospital,
      policy.colleagueSignIn,
      policy.patientFactor,
      policy.longestHours,
      policy.mostUses,
      policy.mayDownload,
      policy.mayReply,
      policy.watermark,
      by,
    ],
  );
}
