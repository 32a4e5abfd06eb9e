import type pg from 'pg';
import type { AlertThresholds } from '../config/audit.ts';
import { HISTORY_KINDS } from './patientHistory.ts';

/** What auditors are told of. Nothing is blocked by it. */
export const ALERT_RULES = ['manyPatients', 'manyPeople', 'manyRefusals', 'manyEmergencies'] as const;
export type AlertRule = (typeof ALERT_RULES)[number];

export interface UnusualUse {
  rule: AlertRule;
  /** What makes it one thing: the person, address or patient. */
  about: string;
  /** Whose auditors are told; empty: those of the region. */
  hospital: string;
  patientId: string;
  /** Who is conspicuous; empty where many are. */
  actorId: string;
  actorName: string;
  found: number;
  threshold: number;
  hours: number;
}

interface Row {
  about: string;
  hospital: string;
  patient: string;
  actor: string;
  name: string;
  found: number;
}

const OPENED = [...HISTORY_KINDS.looked, ...HISTORY_KINDS.copied];

/** Each: columns of {@link Row}; $1 how many are usual, $2 actions that open images. */
const RULES: Readonly<
  Record<AlertRule, { threshold: keyof AlertThresholds; hours: number; sql: string; opened: boolean }>
> = {
  // One person and the patients of each hospital; what counts is all hospitals together.
  manyPatients: {
    threshold: 'patientsPerHour',
    hours: 1,
    opened: true,
    sql: `WITH seen AS (
            SELECT DISTINCT actor_id, actor_name, hospital_code, patient_id FROM audit_event
             WHERE at > now() - interval '1 hour' AND action = ANY ($2) AND outcome = 'success'
               AND actor_kind = 'person' AND patient_id <> ''
          ), people AS (SELECT actor_id, count(DISTINCT (hospital_code, patient_id)) AS found FROM seen
                         GROUP BY actor_id HAVING count(DISTINCT (hospital_code, patient_id)) > $1)
          SELECT actor_id || ' ' || hospital_code AS about, hospital_code AS hospital, '' AS patient,
                 actor_id AS actor, max(actor_name) AS name, max(found) AS found
            FROM seen JOIN people USING (actor_id) GROUP BY actor_id, hospital_code`,
  },
  manyPeople: {
    threshold: 'peoplePerPatient',
    hours: 24,
    opened: true,
    sql: `SELECT hospital_code || ' ' || patient_id AS about, hospital_code AS hospital, patient_id AS patient,
                 '' AS actor, '' AS name, count(DISTINCT actor_id) AS found
            FROM audit_event
           WHERE at > now() - interval '1 day' AND action = ANY ($2) AND outcome = 'success'
             AND actor_kind = 'person' AND patient_id <> ''
           GROUP BY hospital_code, patient_id HAVING count(DISTINCT actor_id) > $1`,
  },
  manyRefusals: {
    threshold: 'refusalsPerHour',
    hours: 1,
    opened: false,
    sql: `SELECT coalesce(nullif(actor_id, ''), address) AS about, '' AS hospital, '' AS patient,
                 max(actor_id) AS actor, coalesce(nullif(max(actor_name), ''), max(address)) AS name,
                 sum(count) AS found
            FROM audit_event WHERE at > now() - interval '1 hour' AND action = 'refused'
           GROUP BY 1 HAVING sum(count) > $1`,
  },
  manyEmergencies: {
    threshold: 'emergenciesPerDay',
    hours: 24,
    opened: false,
    sql: `WITH broken AS (
            SELECT actor_id, actor_name, hospital_code, count(*) AS times FROM audit_event
             WHERE at > now() - interval '1 day' AND action = 'breakGlass' AND outcome = 'success'
             GROUP BY actor_id, actor_name, hospital_code
          )
          SELECT actor_id || ' ' || hospital_code AS about, hospital_code AS hospital, '' AS patient,
                 actor_id AS actor, actor_name AS name,
                 (SELECT sum(times) FROM broken all_of WHERE all_of.actor_id = broken.actor_id)::bigint AS found
            FROM broken
           WHERE (SELECT sum(times) FROM broken all_of WHERE all_of.actor_id = broken.actor_id) > $1`,
  },
};

/** What is more than usual by the thresholds, and was not told within the hours that the rule looks at. */
export async function findUnusualUse(index: pg.Pool, thresholds: AlertThresholds): Promise<UnusualUse[]> {
  const found: UnusualUse[] = [];
  for (const rule of ALERT_RULES) {
    const { threshold: name, hours, sql, opened } = RULES[rule];
    const threshold = thresholds[name];
    if (threshold === 0) continue;
    const { rows } = await index.query<Row>(
      `SELECT * FROM (${sql}) AS unusual
        WHERE NOT EXISTS (SELECT FROM audit_alert told
                           WHERE told.rule = '${rule}' AND told.about = unusual.about
                             AND told.told_at > now() - interval '${hours} hours')
        ORDER BY found DESC LIMIT 100`,
      opened ? [threshold, OPENED] : [threshold],
    );
    for (const { about, hospital, patient, actor, name: actorName, found: many } of rows) {
      const whom = { about, hospital, patientId: patient, actorId: actor, actorName };
      found.push({ rule, ...whom, found: many, threshold, hours });
    }
  }
  return found;
}

/** Notes that auditors were told. */
export async function noteTold(
  index: pg.Pool,
  { rule, about }: Pick<UnusualUse, 'rule' | 'about'>,
): Promise<void> {
  await index.query('INSERT INTO audit_alert (rule, about) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    rule,
    about,
  ]);
}
