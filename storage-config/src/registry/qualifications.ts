import type pg from 'pg';
import { ensureScope } from './scopes.ts';

/** A hospital's passed or failed quality evaluation of one catalogue item at one scope. Dates are YYYY-MM-DD. */
export interface QualificationRow {
  hospitalCode: string;
  itemCode: string;
  scope: string;
  evaluatedAt: string;
  validUntil: string;
  result: 'passed' | 'failed';
}

/** Adds an evaluation beside the earlier ones. Recording the very same again changes nothing. */
export async function recordQualification(
  client: pg.Pool | pg.PoolClient,
  qualification: QualificationRow & { document?: string; recordedBy?: string },
): Promise<void> {
  const { hospitalCode, itemCode, scope, evaluatedAt, validUntil, result } = qualification;
  await ensureScope(client, scope);
  await client.query(
    `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result, document, recorded_by)
     SELECT $1, $2, $3, $4::date, $5::date, $6, $7, $8
      WHERE NOT EXISTS (
        SELECT FROM qualification
         WHERE hospital_code = $1 AND item_code = $2 AND scope = $3
           AND evaluated_at = $4::date AND valid_until = $5::date AND result = $6 AND document = $7
           AND revoked_at IS NULL)`,
    [
      hospitalCode,
      itemCode,
      scope,
      evaluatedAt,
      validUntil,
      result,
      qualification.document ?? '',
      qualification.recordedBy ?? '',
    ],
  );
}

/** Evaluations of hospitals of these items, or of all when none are named, oldest first; without those that were taken back. */
export async function listQualifications(
  client: pg.Pool | pg.PoolClient,
  hospitals: string | readonly string[],
  items?: readonly string[],
): Promise<QualificationRow[]> {
  const { rows } = await client.query<QualificationRow>(
    `SELECT hospital_code AS "hospitalCode", item_code AS "itemCode", scope, result,
            to_char(evaluated_at, 'YYYY-MM-DD') AS "evaluatedAt", to_char(valid_until, 'YYYY-MM-DD') AS "validUntil"
       FROM qualification
      WHERE revoked_at IS NULL AND hospital_code = ANY ($1::text[]) AND ($2::text[] IS NULL OR item_code = ANY ($2))
      ORDER BY evaluated_at, qualification_id`,
    [[hospitals].flat(), items ?? null],
  );
  return rows;
}
