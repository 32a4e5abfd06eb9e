import type { Verdict } from '@hutong/conformance';
import type { HrFacts } from './hrAttributes.ts';
import { itemName, type NamedItem, namedItemsColumn } from './itemNames.ts';

/** What {@link hrColumns} selects. */
export interface HrRow {
  hospital_code: string;
  hospital_name: string | null;
  judged: boolean;
  labels: string[] | null;
  items: { code: string; verdict: Verdict }[] | null;
  named_items: NamedItem[] | null;
}

/** Select list of a study's HR facts; `study` has study_id, hospital_code, conformance_revision and judged_revision. */
export function hrColumns(study: string): string {
  return `${study}.hospital_code,
       (SELECT h.name_zh FROM hospital h WHERE h.code = ${study}.hospital_code) AS hospital_name,
       (${study}.judged_revision IS NOT DISTINCT FROM ${study}.conformance_revision) AS judged,
       (SELECT array_agg(DISTINCT l.text ORDER BY l.text) FROM hr_label l WHERE l.study_id = ${study}.study_id AND l.state = 'applied') AS labels,
       (SELECT json_agg(json_build_object('code', v.item_code, 'verdict', v.verdict) ORDER BY v.item_code) FROM study_item v WHERE v.study_id = ${study}.study_id) AS items,
       ${namedItemsColumn(`${study}.study_id`)}`;
}

/** Condition that a study carries a label in force that meets `condition` on `l`. */
export function appliedLabel(studyId: string, condition = 'true'): string {
  return `EXISTS (SELECT FROM hr_label l WHERE l.study_id = ${studyId} AND l.state = 'applied' AND ${condition})`;
}

/** Verdicts of an older revision are left out until the study is judged again. */
export function hrFacts(row: HrRow): HrFacts {
  return {
    hospital: { code: row.hospital_code, name: row.hospital_name ?? row.hospital_code },
    status: row.judged ? 'done' : 'pending',
    labels: row.labels ?? [],
    items: row.judged
      ? (row.items ?? []).map((item) => ({ ...item, name: itemName(item.code, row.named_items) }))
      : [],
  };
}
