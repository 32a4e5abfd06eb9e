import type { Pool } from 'pg';
import type { View } from '../context.ts';
import { type HiddenCopy, isShown } from '../dicomweb/copies.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import type { Level } from './attributes.ts';
import type { SearchRow, United } from './results.ts';

interface CopiedStudy extends Omit<United, 'instancesOfSeries'>, Record<string, unknown> {
  uid: string;
  /** Instances of each series. */
  of_series: Record<string, number>;
  /** Hospitals whose copies are not shown. */
  hidden: string[];
}

/**
 * Unites the counts of rows whose study several hospitals in view have (`copied`), over the copies that are shown. Few studies
 * are stored by two hospitals, so this is a statement of its own that most searches do without.
 *
 * @returns the copies that are not shown
 */
export async function uniteCopies(
  index: Pool,
  level: Level,
  rows: readonly SearchRow[],
  view: View,
): Promise<Omit<HiddenCopy, 'id'>[]> {
  const copied = rows.filter((row) => row.copied === true);
  if (copied.length === 0) return [];
  const parameters = new Parameters();
  const uids = parameters.add([...new Set(copied.map(studyOf))], 'text[]');
  const text = `WITH copies AS MATERIALIZED (
SELECT o.study_id, o.study_instance_uid AS uid, o.hospital_code, ${isShown('o', view, parameters)} AS shown
  FROM study o WHERE o.study_instance_uid = ANY (${uids}) AND ${inView('o', view, parameters)}),
united AS (
SELECT c.uid, p.series_instance_uid AS series, array_agg(DISTINCT p.modality) AS modalities,
       count(DISTINCT q.sop_instance_uid) AS instances
  FROM copies c JOIN series p ON p.study_id = c.study_id JOIN instance q ON q.series_id = p.series_id
 WHERE c.shown GROUP BY 1, 2)
SELECT u.uid, count(*) AS series, sum(u.instances)::integer AS instances,
       (SELECT coalesce(array_agg(DISTINCT m ORDER BY m), '{}') FROM united v, unnest(v.modalities) AS m
         WHERE v.uid = u.uid AND m <> '') AS modalities,
       json_object_agg(u.series, u.instances) AS of_series,
       ARRAY(SELECT c.hospital_code FROM copies c WHERE c.uid = u.uid AND NOT c.shown ORDER BY c.study_id) AS hidden
  FROM united u GROUP BY u.uid`;
  const found = new Map(
    (await runStatement<CopiedStudy>(index, text, parameters.values)).map((study) => [study.uid, study]),
  );
  for (const row of copied) {
    const study = found.get(studyOf(row));
    if (study === undefined) continue;
    const { series, instances, modalities, of_series: ofSeries } = study;
    const own = level === 'study' ? null : (ofSeries[String(row['series_series_instance_uid'])] ?? null);
    row.united = { series, instances, modalities, instancesOfSeries: own };
  }
  return [...found.values()].flatMap(({ uid, hidden }) => hidden.map((hospital) => ({ uid, hospital })));
}

const studyOf = (row: SearchRow): string => String(row['study_study_instance_uid']);
