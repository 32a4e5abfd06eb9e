import type pg from 'pg';
import type { AccountAccess } from '../../access/accountAccess.ts';
import type { RoleGrant } from '../account.ts';

/** The account that somebody of a provider has here. */
export interface LinkedAccount {
  id: string;
  username: string;
  displayName: string;
  disabled: boolean;
  roles: RoleGrant[];
  access: AccountAccess | null;
}

/** The account of a subject of an issuer; null when it was never seen. */
export async function findExternalAccount(
  pool: pg.Pool,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<LinkedAccount | null> {
  const { rows } = await pool.query<LinkedAccount>(
    `SELECT a.account_id AS id, a.username, a.display_name AS "displayName", a.disabled_at IS NOT NULL AS disabled,
            account_access(a.account_id) AS access,
            coalesce((SELECT json_agg(json_build_object('role', r.role, 'hospital', r.hospital_code))
                        FROM account_role r WHERE r.account_id = a.account_id), '[]') AS roles
       FROM external_identity e JOIN account a USING (account_id) WHERE e.issuer = $1 AND e.subject = $2`,
    [issuer, subject],
  );
  return rows[0] ?? null;
}
