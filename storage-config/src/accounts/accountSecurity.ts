import type pg from 'pg';

/** How an account is protected. */
export interface StoredSecurity {
  /** null: it has no password of its own. */
  passwordSetAt: Date | null;
  oneTimePasswords: boolean;
  recoveryCodesLeft: number;
}

/** @throws Error when there is no such account */
export async function readAccountSecurity(pool: pg.Pool, accountId: string): Promise<StoredSecurity> {
  const { rows } = await pool.query<StoredSecurity>(
    `SELECT CASE WHEN password_hash IS NOT NULL THEN password_set_at END AS "passwordSetAt",
            totp_secret IS NOT NULL AS "oneTimePasswords",
            (SELECT count(*)::integer FROM recovery_code c WHERE c.account_id = a.account_id AND c.used_at IS NULL) AS "recoveryCodesLeft"
       FROM account a WHERE account_id = $1`,
    [accountId],
  );
  const [security] = rows;
  if (security === undefined) throw new Error('the account went away while it was read');
  return security;
}
