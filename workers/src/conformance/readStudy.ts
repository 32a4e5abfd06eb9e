import { dayOf, labelDate, STUDY_DAY } from '@hutong/storage-config';
import type pg from 'pg';

/** What is judged: the study's state. */
export interface StudyToJudge {
  studyId: number;
  hospitalCode: string;
  /** Region of the hospital: the code of an administrative division, or any text. */
  region: string;
  /** YYYY-MM-DD, or empty when the study has no valid date. */
  studyDate: string;
  /** The day whose list judges it: the study date, else the day it was received. */
  day: string;
  /** The revision the result belongs to; it is only saved while this is current. */
  revision: number;
  /** Nothing has come for long: what is absent now is missing, not late. */
  settled: boolean;
  secondsUntilSettled: number;
}

export interface StudyRow {
  hospital_code: string;
  region: string;
  study_date: string;
  day: string;
  conformance_revision: number;
}

/** Columns of {@link StudyRow}, of study `s` and hospital `h`. */
export const STUDY_COLUMNS = `s.hospital_code, h.region, s.study_date, ${STUDY_DAY} AS day, s.conformance_revision`;

/** The state of a study; null when it was deleted. */
export async function readStudy(
  index: pg.Pool,
  studyId: number,
  settledHours: number,
): Promise<StudyToJudge | null> {
  const { rows } = await index.query<StudyRow & { seconds: number }>(
    `SELECT ${STUDY_COLUMNS},
            extract(epoch FROM s.last_stored_at + make_interval(secs => $2) - now())::float8 AS seconds
       FROM study s JOIN hospital h ON h.code = s.hospital_code WHERE s.study_id = $1`,
    [studyId, settledHours * 3600],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const settled = row.seconds <= 0;
  return { ...studyOf(studyId, row, settled), secondsUntilSettled: Math.max(0, row.seconds) };
}

export function studyOf(studyId: number, row: StudyRow, settled: boolean): StudyToJudge {
  return {
    studyId,
    hospitalCode: row.hospital_code,
    region: row.region,
    studyDate: labelDate(row.study_date),
    day: dayOf(row.day),
    revision: row.conformance_revision,
    settled,
    secondsUntilSettled: 0,
  };
}
