import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { columnsOf } from './correctedValues.ts';
import {
  type CorrectionRequest,
  type CorrectionValues,
  settleRetired,
  type Standing,
} from './recordCorrection.ts';

interface RecordedEvent {
  hospital: string;
  study: string;
  reasonCode: string;
  reasonText: string;
  author: Author;
  at: Date;
  details: {
    patientCorrection: number;
    request: CorrectionRequest;
    values: CorrectionValues;
    standing: Standing;
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
  const { patientCorrection: id, request, values, standing } = details;
  const { rowCount } = await client.query(
    `INSERT INTO patient_correction (patient_correction_id, hospital_code, kind, request, reason_code, reason_text,
                                     author_kind, author_id, author_name, created_at)
     OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
    [
      id,
      hospital,
      request.kind,
      JSON.stringify(request),
      event.reasonCode,
      event.reasonText,
      author.kind,
      author.id,
      author.name,
      event.at,
    ],
  );
  if (rowCount === 1) await settleRetired(client, id, hospital, request, asNow(values));
  await client.query(
    `INSERT INTO study_correction AS c (hospital_code, study_instance_uid, columns, attributes, revision, patient_correction_id)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (hospital_code, study_instance_uid) DO UPDATE
        SET columns = EXCLUDED.columns, attributes = EXCLUDED.attributes, revision = EXCLUDED.revision,
            patient_correction_id = EXCLUDED.patient_correction_id
      WHERE c.revision < EXCLUDED.revision`,
    [
      hospital,
      study,
      JSON.stringify(asNow(standing).columns),
      JSON.stringify(standing.attributes),
      standing.revision,
      id,
    ],
  );
  await client.query(
    `INSERT INTO patient_correction_study (patient_correction_id, hospital_code, study_instance_uid, revision)
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [id, hospital, study, standing.revision],
  );
}

/** With the columns that this version makes of the attributes: older ones kept less of a name. */
const asNow = ({ attributes, columns }: CorrectionValues): CorrectionValues => ({
  attributes,
  columns: { ...columns, ...columnsOf(attributes) },
});
