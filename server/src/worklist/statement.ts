import type { View } from '../context.ts';
import { appliedLabel } from '../dicomweb/hrColumns.ts';
import { nameWords, nameWordsSql } from '../dicomweb/personName.ts';
import { Parameters, studiesInView } from '../dicomweb/statement.ts';
import { MAX_COUNTED, type WorklistFilters } from './filters.ts';

const RECEIVED = `to_char(s.last_stored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const JUDGED = 'NOT s.is_pending';
/** As the partial index of waiting studies has it. */
const PENDING = 's.is_pending';

/**
 * The one statement of a page: its rows, one more to know whether there is a next page, and the capped count of
 * all. Without a match it gives one row that holds only the count.
 */
export function worklistStatement(filters: WorklistFilters, view: View): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const { table, condition } = studiesInView('s', view, parameters);
  const where = [condition, ...conditions(filters, parameters)].join('\n   AND ');
  const byDate = filters.sort === 'studyDate';
  // Received within one second they stand in the order of their ids: an index on the very moment would have to be
  // written at each instance that arrives.
  const key = byDate ? 's.study_moment' : 's.stored_second';
  const ofCursor = (value: string): string =>
    byDate ? parameters.add(value, 'text') : `date_trunc('second', ${parameters.add(value, 'timestamp')})`;
  const after =
    filters.cursor === null
      ? ''
      : `\n   AND (${key}, s.study_id) < (${ofCursor(filters.cursor[1])}, ${parameters.add(filters.cursor[2], 'bigint')})`;
  // Pages after the first carry the count of the first with them.
  const counted =
    filters.cursor === null
      ? `(SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${where} LIMIT ${MAX_COUNTED + 1}) AS matches)`
      : parameters.add(filters.cursor[3], 'bigint');
  const text = `WITH page AS MATERIALIZED (
SELECT s.*, ${RECEIVED} AS received_at, row_number() OVER (ORDER BY ${key} DESC, s.study_id DESC) AS position
  FROM ${table}
 WHERE ${where}${after}
 ORDER BY ${key} DESC, s.study_id DESC
 LIMIT ${parameters.add(filters.limit + 1, 'bigint')})
SELECT total.counted, s.study_id, s.hospital_code, h.name_zh, h.name_en, s.study_instance_uid, s.patient_id,
       s.patient_name_alphabetic, s.patient_name_ideographic, s.patient_birth_date, s.patient_sex, s.study_date,
       s.study_time, s.study_moment, s.accession_number, s.study_description, s.modalities, s.number_of_series,
       s.number_of_instances, s.received_at, r.judged, r.not_listed, r.items, v.held, l.labels
  FROM (SELECT ${counted} AS counted) AS total
  LEFT JOIN page s ON true
  LEFT JOIN hospital h ON h.code = s.hospital_code
  LEFT JOIN LATERAL (
       SELECT true AS judged, nullif(c.summary -> 'notListed', 'null') AS not_listed, c.summary -> 'items' AS items
         FROM conformance_result c WHERE c.study_id = s.study_id AND c.revision = s.conformance_revision
        ORDER BY c.conformance_result_id DESC LIMIT 1) AS r ON true
  LEFT JOIN LATERAL (
       SELECT json_object_agg(v.item_code, json_build_object(
                'verdict', v.verdict, 'decided', v.verdict_decision_id IS NOT NULL AND NOT v.decision_stale,
                'stale', v.decision_stale)) AS held
         FROM study_item v WHERE v.study_id = s.study_id AND r.judged) AS v ON true
  LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('text', l.text, 'scope', l.scope, 'itemCode', l.item_code, 'state', l.state)
                       ORDER BY l.item_code, l.scope) AS labels
         FROM hr_label l WHERE l.study_id = s.study_id) AS l ON true
 ORDER BY s.position`;
  return { text, values: parameters.values };
}

function conditions(filters: WorklistFilters, parameters: Parameters): string[] {
  const all: string[] = [];
  const anyOf = (values: string[]): string => `ANY (${parameters.add(values, 'text[]')})`;
  if (filters.hospital.length > 0) all.push(`s.hospital_code = ${anyOf(filters.hospital)}`);
  if (filters.modality.length > 0) all.push(`s.modalities && ${parameters.add(filters.modality, 'text[]')}`);
  if (filters.from !== null) all.push(`s.study_date >= ${parameters.add(filters.from, 'text')}`);
  if (filters.to !== null)
    all.push(`s.study_date <= ${parameters.add(filters.to, 'text')} AND s.study_date <> ''`);
  if (filters.q !== '') all.push(textCondition(filters.q, parameters));
  if (filters.label !== '') all.push(labelCondition(filters.label, parameters));
  const verdict = verdictCondition(filters, anyOf);
  if (verdict !== null) all.push(verdict);
  return all;
}

/** The beginning of a word of the name or of its pinyin, of the PatientID, or of the accession number; an index serves each. */
function textCondition(q: string, parameters: Parameters): string {
  // Numbers are typed in either case; hospitals write them in one.
  const spellings = [...new Set([q, q.toUpperCase(), q.toLowerCase()])];
  const either = spellings.flatMap((spelling) => {
    const beginning = parameters.add(`${spelling.replace(/[\\%_]/g, '\\$&')}%`, 'text');
    return [`s.patient_id LIKE ${beginning}`, `s.accession_number LIKE ${beginning}`];
  });
  const words = nameWords(q);
  if (words.length > 0) either.push(nameWordsSql('s', words, parameters));
  return `(${either.join(' OR ')})`;
}

function labelCondition(label: string, parameters: Parameters): string {
  if (label === 'any') return appliedLabel('s.study_id');
  if (label === 'none') return `NOT ${appliedLabel('s.study_id')}`;
  return appliedLabel('s.study_id', `l.text = ${parameters.add(label, 'text')}`);
}

/** Items and verdicts are asked of the same judgement; a study without one has no items yet. */
function verdictCondition(
  { item, verdict }: WorklistFilters,
  anyOf: (values: string[]) => string,
): string | null {
  if (item.length === 0 && verdict.length === 0) return null;
  const judgements = verdict.filter((one) => one === 'PASS' || one === 'FAIL' || one === 'REVIEW');
  const either: string[] = [];
  if (judgements.length > 0 || verdict.length === 0) {
    const parts = ['v.study_id = s.study_id'];
    if (item.length > 0) parts.push(`v.item_code = ${anyOf(item)}`);
    if (judgements.length > 0) parts.push(`v.verdict = ${anyOf(judgements)}`);
    either.push(`(EXISTS (SELECT 1 FROM study_item v WHERE ${parts.join(' AND ')}) AND ${JUDGED})`);
  }
  if (item.length === 0 && verdict.includes('PENDING')) either.push(PENDING);
  if (item.length === 0 && verdict.includes('NOT_LISTED')) {
    // A partial index finds these; without an item the study was not listed by a later result of the revision either.
    either.push(
      `(EXISTS (SELECT 1 FROM conformance_result r WHERE r.study_id = s.study_id AND r.revision = s.conformance_revision AND r.result ? 'notListed')
        AND NOT EXISTS (SELECT 1 FROM study_item v WHERE v.study_id = s.study_id))`,
    );
  }
  return either.length === 0 ? 'false' : `(${either.join(' OR ')})`;
}
