import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { columnsOf } from './correctedValues.ts';
import type { CorrectionRequest, CorrectionValues, Standing } from './requests.ts';
import { retireAnew, settleRetired } from './retiredPatients.ts';
import { noteUndone, type Redirected, standWithout, type StudyOfCorrection } from './standWithout.ts';
import { insertUndo } from './undoCorrection.ts';

interface RecordedEvent {
  hospital: string;
  study: string;
  reasonCode: string;
  reasonText: string;
  author: Author;
  at: Date;
  details: {
    patientCorrection: number;
    standing: Omit<Standing, 'restored' | 'restoring'> & Partial<Standing>;
    /** Absent where instances were written anew: then the study may have come late for a patient that was merged. */
    request?: CorrectionRequest;
    /** Absent where it was undone. */
    values?: CorrectionValues;
    undo?: true;
    redirected?: Redirected | null;
  };
}

/**
 * Lets corrections of patients stand again in an index that was made of the bucket alone, from the events of the tombstones:
 * study rows that are added then have the corrected attributes, and instances that had not been written anew will be.
 * Corrections that the index has stay as they are.
 */
export async function restoreCorrections(index: pg.Pool): Promise<void> {
  await inTransaction(index, async (client) => {
    const { rows } = await client.query<RecordedEvent>(
      `SELECT hospital_code AS hospital, study_instance_uid AS study, reason_code AS "reasonCode",
              reason_text AS "reasonText", created_at AS at, details,
              json_build_object('kind', author_kind, 'id', author_id, 'name', author_name) AS author
         FROM study_event WHERE details ? 'standing' ORDER BY study_event_id`,
    );
    for (const event of rows) await restore(client, event);
    await client.query(
      `SELECT setval(pg_get_serial_sequence('patient_correction', 'patient_correction_id'),
                     greatest((SELECT max(patient_correction_id) FROM patient_correction), 1),
                     EXISTS (SELECT FROM patient_correction))`,
    );
  });
}

async function restore(client: pg.PoolClient, event: RecordedEvent): Promise<void> {
  const { hospital, study, author, details } = event;
  const { patientCorrection: id, request } = details;
  const standing = { ...details.standing, ...asNow(details.standing) };
  const values = details.values === undefined ? undefined : asNow(details.values);
  if (details.undo === true && request !== undefined) {
    const reason = { code: event.reasonCode, text: event.reasonText };
    const isNew = await insertUndo(client, id, author, reason, event.at);
    if (isNew && request.kind !== 'studyAttributes') await retireAnew(client, hospital, request);
    // All of it or nothing: a server that was killed may have written the tombstones of some of its studies alone.
    if (isNew) await undoEverywhere(client, id);
  } else if (request !== undefined && values !== undefined) {
    await restoreRecord(client, event, request, values);
  }
  await client.query(
    `INSERT INTO study_correction AS c (hospital_code, study_instance_uid, columns, attributes, restored, restoring,
                                        revision, patient_correction_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (hospital_code, study_instance_uid) DO UPDATE
        SET columns = EXCLUDED.columns, attributes = EXCLUDED.attributes, restored = EXCLUDED.restored,
            restoring = EXCLUDED.restoring, revision = EXCLUDED.revision,
            patient_correction_id = EXCLUDED.patient_correction_id
      WHERE c.revision < EXCLUDED.revision OR $9 AND c.revision = EXCLUDED.revision`,
    [
      hospital,
      study,
      JSON.stringify(standing.columns),
      JSON.stringify(standing.attributes),
      standing.restored ?? [],
      JSON.stringify(standing.restoring ?? {}),
      standing.revision,
      id,
      // What was received is not known before the instances are in the index.
      details.undo === true,
    ],
  );
  if (details.undo === true) {
    const place = { hospital, studyInstanceUid: study };
    await noteUndone(client, id, place, standing.revision, details.redirected ?? null);
    return;
  }
  const given = values ?? standing;
  await client.query(
    `INSERT INTO patient_correction_study (patient_correction_id, hospital_code, study_instance_uid, revision, columns,
                                           attributes)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [id, hospital, study, standing.revision, JSON.stringify(given.columns), JSON.stringify(given.attributes)],
  );
}

async function undoEverywhere(client: pg.PoolClient, id: number): Promise<void> {
  const { rows } = await client.query<StudyOfCorrection>(
    `SELECT x.hospital_code AS hospital, x.study_instance_uid AS "studyInstanceUid", s.study_id AS "studyId"
       FROM patient_correction_study x LEFT JOIN study s USING (hospital_code, study_instance_uid)
      WHERE x.patient_correction_id = $1 ORDER BY 2`,
    [id],
  );
  for (const study of rows) await standWithout(client, id, study);
}

async function restoreRecord(
  client: pg.PoolClient,
  { hospital, author, at, reasonCode, reasonText, details }: RecordedEvent,
  request: CorrectionRequest,
  values: CorrectionValues,
): Promise<void> {
  const id = details.patientCorrection;
  const { rowCount } = await client.query(
    `INSERT INTO patient_correction (patient_correction_id, hospital_code, kind, request, reason_code, reason_text,
                                     author_kind, author_id, author_name, created_at, columns, attributes)
     OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
    [
      id,
      hospital,
      request.kind,
      JSON.stringify(request),
      reasonCode,
      reasonText,
      author.kind,
      author.id,
      author.name,
      at,
      JSON.stringify(values.columns),
      JSON.stringify(values.attributes),
    ],
  );
  if (rowCount === 1) await settleRetired(client, id, hospital, request, values);
}

/** With the columns that this version makes of the attributes: older ones kept less of a name. */
const asNow = ({ attributes, columns }: CorrectionValues): CorrectionValues => ({
  attributes,
  columns: { ...columns, ...columnsOf(attributes) },
});
