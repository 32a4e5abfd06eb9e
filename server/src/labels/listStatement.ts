import type { LabelState } from '@hutong/conformance';
import type { View } from '../context.ts';
import { inView, Parameters } from '../dicomweb/statement.ts';

/** What is asked of a list of labels. */
export interface LabelFilters {
  state: LabelState;
  hospital: string[];
  item: string[];
  scope: string[];
  limit: number;
  /** Event of the last label of the page before. */
  before: number | null;
}

/** The labels of a state, the newest first: a page, and one more to know whether there is a next one. */
export function labelsStatement(filters: LabelFilters, view: View): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const where = [`l.state = ${parameters.add(filters.state, 'text')}`, inView('l', view, parameters)];
  const among = (column: string, values: readonly string[]): void => {
    if (values.length > 0) where.push(`${column} = ANY (${parameters.add(values, 'text[]')})`);
  };
  among('l.hospital_code', filters.hospital);
  among('l.item_code', filters.item);
  among('l.scope', filters.scope);
  if (filters.before !== null)
    where.push(`l.hr_label_event_id < ${parameters.add(filters.before, 'bigint')}`);
  const text = `WITH page AS MATERIALIZED (
SELECT l.* FROM (SELECT *, issuing_hospital AS hospital_code FROM hr_label) l
 WHERE ${where.join(' AND ')} AND EXISTS (SELECT FROM study p WHERE p.study_id = l.study_id)
 ORDER BY l.hr_label_event_id DESC
 LIMIT ${parameters.add(filters.limit + 1, 'bigint')})
SELECT l.hr_label_event_id AS event, l.item_code, l.scope, l.text, l.state, l.cause, l.reason_zh, l.reason_en, l.author,
       l.created_at, s.hospital_code, h.name_zh, h.name_en, s.study_instance_uid, s.patient_name_alphabetic,
       s.patient_name_ideographic, s.patient_birth_date, s.patient_sex, s.study_date, s.study_description,
       (SELECT item -> 'name' FROM study_judgement j JOIN conformance_result r USING (conformance_result_id)
                CROSS JOIN jsonb_array_elements(r.summary -> 'items') AS item
         WHERE j.study_id = l.study_id AND item ->> 'code' = l.item_code LIMIT 1) AS item_name,
       (SELECT json_build_object('id', q.qualification_id, 'evaluatedAt', q.evaluated_at, 'validUntil', q.valid_until)
          FROM qualification q WHERE q.qualification_id = l.qualification_id) AS qualification
  FROM page l
  JOIN study s ON s.study_id = l.study_id
  JOIN hospital h ON h.code = s.hospital_code
 ORDER BY l.hr_label_event_id DESC`;
  return { text, values: parameters.values };
}
