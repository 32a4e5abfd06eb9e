import type { View } from '../context.ts';
import { inView, Parameters } from '../dicomweb/statement.ts';
import { MAX_COUNTED, type ReviewFilters } from './filters.ts';

/** As the partial indexes of what waits for a person have it. */
const WAITING = `(i.verdict = 'REVIEW' OR i.decision_stale)`;

export interface Statement {
  text: string;
  values: unknown[];
}

/**
 * The one statement of a page: its rows, one more to know whether there is a next page, and the capped count of all.
 * Without a match it gives one row that holds only the count.
 */
export function reviewsStatement(filters: ReviewFilters, view: View): Statement {
  const parameters = new Parameters();
  const where = conditions(filters, view, parameters).join(' AND ');
  const isShown = shownCondition(filters, parameters);
  const { cursor } = filters;
  const after =
    cursor === null
      ? ''
      : `\n   AND (i.study_id, i.item_code) > (${parameters.add(cursor[0], 'bigint')}, ${parameters.add(cursor[1], 'text')})`;
  // Pages after the first carry the count of the first with them. What waits is counted so far and no farther, whatever is
  // asked of the studies, so that a count never reads the whole list: of a longer one it is of the beginning, and said to be.
  const total =
    cursor === null
      ? `SELECT least(count(*) FILTER (WHERE ${isShown}), ${MAX_COUNTED}) AS counted, count(*) > ${MAX_COUNTED} AS capped
     FROM (SELECT i.study_id FROM study_item i WHERE ${where}
            ORDER BY i.study_id, i.item_code LIMIT ${MAX_COUNTED + 1}) AS i`
      : `SELECT ${parameters.add(cursor[2], 'bigint')} AS counted, ${parameters.add(cursor[3], 'boolean')} AS capped`;
  const text = `WITH page AS MATERIALIZED (
SELECT i.study_id, i.item_code, i.verdict_decision_id, i.decision_stale, encode(i.evidence_sha256, 'hex') AS evidence,
       row_number() OVER (ORDER BY i.study_id, i.item_code) AS position
  FROM study_item i
 WHERE ${where}${after} AND ${isShown}
 ORDER BY i.study_id, i.item_code
 LIMIT ${parameters.add(filters.limit + 1, 'bigint')})
SELECT total.counted, total.capped, i.study_id, i.item_code, i.verdict_decision_id, i.decision_stale, i.evidence, s.hospital_code, h.name_zh,
       h.name_en, s.study_instance_uid, s.patient_name_alphabetic, s.patient_name_ideographic, s.patient_birth_date,
       s.patient_sex, s.study_date, s.study_description, s.modalities,
       to_char(s.last_stored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS received_at,
       r.settled, r.item, r.result
  FROM (${total}) AS total
  LEFT JOIN page i ON true
  LEFT JOIN study s ON s.study_id = i.study_id
  LEFT JOIN hospital h ON h.code = s.hospital_code
  LEFT JOIN LATERAL (
       SELECT c.settled,
              (SELECT item FROM jsonb_array_elements(c.result -> 'results') AS item
                WHERE item ->> 'itemCode' = i.item_code LIMIT 1) AS item,
              -- Of results from before digests were kept it is made from the whole.
              CASE WHEN i.evidence IS NULL THEN c.result END AS result
         FROM conformance_result c WHERE c.study_id = s.study_id AND c.revision = s.conformance_revision
        ORDER BY c.conformance_result_id DESC LIMIT 1) AS r ON true
 ORDER BY i.position`;
  return { text, values: parameters.values };
}

function conditions({ hospital, item, stale }: ReviewFilters, view: View, parameters: Parameters): string[] {
  const all = [stale ? 'i.decision_stale' : WAITING, inView('i', view, parameters)];
  if (hospital.length > 0) all.push(among('i.hospital_code', hospital, parameters));
  if (item.length > 0) all.push(among('i.item_code', item, parameters));
  return all;
}

/**
 * A verdict on what has changed since is left out. A scalar, looked up study by study along the list: as a join it would be
 * planned as if most studies had changed, and the whole list be read for a page.
 */
function shownCondition({ modality }: ReviewFilters, parameters: Parameters): string {
  const ofModality =
    modality.length === 0 ? '' : ` AND p.modalities && ${parameters.add(modality, 'text[]')}`;
  return `(SELECT p.judged_revision = p.conformance_revision${ofModality} FROM study p WHERE p.study_id = i.study_id)`;
}

/** One value as an equation, so that an index on it keeps the order of the list. */
function among(column: string, values: readonly string[], parameters: Parameters): string {
  const [only] = values;
  return values.length === 1
    ? `${column} = ${parameters.add(only, 'text')}`
    : `${column} = ANY (${parameters.add(values, 'text[]')})`;
}

/** How much waits, by hospital and item, and with a stale decision: all that waits, without the few whose study changed. */
export function facetsStatement(view: View): Statement {
  const parameters = new Parameters();
  const waiting = `${WAITING} AND ${inView('i', view, parameters)}`;
  const text = `SELECT hospital, item, sum(count)::integer AS count, sum(stale)::integer AS stale
  FROM (SELECT i.hospital_code AS hospital, i.item_code AS item, count(*) AS count,
               count(*) FILTER (WHERE i.decision_stale) AS stale
          FROM study_item i WHERE ${waiting} GROUP BY 1, 2
         UNION ALL
        SELECT i.hospital_code, i.item_code, -count(*), -count(*) FILTER (WHERE i.decision_stale)
          FROM study p JOIN study_item i ON i.study_id = p.study_id
         WHERE p.is_pending AND ${waiting} GROUP BY 1, 2) AS part
 GROUP BY hospital, item HAVING sum(count) > 0`;
  return { text, values: parameters.values };
}
