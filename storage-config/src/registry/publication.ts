import { type Evaluation, evaluationOn } from '@hutong/recognition';
import type pg from 'pg';
import { listHospitals } from './hospitals.ts';
import { readMemberships } from './memberships.ts';
import { listScopes, type RecognitionScope } from './scopes.ts';

/** A hospital's standing for an item at a scope on a day. Dates are YYYY-MM-DD. */
export interface PublishedQualification {
  scope: string;
  itemCode: string;
  hospital: string;
  evaluatedAt: string;
  validUntil: string;
  /** Code of the quality-control centre that evaluated; null where the record names none. */
  centre: string | null;
  /** Issuing of labels is suspended on the day. */
  suspended: boolean;
}

export interface Publication {
  qualifications: PublishedQualification[];
  hospitals: { code: string; nameZh: string; nameEn: string; level: string; region: string }[];
  scopes: RecognitionScope[];
  centres: { code: string; nameZh: string; nameEn: string; scope: string }[];
}

interface EvaluationRow extends Evaluation {
  hospital: string;
  centre: string | null;
}

/**
 * Which hospital may label which item at which scope on a day, by the same rule as labels: the newest evaluation on or
 * before the day counts, was passed and holds, and the hospital takes part in the scope. Nothing in it is about patients.
 *
 * @param day YYYY-MM-DD
 */
export async function readPublication(
  client: pg.Pool,
  defaultScope: string,
  day: string,
): Promise<Publication> {
  const hospitals = await listHospitals(client);
  const memberships = await readMemberships(client, null, defaultScope);
  const { rows: evaluations } = await client.query<EvaluationRow>(
    `SELECT qualification_id AS id, hospital_code AS hospital, item_code AS "itemCode", scope,
            to_char(evaluated_at, 'YYYY-MM-DD') AS "evaluatedAt", to_char(valid_until, 'YYYY-MM-DD') AS "validUntil",
            result, to_char(recorded_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS "enteredOn",
            quality_centre AS centre
       FROM qualification
      WHERE revoked_at IS NULL AND evaluated_at <= $1::date
      ORDER BY hospital_code, scope, item_code, qualification_id`,
    [day],
  );
  const { rows: suspensions } = await client.query<{
    hospital: string | null;
    item: string | null;
    scope: string | null;
  }>(
    `SELECT hospital_code AS hospital, item_code AS item, scope FROM label_suspension
      WHERE (created_at AT TIME ZONE 'Asia/Shanghai')::date <= $1::date
        AND (lifted_at IS NULL OR (lifted_at AT TIME ZONE 'Asia/Shanghai')::date > $1::date)`,
    [day],
  );
  const { rows: centres } = await client.query<Publication['centres'][number]>(
    `SELECT code, name_zh AS "nameZh", name_en AS "nameEn", scope FROM quality_centre ORDER BY code`,
  );
  const groups = Map.groupBy(evaluations, (one) => JSON.stringify([one.scope, one.itemCode, one.hospital]));
  const qualifications = [...groups.values()].flatMap((own): PublishedQualification[] => {
    const [{ scope, itemCode, hospital } = { scope: '', itemCode: '', hospital: '' }] = own;
    const { evaluation } = evaluationOn(own, itemCode, scope, day);
    if (evaluation === null || !memberships.scopesOn(hospital, day).includes(scope)) return [];
    const suspended = suspensions.some(
      (one) =>
        (one.hospital ?? hospital) === hospital &&
        (one.item ?? itemCode) === itemCode &&
        (one.scope ?? scope) === scope,
    );
    const { evaluatedAt, validUntil, id } = evaluation;
    const centre = own.find((one) => one.id === id)?.centre ?? null;
    return [{ scope, itemCode, hospital, evaluatedAt, validUntil, centre, suspended }];
  });
  return { qualifications, hospitals, scopes: await listScopes(client), centres };
}
