import type pg from 'pg';
import { hashSecret } from '../secrets.ts';

export const ROLES = [
  'administrator',
  'qualityControl',
  'radiologist',
  'clinician',
  'hospitalIt',
  'auditor',
  'healthCommission',
] as const;
export type Role = (typeof ROLES)[number];

/** A role in one hospital; null: in the whole region. */
export interface RoleGrant {
  role: Role;
  hospital: string | null;
}

export interface Account {
  id: string;
  username: string;
  displayName: string;
  roles: RoleGrant[];
  /** Has to choose an own password first. */
  passwordGiven: boolean;
  hasOneTimePassword: boolean;
  disabled: boolean;
  createdAt: Date;
  lastSignedInAt: Date | null;
  /** Sessions that are open now. */
  sessions: number;
  /** Name of the provider of identity that says who this is and which roles it has; null: an account of this installation. */
  provider: string | null;
  /** Raised by each change that an administrator makes. */
  revision: number;
}

/** As names are kept and compared. */
export const usernameOf = (text: string): string => text.trim().normalize('NFKC').toLowerCase();

/** Columns of an account `a`. */
export const ACCOUNT = `a.account_id AS id, a.username, a.display_name AS "displayName", a.password_given AS "passwordGiven",
  a.totp_secret IS NOT NULL AS "hasOneTimePassword", a.disabled_at IS NOT NULL AS disabled, a.created_at AS "createdAt",
  a.last_signed_in_at AS "lastSignedInAt", a.revision,
  (SELECT e.provider FROM external_identity e WHERE e.account_id = a.account_id ORDER BY e.last_used_at DESC LIMIT 1) AS provider,
  (SELECT count(*)::integer FROM session s
    WHERE s.account_id = a.account_id AND s.ended_at IS NULL AND s.expires_at > now()
      AND s.last_used_at > now() - make_interval(secs => s.idle_seconds)) AS sessions,
  coalesce((SELECT json_agg(json_build_object('role', r.role, 'hospital', r.hospital_code) ORDER BY r.role, r.hospital_code)
              FROM account_role r WHERE r.account_id = a.account_id), '[]') AS roles`;

/** An account as it is in the transaction; null when there is none. */
export async function readAccount(client: pg.PoolClient, id: string): Promise<Account | null> {
  const { rows } = await client.query<Account>(`SELECT ${ACCOUNT} FROM account a WHERE a.account_id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** Gives roles beside those an account has. */
export async function insertRoles(
  client: pg.PoolClient,
  id: string,
  roles: readonly RoleGrant[],
): Promise<void> {
  await client.query(
    `INSERT INTO account_role (account_id, role, hospital_code)
     SELECT $1, role, hospital FROM unnest($2::text[], $3::text[]) AS given (role, hospital)
     ON CONFLICT DO NOTHING`,
    [id, roles.map(({ role }) => role), roles.map(({ hospital }) => hospital)],
  );
}

/** Forgets what an account shows beside its password. */
export async function removeSecondFactor(client: pg.PoolClient, accountId: string): Promise<void> {
  await client.query('UPDATE account SET totp_secret = NULL WHERE account_id = $1', [accountId]);
  await client.query('DELETE FROM recovery_code WHERE account_id = $1', [accountId]);
  await client.query('DELETE FROM totp_offer WHERE account_id = $1', [accountId]);
}

/** Ends every session of an account, but the one with this secret. Returns how many. */
export async function endSessionsOf(
  client: pg.Pool | pg.PoolClient,
  accountId: string,
  but: string | null = null,
): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE session SET ended_at = now()
      WHERE account_id = $1 AND ended_at IS NULL AND ($2::bytea IS NULL OR id_hash <> $2)`,
    [accountId, but === null ? null : hashSecret(but)],
  );
  return rowCount ?? 0;
}
