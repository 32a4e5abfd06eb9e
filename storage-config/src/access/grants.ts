import type pg from 'pg';
import { noteChangeOf } from '../changes.ts';
import { inTransaction } from '../database.ts';
import type { Purpose } from '../purposes.ts';
import type { GrantGround } from './accountAccess.ts';

export interface NewAccessGrant {
  account: { id: string; name: string };
  viewing: string;
  hospital: string;
  studyInstanceUid: string;
  ground: GrantGround;
  purpose: Purpose;
  hours: number;
  reasonCode: string;
  reason: string;
  evidence: Record<string, string>;
}

/** A grant as lists show it; nothing of the patient but whose it is at the issuing hospital. */
export interface AccessGrant {
  id: string;
  person: { id: string; name: string };
  viewing: string;
  hospital: string;
  studyInstanceUid: string;
  patientId: string;
  wholePatient: boolean;
  ground: GrantGround;
  purpose: Purpose;
  reasonCode: string;
  reason: string;
  evidence: Record<string, string>;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endedBy: string;
  /** Whether it opens anything now. */
  holds: boolean;
}

const COLUMNS = `g.access_grant_id AS id, json_build_object('id', g.account_id, 'name', g.account_name) AS person,
  g.viewing_hospital AS viewing, g.hospital_code AS hospital, g.study_instance_uid AS "studyInstanceUid",
  g.patient_id AS "patientId", g.whole_patient AS "wholePatient", g.ground, g.purpose, g.reason_code AS "reasonCode", g.reason,
  g.evidence, g.created_at AS "createdAt", g.expires_at AS "expiresAt", g.ended_at AS "endedAt", g.ended_by AS "endedBy",
  access_grant_holds(g) AS holds`;

/**
 * Opens a study, or what the hospital has of its patient, to one person. By recognition it is the study alone, for its
 * result is what is recognised. Breaking the glass leaves a notice to the issuing hospital in the same transaction. null: the
 * study is gone.
 */
export async function createGrant(pool: pg.Pool, given: NewAccessGrant): Promise<AccessGrant | null> {
  return inTransaction(pool, async (client) => {
    const { rows: made } = await client.query<{ id: string }>(
      `INSERT INTO access_grant (account_id, account_name, viewing_hospital, hospital_code, study_instance_uid, whole_patient,
                                 patient_id, issuer_of_patient_id, ground, purpose, reason_code, reason, evidence, expires_at)
       SELECT $1, $2, $3, s.hospital_code, s.study_instance_uid, s.patient_id <> '' AND $6 <> 'recognition', s.patient_id,
              s.issuer_of_patient_id, $6, $7, $8, $9, $10, now() + make_interval(hours => $11)
         FROM study s WHERE s.hospital_code = $4 AND s.study_instance_uid = $5
       RETURNING access_grant_id AS id`,
      [
        given.account.id,
        given.account.name,
        given.viewing,
        given.hospital,
        given.studyInstanceUid,
        given.ground,
        given.purpose,
        given.reasonCode,
        given.reason,
        JSON.stringify(given.evidence),
        given.hours,
      ],
    );
    const [grant] = made;
    if (grant === undefined) return null;
    if (given.ground === 'breakGlass') {
      const { hospital, studyInstanceUid } = given;
      await client.query('INSERT INTO access_notice (access_grant_id, hospital_code) VALUES ($1, $2)', [
        grant.id,
        hospital,
      ]);
      await noteChangeOf(client, { hospital, studyInstanceUid }, { action: 'glassBroken' });
    }
    const { rows } = await client.query<AccessGrant>(
      `SELECT ${COLUMNS} FROM access_grant g WHERE g.access_grant_id = $1`,
      [grant.id],
    );
    return rows[0] ?? null;
  });
}

export interface GrantFilter {
  /** Grants of this account; null: of any. */
  account: string | null;
  /** Of studies of these hospitals; null: of any. */
  hospitals: readonly string[] | null;
  /** Only what opens something now. */
  holding: boolean;
  before: Date | null;
  limit: number;
}

/** Grants, the newest first. */
export async function readGrants(
  pool: pg.Pool,
  { account, hospitals, holding, before, limit }: GrantFilter,
): Promise<AccessGrant[]> {
  const { rows } = await pool.query<AccessGrant>(
    `SELECT ${COLUMNS} FROM access_grant g
      WHERE ($1::uuid IS NULL OR g.account_id = $1) AND ($2::text[] IS NULL OR g.hospital_code = ANY ($2))
        AND ($3::timestamptz IS NULL OR g.created_at < $3) AND (NOT $4::boolean OR access_grant_holds(g))
      ORDER BY g.created_at DESC, g.access_grant_id LIMIT $5`,
    [account, hospitals, before, holding, limit],
  );
  return rows;
}

/** Ends a grant of an account, or of studies of these hospitals (null: of any). null: there is none that is open. */
export async function endGrant(
  pool: pg.Pool,
  id: string,
  { account, hospitals, by }: { account: string | null; hospitals: readonly string[] | null; by: string },
): Promise<AccessGrant | null> {
  const { rows } = await pool.query<AccessGrant>(
    `UPDATE access_grant AS g SET ended_at = now(), ended_by = $4
      WHERE g.access_grant_id = $1 AND g.ended_at IS NULL AND g.expires_at > now()
        AND (g.account_id = $2 OR $3::text[] IS NULL OR g.hospital_code = ANY ($3))
      RETURNING ${COLUMNS}`,
    [id, account, hospitals, by],
  );
  return rows[0] ?? null;
}
