import type pg from 'pg';

/** What was done with a patient's images, in the words that a patient is told. */
export const HISTORY_KINDS = {
  looked: ['retrieve', 'render', 'metadata', 'view'],
  copied: ['download', 'export'],
  shared: ['share'],
  granted: ['grant'],
  emergency: ['breakGlass'],
  // Searches that name the patient: reminders, pages of persons. Those of lists name nobody.
  found: ['search'],
  decided: ['decide', 'recognise'],
  stored: ['store'],
  changed: ['correct', 'delete', 'recover', 'hold'],
} as const;
export type HistoryKind = keyof typeof HISTORY_KINDS;

/** What one person or machine did with one study on one day. */
export interface HistoryEntry {
  /** In China Standard Time. */
  day: string;
  first: Date;
  last: Date;
  kind: HistoryKind;
  actorKind: string;
  actorId: string;
  actorName: string;
  purpose: string;
  outcome: string;
  studyInstanceUid: string;
  /** How often, each a few minutes. */
  times: number;
}

export interface HistoryStudy {
  studyInstanceUid: string;
  /** DICOM DA, or empty. */
  date: string;
  modalities: string[];
  description: string;
}

export interface PatientHistory {
  entries: HistoryEntry[];
  studies: HistoryStudy[];
  /** There is more than was read. */
  cut: boolean;
}

/** Days, people and studies of one answer. */
const MOST_ENTRIES = 2000;

/**
 * Who did what with the data of one patient of a hospital, the newest first, added up by day: events that name the patient,
 * and those that name a study which is the patient's now.
 */
export async function patientHistory(
  index: pg.Pool,
  { hospital, patientId }: { hospital: string; patientId: string },
  { from, to }: { from: string | null; to: string | null },
): Promise<PatientHistory> {
  const kinds = Object.entries(HISTORY_KINDS).flatMap(([kind, actions]) =>
    actions.map((action): [string, string] => [kind, action]),
  );
  const { rows } = await index.query<HistoryEntry>(
    `WITH own AS (
       SELECT study_instance_uid FROM study WHERE hospital_code = $1 AND patient_id = $2
     ), touched AS (
       SELECT * FROM audit_event WHERE hospital_code = $1 AND patient_id = $2 AND patient_id <> ''
       UNION ALL
       SELECT e.* FROM own JOIN audit_event e USING (study_instance_uid)
        WHERE e.hospital_code = $1 AND e.patient_id = '' AND e.study_instance_uid <> ''
     )
     SELECT to_char(touched.at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS day, min(touched.at) AS first,
            max(touched.at) AS last, kind, actor_kind AS "actorKind", actor_id AS "actorId",
            max(actor_name) AS "actorName", purpose, outcome, study_instance_uid AS "studyInstanceUid",
            count(DISTINCT (date_bin('5 minutes', touched.at, 'epoch'))) AS times
       FROM touched JOIN unnest($3::text[], $4::text[]) AS told (kind, action) USING (action)
      WHERE ($5::timestamptz IS NULL OR touched.at >= $5) AND ($6::timestamptz IS NULL OR touched.at < $6)
        AND continues IS NULL
      GROUP BY day, kind, actor_kind, actor_id, purpose, outcome, study_instance_uid
      ORDER BY last DESC LIMIT $7`,
    [
      hospital,
      patientId,
      kinds.map(([kind]) => kind),
      kinds.map(([, action]) => action),
      from,
      to,
      MOST_ENTRIES + 1,
    ],
  );
  const entries = rows.slice(0, MOST_ENTRIES);
  const { rows: studies } = await index.query<HistoryStudy>(
    `SELECT study_instance_uid AS "studyInstanceUid", study_date AS date, modalities,
            study_description AS description
       FROM study WHERE hospital_code = $1 AND study_instance_uid = ANY ($2)`,
    [hospital, [...new Set(entries.map(({ studyInstanceUid }) => studyInstanceUid))]],
  );
  return { entries, studies, cut: rows.length > MOST_ENTRIES };
}
