import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';

/** What is judged: the study's state and its instances' datasets at that state. */
export interface StudyToJudge {
  studyId: number;
  hospitalCode: string;
  /** YYYY-MM-DD, or empty when the study has no valid date. */
  studyDate: string;
  /** The revision the result belongs to; it is only saved while this is current. */
  revision: number;
  /** Nothing has come for long: what is absent now is missing, not late. */
  settled: boolean;
  secondsUntilSettled: number;
}

/** The state of a study; null when it was deleted. */
export async function readStudy(
  index: pg.Pool,
  studyId: number,
  settledHours: number,
): Promise<StudyToJudge | null> {
  const { rows } = await index.query<{
    hospital_code: string;
    study_date: string;
    conformance_revision: number;
    seconds: number;
  }>(
    `SELECT hospital_code, study_date, conformance_revision,
            extract(epoch FROM last_stored_at + make_interval(secs => $2) - now())::float8 AS seconds
       FROM study WHERE study_id = $1`,
    [studyId, settledHours * 3600],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    studyId,
    hospitalCode: row.hospital_code,
    studyDate: /^\d{8}$/.test(row.study_date) ? row.study_date.replace(/^(....)(..)/, '$1-$2-') : '',
    revision: row.conformance_revision,
    settled: row.seconds <= 0,
    secondsUntilSettled: Math.max(0, row.seconds),
  };
}

/**
 * The datasets of a study's instances, in the order they were stored. Parsed one by one while they are read, so that only
 * their text is held at once.
 */
export async function readDatasets(index: pg.Pool, studyId: number): Promise<Iterable<DicomJson>> {
  const { rows } = await index.query<{ dataset: string }>(
    'SELECT dataset FROM instance WHERE study_id = $1 ORDER BY instance_id',
    [studyId],
  );
  return (function* () {
    for (const row of rows) yield JSON.parse(row.dataset) as DicomJson;
  })();
}
