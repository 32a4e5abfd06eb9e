import type pg from 'pg';
import type { AccountAccess } from '../access/accountAccess.ts';
import type { RoleGrant } from '../accounts/accounts.ts';
import type { Purpose } from '../purposes.ts';
import type { Scope } from '../scopes.ts';
import { hashSecret } from '../secrets.ts';
import { CLIENT_VALID } from './clientSecrets.ts';

/** Ids in an access token of this issuer. */
export interface TokenIds {
  clientId: string;
  jti: string;
  /** Of the key that it is signed with. */
  kid: string;
}

/** The person that a token stands for, as the account is now. */
export interface TokenPerson {
  account: {
    id: string;
    username: string;
    displayName: string;
    roles: RoleGrant[];
    passwordGiven: boolean;
    /** Seconds since the password was set; null: it has none. */
    passwordAgeSeconds: number | null;
    hasOneTimePassword: boolean;
  };
  /** A second factor was shown by who gave the grant. */
  secondFactor: boolean;
  access: AccountAccess | null;
  client: { name: string; scopes: Scope[] };
}

const NOT_REVOKED = `NOT EXISTS (SELECT 1 FROM oidc_record v WHERE v.model = 'RevokedToken' AND v.id_hash = $2)`;
/** What was signed with a key that may be known to others stands for nobody, whatever a server remembers of the key. */
const keyBelieved = (kid: string): string =>
  `EXISTS (SELECT 1 FROM oidc_key k WHERE k.kid = ${kid} AND (k.forgotten_at IS NULL OR k.forgotten_at > now()))`;

/**
 * Whom a token of a person stands for now; null when the account was disabled, the grant or the session it came from
 * ended, the client was ended, the token was revoked, or the key that signed it.
 */
export async function findTokenPerson(
  pool: pg.Pool,
  { clientId, jti, kid, grantId, accountId }: TokenIds & { grantId: string; accountId: string },
): Promise<TokenPerson | null> {
  const { rows } = await pool.query<TokenPerson>(
    `SELECT json_build_object('id', a.account_id, 'username', a.username, 'displayName', a.display_name,
              'passwordGiven', a.password_given, 'hasOneTimePassword', a.totp_secret IS NOT NULL, 'passwordAgeSeconds',
              CASE WHEN a.password_hash IS NOT NULL THEN extract(epoch FROM now() - a.password_set_at)::bigint END, 'roles',
              coalesce((SELECT json_agg(json_build_object('role', r.role, 'hospital', r.hospital_code) ORDER BY r.role, r.hospital_code)
                          FROM account_role r WHERE r.account_id = a.account_id), '[]')) AS account,
            account_access(a.account_id) AS access, g.second_factor AS "secondFactor",
            json_build_object('name', c.name, 'scopes', c.scopes) AS client
       FROM oidc_record g JOIN account a USING (account_id) JOIN oidc_client c USING (client_id)
      WHERE g.model = 'Grant' AND g.id_hash = $1 AND g.expires_at > now() AND ${NOT_REVOKED}
        AND c.client_id = $3 AND a.account_id::text = $4 AND a.disabled_at IS NULL AND ${CLIENT_VALID}
        AND ${keyBelieved('$5')}
        AND (g.session_hash IS NULL OR EXISTS
              (SELECT 1 FROM session s WHERE s.id_hash = g.session_hash AND s.ended_at IS NULL AND s.expires_at > now()))`,
    [hashSecret(grantId), hashSecret(jti), clientId, accountId, kid],
  );
  return rows[0] ?? null;
}

/** The machine that a token stands for, as it is known now. */
export interface TokenMachine {
  id: string;
  name: string;
  hospitalCode: string | null;
  scopes: Scope[];
  purpose: Purpose;
}

/** null when the machine was ended or has expired, or the token was revoked, or the key that signed it. */
export async function findTokenMachine(
  pool: pg.Pool,
  { clientId, jti, kid }: TokenIds,
): Promise<TokenMachine | null> {
  const { rows } = await pool.query<TokenMachine>(
    `SELECT c.client_id AS id, c.name, c.hospital_code AS "hospitalCode", c.scopes, c.purpose
       FROM oidc_client c WHERE c.client_id = $1 AND c.kind = 'machine' AND ${CLIENT_VALID} AND ${NOT_REVOKED}
        AND ${keyBelieved('$3')}`,
    [clientId, hashSecret(jti), kid],
  );
  return rows[0] ?? null;
}
