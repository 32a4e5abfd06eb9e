import { type DecisionFact, type ItemPrice, type PricedHospital, priceOf } from '@hutong/recognition';
import type pg from 'pg';
import { joinLinked, LINKED, personKey, type PeriodValues } from './period.ts';

type Row = Omit<DecisionFact, 'priceFen'>;

/** What decisions are priced by. */
export interface Pricing {
  prices: readonly ItemPrice[];
  hospitals: ReadonlyMap<string, PricedHospital>;
  regionCode: string;
}

/**
 * The decisions of the month, the newest of each chain as it was known then. With $4 those of the hospital and those of others
 * on its exams.
 *
 * @param repeatDays an item of the same person that was stored within so many days after it was recognised, in any hospital and
 *   made no earlier, was made again all the same
 */
export async function decisionFacts(
  client: pg.PoolClient,
  values: PeriodValues,
  repeatDays: number,
  pricing: Pricing,
): Promise<DecisionFact[]> {
  const { rows } = await client.query<Row>(
    `WITH ${LINKED},
     held AS MATERIALIZED (
       SELECT d.recognition_decision_id AS id, d.kind, d.decided_at, (d.decided_at AT TIME ZONE $5)::date AS day,
              d.hospital_code, d.department, d.issuing_hospital, d.item_code, d.reason_code, d.patient_id,
              d.issuer_of_patient_id, d.study_instance_uid, d.reminder_id, d.cited_at,
              COALESCE(linked.person_id, d.person_id) AS person_id,
              ${personKey('d', 'd.person_id', "d.issuing_hospital || E'\\n' || d.study_instance_uid")} AS person
         FROM recognition_decision d ${joinLinked('d')}
        WHERE d.decided_at >= $1::timestamptz AND d.decided_at < $2::timestamptz AND d.created_at <= $3::timestamptz
          AND ($4::text IS NULL OR d.hospital_code = $4 OR d.issuing_hospital = $4)
          AND NOT EXISTS (SELECT FROM recognition_decision later
                           WHERE later.replaces = d.recognition_decision_id AND later.created_at <= $3::timestamptz)),
     recognised AS MATERIALIZED (SELECT * FROM held WHERE kind = 'recognised'),
     patients AS (
       SELECT id, hospital_code, patient_id, issuer_of_patient_id FROM recognised WHERE patient_id <> ''
       UNION
       SELECT r.id, l.hospital_code, l.patient_id, l.issuer_of_patient_id
         FROM recognised r JOIN linked l ON l.person_id = r.person_id
       UNION
       SELECT r.id, s.hospital_code, s.patient_id, s.issuer_of_patient_id
         FROM recognised r
         JOIN study s ON s.hospital_code = r.issuing_hospital AND s.study_instance_uid = r.study_instance_uid
        WHERE s.patient_id <> ''),
     again AS MATERIALIZED (
       SELECT DISTINCT r.id
         FROM patients p JOIN recognised r USING (id)
         JOIN study s ON s.patient_id = p.patient_id AND s.hospital_code = p.hospital_code
                     AND s.issuer_of_patient_id = p.issuer_of_patient_id
                     AND s.first_stored_at > r.decided_at AND s.first_stored_at <= $3::timestamptz
                     AND s.first_stored_at <= r.decided_at + make_interval(days => $6)
                     AND s.study_instance_uid <> r.study_instance_uid
                     AND (s.study_date = '' OR s.study_date >= to_char(r.day, 'YYYYMMDD'))
                     AND NOT EXISTS (SELECT FROM study_apart other WHERE other.study_id = s.study_id)
         JOIN study_item i ON i.study_id = s.study_id AND i.item_code = r.item_code)
     SELECT kind, to_char(day, 'YYYY-MM-DD') AS day, hospital_code AS hospital, department,
            issuing_hospital AS "issuingHospital", item_code AS "itemCode", reason_code AS "reasonCode", person,
            person_id IS NOT NULL AS linked, COALESCE(cited_at <= $3::timestamptz, false) AS cited,
            reminder_id IS NOT NULL AS "fromReminder", again.id IS NOT NULL AS repeated,
            decided_at + make_interval(days => $6) > $3::timestamptz AS "windowOpen"
       FROM held LEFT JOIN again USING (id)`,
    [...values, repeatDays],
  );
  const priceFen = pricer(pricing);
  return rows.map((row) => ({
    ...row,
    priceFen: row.kind === 'recognised' ? priceFen(row.hospital, row.itemCode, row.day) : null,
  }));
}

/** Prices that were looked up are remembered: a month has few hospitals, items and days. */
function pricer({ prices, hospitals, regionCode }: Pricing) {
  const known = new Map<string, number | null>();
  const ofItem = Map.groupBy(prices, ({ itemCode }) => itemCode);
  return (hospital: string, itemCode: string, day: string): number | null => {
    const key = `${hospital} ${itemCode} ${day}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const priced = hospitals.get(hospital) ?? { region: '', level: '' };
    const found = priceOf(ofItem.get(itemCode) ?? [], priced, itemCode, day, regionCode)?.amountFen ?? null;
    known.set(key, found);
    return found;
  };
}
