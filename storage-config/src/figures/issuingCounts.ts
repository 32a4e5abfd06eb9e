import type { Count } from '@hutong/recognition';
import type pg from 'pg';
import { joinLinked, LINKED, personKey, type PeriodValues } from './period.ts';

/** Counts of all, by hospital and by item. */
export interface IssuingCounts {
  total: Count;
  hospitals: Map<string, Count>;
  items: Map<string, Count>;
}

interface Row {
  of: 'total' | 'hospital' | 'item';
  code: string;
  items: number;
  studies: number;
  persons: number;
}

/** What was stored first in the month: studies, the items of lists among them, and persons. */
export async function storedCounts(client: pg.PoolClient, values: PeriodValues): Promise<IssuingCounts> {
  const { rows } = await client.query<Row>(
    `WITH ${LINKED},
     studies AS MATERIALIZED (
       SELECT s.study_id, s.hospital_code, ${personKey('s', 'NULL::uuid', 's.study_id')} AS person
         FROM study s ${joinLinked('s')}
        WHERE s.first_stored_at >= $1::timestamptz AND s.first_stored_at < $2::timestamptz
          AND s.first_stored_at <= $3::timestamptz AND ($4::text IS NULL OR s.hospital_code = $4)),
     listed AS MATERIALIZED (
       SELECT s.hospital_code, i.item_code, s.person FROM studies s JOIN study_item i USING (study_id)),
     ${COUNTS}`,
    values.slice(0, 4),
  );
  return countsOf(rows);
}

/**
 * Items that got their first label in the month, by what holds at the end of what is looked at: those with a label in force
 * count; how many have none any more is told beside them.
 */
export async function labelledCounts(
  client: pg.PoolClient,
  values: PeriodValues,
): Promise<IssuingCounts & { withdrawn: number }> {
  const { rows } = await client.query<Row & { withdrawn: number }>(
    `WITH ${LINKED},
     given AS MATERIALIZED (
       SELECT DISTINCT study_id, item_code FROM hr_label_event
        WHERE state = 'applied' AND created_at >= $1::timestamptz AND created_at < $2::timestamptz
          AND created_at <= $3::timestamptz),
     labels AS (
       SELECT e.study_id, e.item_code, min(e.created_at) FILTER (WHERE e.state = 'applied') AS first,
              (array_agg(e.state ORDER BY e.hr_label_event_id DESC))[1] = 'applied' AS holds
         FROM given CROSS JOIN LATERAL (
                SELECT * FROM hr_label_event
                 WHERE study_id = given.study_id AND item_code = given.item_code AND created_at <= $3::timestamptz
                OFFSET 0) e
        GROUP BY e.study_id, e.item_code, e.scope),
     items AS (
       SELECT study_id, item_code, bool_or(holds) AS holds FROM labels
        GROUP BY study_id, item_code HAVING min(first) >= $1::timestamptz),
     of_studies AS MATERIALIZED (
       SELECT s.study_id, s.hospital_code, i.item_code, i.holds, ${personKey('s', 'NULL::uuid', 's.study_id')} AS person
         FROM items i JOIN study s USING (study_id) ${joinLinked('s')}
        WHERE ($4::text IS NULL OR s.hospital_code = $4)),
     listed AS MATERIALIZED (SELECT hospital_code, item_code, person FROM of_studies WHERE holds),
     studies AS MATERIALIZED (
       SELECT DISTINCT study_id, hospital_code, person FROM of_studies WHERE holds),
     ${COUNTS.replace('SELECT *', 'SELECT *, (SELECT count(*) FROM of_studies WHERE NOT holds) AS withdrawn')}`,
    values.slice(0, 4),
  );
  return { ...countsOf(rows), withdrawn: rows[0]?.withdrawn ?? 0 };
}

/** Sums of `studies` (one row a study) and `listed` (one row an item of a study). */
const COUNTS = `
     of_hospitals AS (
       SELECT hospital_code, sum(studies)::bigint AS studies, count(*) AS persons
         FROM (SELECT hospital_code, person, count(*) AS studies FROM studies GROUP BY hospital_code, person) p
        GROUP BY hospital_code),
     items_of_hospitals AS (SELECT hospital_code, count(*) AS items FROM listed GROUP BY hospital_code),
     of_items AS (
       SELECT item_code, sum(items)::bigint AS items, count(*) AS persons
         FROM (SELECT item_code, person, count(*) AS items FROM listed GROUP BY item_code, person) p
        GROUP BY item_code)
     SELECT * FROM (
       SELECT 'total' AS of, '' AS code, (SELECT count(*) FROM listed) AS items, (SELECT count(*) FROM studies) AS studies,
              (SELECT count(*) FROM (SELECT DISTINCT person FROM studies) p) AS persons
       UNION ALL
       SELECT 'hospital', hospital_code, COALESCE(items, 0), studies, persons
         FROM of_hospitals LEFT JOIN items_of_hospitals USING (hospital_code)
       UNION ALL
       SELECT 'item', item_code, items, items, persons FROM of_items) counted`;

function countsOf(rows: readonly Row[]): IssuingCounts {
  const of = (kind: Row['of']): Map<string, Count> =>
    new Map(
      rows.flatMap((row) =>
        row.of === kind
          ? [[row.code, { items: row.items, personTimes: row.studies, persons: row.persons }] as const]
          : [],
      ),
    );
  return {
    total: of('total').get('') ?? { items: 0, personTimes: 0, persons: 0 },
    hospitals: of('hospital'),
    items: of('item'),
  };
}
