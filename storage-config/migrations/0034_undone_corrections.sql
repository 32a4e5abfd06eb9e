-- Corrections of patient data can be undone. What was recorded stays; that it was undone is recorded beside it.

CREATE TABLE patient_correction_undo (
  patient_correction_id bigint PRIMARY KEY REFERENCES patient_correction (patient_correction_id),
  reason_code    text NOT NULL,
  reason_text    text NOT NULL DEFAULT '',
  author_kind    text NOT NULL,
  author_id      text NOT NULL,
  author_name    text NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL DEFAULT now()
);

-- What a correction gave, as columns of study and as attributes; for patients that are retired anew when a merge is undone.
ALTER TABLE patient_correction
  ADD COLUMN columns jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}';
UPDATE patient_correction p SET columns = e.columns, attributes = e.attributes
  FROM (SELECT DISTINCT ON ((details ->> 'patientCorrection')::bigint) (details ->> 'patientCorrection')::bigint AS id,
               details -> 'values' -> 'columns' AS columns, details -> 'values' -> 'attributes' AS attributes
          FROM study_event
         WHERE jsonb_typeof(details -> 'values' -> 'columns') = 'object'
           AND jsonb_typeof(details -> 'values' -> 'attributes') = 'object' AND details ? 'patientCorrection'
         ORDER BY 1, study_event_id) AS e
 WHERE e.id = p.patient_correction_id;

-- As 0033_person_names.sql does with what stands.
UPDATE patient_correction
   SET columns = columns || jsonb_build_object('referring_physician_name', rtrim(concat_ws('=',
         left(coalesce(attributes #>> '{00080090,Value,0,Alphabetic}', ''), 320),
         left(coalesce(attributes #>> '{00080090,Value,0,Ideographic}', ''), 320),
         left(coalesce(attributes #>> '{00080090,Value,0,Phonetic}', ''), 320)), '='))
 WHERE columns ? 'referring_physician_name' AND attributes #> '{00080090,Value,0}' ?| '{Ideographic,Phonetic}';

-- What it gave this study. What came late for a patient that was merged twice got the values of both.
ALTER TABLE patient_correction_study
  ADD COLUMN columns jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',
  -- The revision that the study has since the correction was undone.
  ADD COLUMN undo_revision integer;
UPDATE patient_correction_study x SET columns = p.columns, attributes = p.attributes
  FROM patient_correction p WHERE p.patient_correction_id = x.patient_correction_id;
UPDATE patient_correction_study x SET columns = c.columns, attributes = c.attributes
  FROM study_correction c
 WHERE c.hospital_code = x.hospital_code AND c.study_instance_uid = x.study_instance_uid AND c.revision = 1 AND x.revision = 1;

ALTER TABLE study_correction
  -- Tags of attributes that a correction gave which was undone: instances get what they were received with.
  ADD COLUMN restored text[] NOT NULL DEFAULT '{}',
  -- What that is as columns of study, until all instances have it.
  ADD COLUMN restoring jsonb NOT NULL DEFAULT '{}';

-- As in 0009_patient_corrections.sql, with what goes back.
CREATE OR REPLACE FUNCTION study_keeps_corrections() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  standing jsonb;
BEGIN
  SELECT restoring || columns INTO standing FROM study_correction
   WHERE hospital_code = NEW.hospital_code AND study_instance_uid = NEW.study_instance_uid;
  IF FOUND THEN
    NEW := jsonb_populate_record(NEW, standing || '{"is_corrected": true}');
  END IF;
  RETURN NEW;
END $$;

-- As in 0009_patient_corrections.sql, but that it is known what the study got, and that a merge is not undone meanwhile.
CREATE OR REPLACE FUNCTION study_of_retired_patient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO study_correction (hospital_code, study_instance_uid, columns, attributes, patient_correction_id)
  SELECT NEW.hospital_code, NEW.study_instance_uid, columns, attributes, patient_correction_id
    FROM retired_patient
   WHERE hospital_code = NEW.hospital_code AND patient_id = NEW.patient_id
     AND (issuer_of_patient_id IS NULL OR issuer_of_patient_id = NEW.issuer_of_patient_id)
   ORDER BY issuer_of_patient_id NULLS LAST LIMIT 1
     FOR KEY SHARE
  ON CONFLICT DO NOTHING;
  IF FOUND THEN
    INSERT INTO patient_correction_study (patient_correction_id, hospital_code, study_instance_uid, revision, columns, attributes)
    SELECT patient_correction_id, hospital_code, study_instance_uid, revision, columns, attributes FROM study_correction
     WHERE hospital_code = NEW.hospital_code AND study_instance_uid = NEW.study_instance_uid
    ON CONFLICT DO NOTHING;
    UPDATE study SET is_corrected = true WHERE study_id = NEW.study_id;
  END IF;
  RETURN NULL;
END $$;
