import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Author } from '../corrections/events.ts';
import type { Purpose } from '../purposes.ts';
import type { Ground } from './accountAccess.ts';

/** What a search that names the patient may find: nothing, studies with an applied HR label, or all. */
export const DISCOVERABLE = ['none', 'labelled', 'all'] as const;
export type Discoverable = (typeof DISCOVERABLE)[number];

/** Purposes under which people may search and open elsewhere. */
export const ACCESS_PURPOSES = ['TREAT', 'HQUALIMP', 'HOPERAT'] as const satisfies readonly Purpose[];

export interface AccessRules {
  discoverable: Discoverable;
  grounds: Ground[];
  /** How long a grant lasts, in hours. */
  hours: number;
  purposes: Purpose[];
}

/** Whose studies (`issuing`) are opened to whose people (`viewing`); null: any hospital. */
export interface AccessPolicy extends AccessRules {
  id: number;
  issuing: string | null;
  viewing: string | null;
  author: string;
  createdAt: Date;
  endedAt: Date | null;
  endedBy: string;
}

const COLUMNS = `access_policy_id AS id, issuing_hospital AS issuing, viewing_hospital AS viewing, discoverable, grounds, hours,
  purposes, coalesce(nullif(author_name, ''), author_id) AS author, created_at AS "createdAt", ended_at AS "endedAt",
  ended_by AS "endedBy"`;

/** The entries in force, the general ones first. */
export async function readPolicies(pool: pg.Pool): Promise<AccessPolicy[]> {
  const { rows } = await pool.query<AccessPolicy>(
    `SELECT ${COLUMNS} FROM access_policy WHERE ended_at IS NULL
      ORDER BY issuing_hospital IS NOT NULL, viewing_hospital IS NOT NULL, issuing_hospital, viewing_hospital`,
  );
  return rows;
}

/** Entries that were replaced or taken back, the newest first. */
export async function readFormerPolicies(pool: pg.Pool, limit: number): Promise<AccessPolicy[]> {
  const { rows } = await pool.query<AccessPolicy>(
    `SELECT ${COLUMNS} FROM access_policy WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, access_policy_id DESC LIMIT $1`,
    [limit],
  );
  return rows;
}

/** The entry in force for a pair of hospitals, as `access_policy_of` of the index finds it. */
export function policyOf<Entry extends Pick<AccessPolicy, 'issuing' | 'viewing'>>(
  policies: readonly Entry[],
  issuing: string,
  viewing: string,
): Entry | null {
  const weight = (entry: Entry): number =>
    (entry.issuing === null ? 0 : 2) + (entry.viewing === null ? 0 : 1);
  return policies
    .filter(
      (entry) =>
        (entry.issuing === null || entry.issuing === issuing) &&
        (entry.viewing === null || entry.viewing === viewing),
    )
    .reduce<Entry | null>(
      (best, entry) => (best === null || weight(entry) > weight(best) ? entry : best),
      null,
    );
}

/** Puts an entry in force in place of the one for the same hospitals. null: a hospital is not known. */
export async function savePolicy(
  pool: pg.Pool,
  policy: AccessRules & Pick<AccessPolicy, 'issuing' | 'viewing'>,
  author: Author,
): Promise<AccessPolicy | null> {
  return inTransaction(pool, async (client) => {
    const named = [policy.issuing, policy.viewing].filter((code) => code !== null);
    const { rows: known } = await client.query('SELECT FROM hospital WHERE code = ANY ($1::text[])', [named]);
    if (known.length !== new Set(named).size) return null;
    // Two that are saved at once come one after the other.
    await client.query('LOCK TABLE access_policy IN SHARE ROW EXCLUSIVE MODE');
    await endEntry(client, policy, author);
    const { rows } = await client.query<AccessPolicy>(
      `INSERT INTO access_policy (issuing_hospital, viewing_hospital, discoverable, grounds, hours, purposes, author_kind,
                                  author_id, author_name)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
      [
        policy.issuing,
        policy.viewing,
        policy.discoverable,
        policy.grounds,
        policy.hours,
        policy.purposes,
        author.kind,
        author.id,
        author.name,
      ],
    );
    return rows[0] ?? null;
  });
}

async function endEntry(
  client: pg.PoolClient,
  { issuing, viewing }: Pick<AccessPolicy, 'issuing' | 'viewing'>,
  author: Author,
): Promise<void> {
  await client.query(
    `UPDATE access_policy SET ended_at = now(), ended_by = $3
      WHERE ended_at IS NULL AND issuing_hospital IS NOT DISTINCT FROM $1 AND viewing_hospital IS NOT DISTINCT FROM $2`,
    [issuing, viewing, author.name === '' ? author.id : author.name],
  );
}

/** Takes an entry back, so that a more general one holds. null: there is none, or it is the most general. */
export async function endPolicy(pool: pg.Pool, id: number, author: Author): Promise<AccessPolicy | null> {
  const { rows } = await pool.query<AccessPolicy>(
    `UPDATE access_policy SET ended_at = now(), ended_by = $2
      WHERE access_policy_id = $1 AND ended_at IS NULL AND (issuing_hospital IS NOT NULL OR viewing_hospital IS NOT NULL)
      RETURNING ${COLUMNS}`,
    [id, author.name === '' ? author.id : author.name],
  );
  return rows[0] ?? null;
}
