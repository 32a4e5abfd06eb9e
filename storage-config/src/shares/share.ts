import { randomBytes, randomInt } from 'node:crypto';
import type pg from 'pg';
import { hashPassword } from '../accounts/password.ts';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { hashSecret, newSecret } from '../secrets.ts';

/** What is asked for beside the link. */
export const SHARE_FACTORS = ['none', 'password', 'code', 'idDigits'] as const;
export type ShareFactor = (typeof SHARE_FACTORS)[number];

/** What is shared: studies or series that are stored, or whatever comes under an accession number. */
export type SharedContent =
  | { studies: { study: string; series: readonly string[] }[] }
  | { accessionNumber: string; patientId: string | null };

export interface NewShare {
  hospital: string;
  content: SharedContent;
  mayDownload: boolean;
  /** null: from now on. */
  notBefore: Date | null;
  expiresAt: Date;
  maxUses: number | null;
  factor: ShareFactor;
  /** The password or digits; of a `code` none is given, it is made. */
  secret: string | null;
  note: string;
  author: Author;
}

export interface Share {
  id: string;
  alias: string;
  hospital: string;
  accessionNumber: string | null;
  studies: { study: string; series: string[] }[];
  mayDownload: boolean;
  notBefore: Date;
  expiresAt: Date;
  maxUses: number | null;
  uses: number;
  factor: ShareFactor;
  note: string;
  author: Author;
  createdAt: Date;
  revokedAt: Date | null;
  /** Ended by too many wrong factors. */
  locked: boolean;
}

/** After so many wrong factors in a row the share is over: a new one is made in a minute, guessing is ended for good. */
export const MAX_FACTOR_FAILURES = 10;

/** Letters and digits that are not read for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const newAlias = (): string =>
  Array.from(randomBytes(12), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
const newCode = (): string => String(randomInt(0, 1_000_000)).padStart(6, '0');

/** What is typed as a factor, as it is compared: without spaces, and a check letter X in capitals. */
export const factorText = (text: string): string => text.normalize('NFKC').replace(/\s/g, '').toUpperCase();

/**
 * Makes a share. null when the hospital has one of the studies or series not.
 *
 * @returns the token of its link and the code, each told this once
 */
export async function createShare(
  pool: pg.Pool,
  given: NewShare,
): Promise<{ share: Share; token: string; code: string | null } | null> {
  const token = newSecret('htsh');
  const code = given.factor === 'code' ? newCode() : null;
  const secret = code ?? given.secret;
  const factorHash =
    given.factor === 'none' || secret === null ? null : await hashPassword(factorText(secret));
  const { content, author } = given;
  const pending = 'accessionNumber' in content ? content : null;
  const id = await inTransaction(pool, async (client) => {
    if ('studies' in content && !(await hasAll(client, given.hospital, content.studies))) return null;
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO share (alias, token_hash, hospital_code, accession_number, patient_id, may_download, not_before, expires_at,
                          max_uses, factor, factor_hash, note, author_kind, author_id, author_name)
       VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, now()), $8, $9, $10, $11, $12, $13, $14, $15)
       RETURNING share_id AS id`,
      [
        newAlias(),
        hashSecret(token),
        given.hospital,
        pending?.accessionNumber ?? null,
        pending?.patientId ?? null,
        given.mayDownload,
        given.notBefore,
        given.expiresAt,
        given.maxUses,
        given.factor,
        factorHash,
        given.note,
        author.kind,
        author.id,
        author.name,
      ],
    );
    const made = rows[0]?.id ?? '';
    if ('studies' in content) {
      const pairs = content.studies.flatMap(({ study, series }) =>
        (series.length === 0 ? [''] : series).map((one) => [study, one] as const),
      );
      await client.query(
        `INSERT INTO share_study (share_id, study_instance_uid, series_instance_uid)
         SELECT $1, study, series FROM unnest($2::text[], $3::text[]) AS given (study, series) ON CONFLICT DO NOTHING`,
        [made, pairs.map(([study]) => study), pairs.map(([, series]) => series)],
      );
    }
    return made;
  });
  if (id === null) return null;
  const [share] = await readShares(pool, { id, hospitals: null, study: null, limit: 1, before: null });
  return share === undefined ? null : { share, token, code };
}

async function hasAll(
  client: pg.PoolClient,
  hospital: string,
  studies: readonly { study: string; series: readonly string[] }[],
): Promise<boolean> {
  const uids = [...new Set(studies.map(({ study }) => study))];
  const { rows } = await client.query<{ study: string; series: string[] }>(
    `SELECT s.study_instance_uid AS study, array_agg(e.series_instance_uid) AS series
       FROM study s JOIN series e USING (study_id)
      WHERE s.hospital_code = $1 AND s.study_instance_uid = ANY ($2) GROUP BY 1`,
    [hospital, uids],
  );
  const known = new Map(rows.map(({ study, series }) => [study, new Set(series)]));
  return studies.every(({ study, series }) => {
    const of = known.get(study);
    return of !== undefined && series.every((uid) => of.has(uid));
  });
}

/** Which shares are asked for; null does not restrict. */
export interface ShareFilter {
  id: string | null;
  hospitals: readonly string[] | null;
  study: string | null;
  limit: number;
  /** Older than this instant. */
  before: Date | null;
}

/** Shares, the newest first. */
export async function readShares(client: pg.Pool | pg.PoolClient, filter: ShareFilter): Promise<Share[]> {
  const { rows } = await client.query<
    Omit<Share, 'author'> & { authorKind: Author['kind']; authorId: string; authorName: string }
  >(
    `SELECT h.share_id AS id, h.alias, h.hospital_code AS hospital, h.accession_number AS "accessionNumber",
            h.may_download AS "mayDownload", h.not_before AS "notBefore", h.expires_at AS "expiresAt", h.max_uses AS "maxUses",
            h.uses, h.factor, h.note, h.author_kind AS "authorKind", h.author_id AS "authorId", h.author_name AS "authorName",
            h.created_at AS "createdAt", h.revoked_at AS "revokedAt", h.failures >= ${MAX_FACTOR_FAILURES} AS locked,
            coalesce((SELECT json_agg(json_build_object('study', t.study, 'series', t.series) ORDER BY t.study)
                        FROM (SELECT study_instance_uid AS study,
                                     array_remove(array_agg(series_instance_uid ORDER BY series_instance_uid), '') AS series
                                FROM share_study WHERE share_id = h.share_id GROUP BY 1) AS t), '[]') AS studies
       FROM share h
      WHERE ($1::uuid IS NULL OR h.share_id = $1)
        AND ($2::text[] IS NULL OR h.hospital_code = ANY ($2))
        AND ($3::text IS NULL OR EXISTS (SELECT FROM share_study t WHERE t.share_id = h.share_id AND t.study_instance_uid = $3))
        AND ($4::timestamptz IS NULL OR h.created_at < $4)
      ORDER BY h.created_at DESC, h.share_id
      LIMIT $5`,
    [filter.id, filter.hospitals, filter.study, filter.before, filter.limit],
  );
  return rows.map(({ authorKind, authorId, authorName, ...share }) => ({
    ...share,
    author: { kind: authorKind, id: authorId, name: authorName },
  }));
}

/** Ends a share, and with it every session of it. Returns its hospital; null when there is none in these hospitals. */
export async function revokeShare(
  pool: pg.Pool,
  id: string,
  hospitals: readonly string[] | null,
  by: string,
): Promise<string | null> {
  const { rows } = await pool.query<{ hospital: string }>(
    `UPDATE share SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $3)
      WHERE share_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))
      RETURNING hospital_code AS hospital`,
    [id, hospitals, by],
  );
  return rows[0]?.hospital ?? null;
}
