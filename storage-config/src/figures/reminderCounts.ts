import type { Count } from '@hutong/recognition';
import type pg from 'pg';
import { joinLinked, LINKED, personKey, type PeriodValues } from './period.ts';

export interface Reminding {
  reminded: Count;
  viewed: Count;
}

export interface ReminderCounts {
  total: Reminding;
  hospitals: Map<string, Reminding>;
  /** By hospital and department, with a line break between. */
  departments: Map<string, Reminding>;
  items: Map<string, Reminding>;
  /** Items of hospitals that others were reminded of, and that they viewed. */
  elsewhere: Map<string, { remindedItems: number; viewedItems: number }>;
  /** Answers that were given, whatever they held. */
  answers: number;
}

interface Row {
  of: 'total' | 'hospital' | 'department' | 'item' | 'elsewhere' | 'answers';
  code: string;
  department: string;
  items: number;
  /** null where there is nothing to add up. */
  times: number | null;
  persons: number;
  viewedItems: number;
  viewedTimes: number | null;
  viewedPersons: number;
}

/**
 * Reminders of the month. An item of a person in a hospital on a day is one, however often it was asked for and however many
 * exams were named; it belongs to the department that asked first. Exams of the ordering hospital itself are none of mutual
 * recognition.
 */
export async function reminderCounts(client: pg.PoolClient, values: PeriodValues): Promise<ReminderCounts> {
  const { rows } = await client.query<Row>(
    `WITH ${LINKED},
     asked AS MATERIALIZED (
       SELECT r.reminder_id, r.hospital_code, r.department, r.created_at,
              (r.created_at AT TIME ZONE $5)::date AS day, ${personKey('r', 'r.person_id', 'r.reminder_id')} AS person
         FROM reminder r ${joinLinked('r')}
        WHERE r.created_at >= $1::timestamptz AND r.created_at < $2::timestamptz AND r.created_at <= $3::timestamptz),
     opened AS (
       SELECT DISTINCT v.reminder_id, v.position FROM reminder_view v
        WHERE v.viewed_at >= $1::timestamptz AND v.viewed_at <= $3::timestamptz),
     named AS MATERIALIZED (
       SELECT a.*, m.item_code, m.hospital_code AS issuing, opened.reminder_id IS NOT NULL AS viewed
         FROM asked a JOIN reminder_match m USING (reminder_id) LEFT JOIN opened USING (reminder_id, position)
        WHERE m.word <> 'NOT_IN_SCOPE' AND m.hospital_code <> a.hospital_code
          AND ($4::text IS NULL OR a.hospital_code = $4 OR m.hospital_code = $4)),
     units AS MATERIALIZED (
       SELECT hospital_code, item_code, person, day,
              (array_agg(department ORDER BY created_at, reminder_id))[1] AS department, bool_or(viewed) AS viewed
         FROM named WHERE $4::text IS NULL OR hospital_code = $4
        GROUP BY hospital_code, item_code, person, day),
     visits AS MATERIALIZED (
       SELECT hospital_code, department, person, day, bool_or(viewed) AS viewed
         FROM units GROUP BY hospital_code, department, person, day),
     ${['total', 'hospital', 'department'].map(ofVisits).join(',')},
     of_items AS (
       SELECT item_code, count(*) AS times, count(DISTINCT person) AS persons,
              count(*) FILTER (WHERE viewed) AS viewed_times, count(DISTINCT person) FILTER (WHERE viewed) AS viewed_persons
         FROM (SELECT item_code, hospital_code, person, day, bool_or(viewed) AS viewed
                 FROM units GROUP BY item_code, hospital_code, person, day) v
        GROUP BY item_code)
     SELECT 'total' AS of, '' AS code, '' AS department, ${COUNTED}
       FROM (SELECT '' AS none, ${ITEMS} FROM units) i JOIN of_total c USING (none)
     UNION ALL
     SELECT 'hospital', hospital_code, '', ${COUNTED}
       FROM (SELECT hospital_code, ${ITEMS} FROM units GROUP BY hospital_code) i JOIN of_hospital c USING (hospital_code)
     UNION ALL
     SELECT 'department', hospital_code, department, ${COUNTED}
       FROM (SELECT hospital_code, department, ${ITEMS} FROM units GROUP BY hospital_code, department) i
       JOIN of_department c USING (hospital_code, department)
     UNION ALL
     SELECT 'item', item_code, '', ${COUNTED}
       FROM (SELECT item_code, ${ITEMS} FROM units GROUP BY item_code) i JOIN of_items c USING (item_code)
     UNION ALL
     SELECT 'elsewhere', issuing, '', count(*), 0, 0, count(*) FILTER (WHERE viewed), 0, 0
       FROM (SELECT issuing, bool_or(viewed) AS viewed FROM named WHERE $4::text IS NULL OR issuing = $4
              GROUP BY issuing, hospital_code, person, day, item_code) e
      GROUP BY issuing
     UNION ALL
     SELECT 'answers', '', '', count(*), 0, 0, 0, 0, 0 FROM asked WHERE $4::text IS NULL OR hospital_code = $4`,
    [...values],
  );
  return countsOf(rows);
}

const ITEMS = 'count(*) AS items, count(*) FILTER (WHERE viewed) AS viewed_items';
const COUNTED = `items, times, persons, viewed_items AS "viewedItems", viewed_times AS "viewedTimes",
            viewed_persons AS "viewedPersons"`;

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  total: [],
  hospital: ['hospital_code'],
  department: ['hospital_code', 'department'],
};

/** Person-times and persons of a group: first one row a visit, then one a person, so that nothing is sorted. */
function ofVisits(name: string): string {
  const group = (GROUPS[name] ?? []).join(', ');
  const of = group === '' ? "'' AS none" : group;
  const by = group === '' ? '' : `${group}, `;
  return `of_${name} AS (
       SELECT ${of}, sum(times)::bigint AS times, count(*) AS persons, sum(viewed_times)::bigint AS viewed_times,
              count(*) FILTER (WHERE viewed_times > 0) AS viewed_persons
         FROM (SELECT ${by}person, count(*) AS times, count(*) FILTER (WHERE viewed) AS viewed_times
                 FROM (SELECT ${by}${name === 'total' ? 'hospital_code, ' : ''}person, day, bool_or(viewed) AS viewed
                         FROM visits GROUP BY ${by}${name === 'total' ? 'hospital_code, ' : ''}person, day) v
                GROUP BY ${by}person) p
        ${group === '' ? '' : `GROUP BY ${group}`})`;
}

function countsOf(rows: readonly Row[]): ReminderCounts {
  const of = (kind: Row['of']): Map<string, Reminding> =>
    new Map(
      rows.flatMap((row) =>
        row.of === kind ? [[keyOf(row.code, row.department, kind), reminding(row)]] : [],
      ),
    );
  const elsewhere = rows.filter((row) => row.of === 'elsewhere');
  const none: Reminding = {
    reminded: { items: 0, personTimes: 0, persons: 0 },
    viewed: { items: 0, personTimes: 0, persons: 0 },
  };
  return {
    total: of('total').get('') ?? none,
    hospitals: of('hospital'),
    departments: of('department'),
    items: of('item'),
    elsewhere: new Map(
      elsewhere.map(({ code, items, viewedItems }) => [code, { remindedItems: items, viewedItems }]),
    ),
    answers: rows.find((row) => row.of === 'answers')?.items ?? 0,
  };
}

const keyOf = (code: string, department: string, kind: Row['of']): string =>
  kind === 'department' ? `${code}\n${department}` : code;

const reminding = (row: Row): Reminding => ({
  reminded: { items: row.items, personTimes: row.times ?? 0, persons: row.persons },
  viewed: { items: row.viewedItems, personTimes: row.viewedTimes ?? 0, persons: row.viewedPersons },
});
