import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { hashPassword } from '../accounts/password.ts';
import { inTransaction } from '../database.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import { ANY_SHARE, readShares } from './readShares.ts';
import { factorText, isMade, newCode, type NewShare, type Share } from './share.ts';

/** Letters and digits that are not read for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const newAlias = (): string =>
  Array.from(randomBytes(12), (byte) => ALPHABET[byte % ALPHABET.length]).join('');

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
  const code = isMade(given.factor) ? newCode() : null;
  const secret = code ?? given.secret;
  const factorHash =
    given.factor === 'none' || secret === null ? null : await hashPassword(factorText(secret));
  const { content, author } = given;
  const pending = 'accessionNumbers' in content ? content : null;
  const id = await inTransaction(pool, async (client) => {
    if ('studies' in content && !(await hasAll(client, given.hospital, content.studies))) return null;
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO share (alias, token_hash, hospital_code, accession_numbers, patient_id, may_download, not_before, expires_at,
                          max_uses, factor, factor_hash, note, author_kind, author_id, author_name, audience, guardian_name,
                          guardian_relation, requires_sign_in, sign_in_hospitals, sign_in_account, may_reply, watermark)
       VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, now()), $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
               $22, $23)
       RETURNING share_id AS id`,
      [
        newAlias(),
        hashSecret(token),
        given.hospital,
        pending?.accessionNumbers ?? [],
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
        given.audience,
        given.guardian?.name ?? null,
        given.guardian?.relation ?? null,
        given.signIn !== null,
        given.signIn?.hospitals ?? [],
        given.signIn?.account ?? null,
        given.mayReply,
        given.watermark,
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
  const [share] = await readShares(pool, { ...ANY_SHARE, id, limit: 1 });
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
