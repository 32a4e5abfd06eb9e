import type { Pool } from 'pg';
import type { View } from '../context.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import type { Level } from './attributes.ts';
import type { SearchRow } from './results.ts';

/**
 * Unites the counts of rows that are shown as one copy of several (`copied`). Few studies are stored by two hospitals, so
 * this is a statement of its own that most searches do without.
 */
export async function uniteCopies(
  index: Pool,
  level: Level,
  rows: readonly SearchRow[],
  view: View,
): Promise<void> {
  const copied = rows.filter((row) => row.copied === true);
  if (copied.length === 0 || level === 'instance') return;
  const parameters = new Parameters();
  const studies = parameters.add(
    copied.map((row) => row['study_study_instance_uid']),
    'text[]',
  );
  const series = parameters.add(
    copied.map((row) => (level === 'series' ? row['series_series_instance_uid'] : null)),
    'text[]',
  );
  const copies = `FROM study o JOIN series p ON p.study_id = o.study_id JOIN instance q ON q.series_id = p.series_id
 WHERE o.study_instance_uid = given.study AND ${inView('o', view, parameters)}`;
  const counts =
    level === 'study'
      ? `count(DISTINCT p.series_instance_uid) AS series,
         count(DISTINCT (p.series_instance_uid, q.sop_instance_uid)) AS instances,
         array_agg(DISTINCT p.modality ORDER BY p.modality) FILTER (WHERE p.modality <> '') AS modalities`
      : 'count(DISTINCT q.sop_instance_uid) AS instances';
  const text = `SELECT united.* FROM unnest(${studies}, ${series}) WITH ORDINALITY AS given (study, series, position),
       LATERAL (SELECT ${counts} ${copies}${level === 'series' ? ' AND p.series_instance_uid = given.series' : ''}) AS united
 ORDER BY given.position`;
  const found = await runStatement<NonNullable<SearchRow['united']> & Record<string, unknown>>(
    index,
    text,
    parameters.values,
  );
  copied.forEach((row, i) => {
    row.united = found[i] ?? null;
  });
}
