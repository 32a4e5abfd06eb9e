import type pg from 'pg';
import { storable } from '../examMappings/readMappings.ts';
import type { Reminder, ReminderRequest } from './reminder.ts';

/** Keeps what was answered, in one statement. */
export async function saveReminders(
  client: pg.Pool | pg.PoolClient,
  {
    call,
    request,
    person,
    reminders,
    milliseconds,
  }: {
    call: string;
    request: ReminderRequest;
    person: string | null;
    reminders: readonly Reminder[];
    milliseconds: number;
  },
): Promise<void> {
  const given = reminders.map(({ id, exam, itemCodes, emptyBecause }) => ({
    id,
    code: storable(exam.code),
    scheme: storable(exam.scheme),
    name: storable(exam.name),
    modality: storable(exam.modality),
    itemCodes,
    emptyBecause: emptyBecause ?? '',
  }));
  const matches = reminders.flatMap(({ id, matches }) => matches.map((match) => ({ id, ...match })));
  await client.query({
    name: 'reminder-save',
    text: `WITH saved AS (
  INSERT INTO reminder (reminder_id, call_id, hospital_code, department, practitioner, channel, caller_kind, caller_id, patient_id,
                        issuer_of_patient_id, person_id, order_number, patient_class, exam_code, exam_scheme, exam_name, modality,
                        item_codes, empty_because, milliseconds)
  SELECT e.id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, e.code, e.scheme, e.name, e.modality,
         ARRAY (SELECT jsonb_array_elements_text(e."itemCodes")), e."emptyBecause", $13
    FROM jsonb_to_recordset($14::jsonb)
      AS e (id uuid, code text, scheme text, name text, modality text, "itemCodes" jsonb, "emptyBecause" text))
INSERT INTO reminder_match (reminder_id, position, hospital_code, study_instance_uid, item_code, study_date, age_days, labels,
                            word, rule)
SELECT m.id, m.position, m.hospital, m."studyInstanceUid", m."itemCode", m."studyDate", m."ageDays",
       ARRAY (SELECT jsonb_array_elements_text(m.labels)), m.word, m.rule
  FROM jsonb_to_recordset($15::jsonb)
    AS m (id uuid, position smallint, hospital text, "studyInstanceUid" text, "itemCode" text, "studyDate" text,
          "ageDays" integer, labels jsonb, word text, rule text)`,
    values: [
      call,
      request.hospital,
      storable(request.department),
      storable(request.practitioner),
      request.channel,
      request.caller.kind,
      request.caller.id,
      storable(request.patientId),
      storable(request.issuerOfPatientId),
      person,
      storable(request.orderNumber),
      request.patientClass,
      milliseconds,
      JSON.stringify(given),
      JSON.stringify(matches),
    ],
  });
}
