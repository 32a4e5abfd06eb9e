-- Corrections of patient data.

-- What was asked for, append-only. The values of patients stay here, in the index.
CREATE TABLE patient_correction (
  patient_correction_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code  text NOT NULL REFERENCES hospital (code),
  kind           text NOT NULL CHECK (kind IN ('patientMerge', 'patientAttributes', 'studyAttributes')),
  -- The body of the request.
  request        jsonb NOT NULL,
  reason_code    text NOT NULL,
  reason_text    text NOT NULL DEFAULT '',
  author_kind    text NOT NULL,
  author_id      text NOT NULL,
  author_name    text NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX patient_correction_hospital ON patient_correction (hospital_code, patient_correction_id DESC);

-- What the attributes of a study are, whatever its instances say: all its corrections together.
CREATE TABLE study_correction (
  hospital_code      text NOT NULL REFERENCES hospital (code),
  study_instance_uid text NOT NULL,
  -- Columns of study with their values, and the same as attributes of the DICOM JSON Model by tag.
  columns            jsonb NOT NULL,
  attributes         jsonb NOT NULL,
  -- Raised by each correction of the study.
  revision           integer NOT NULL DEFAULT 1,
  -- The newest correction.
  patient_correction_id bigint NOT NULL REFERENCES patient_correction (patient_correction_id),
  PRIMARY KEY (hospital_code, study_instance_uid)
);

-- The studies of a correction, each with the revision it has from then on.
CREATE TABLE patient_correction_study (
  patient_correction_id bigint NOT NULL REFERENCES patient_correction (patient_correction_id),
  hospital_code      text NOT NULL,
  study_instance_uid text NOT NULL,
  revision           integer NOT NULL,
  PRIMARY KEY (patient_correction_id, study_instance_uid)
);
CREATE INDEX patient_correction_study_uid ON patient_correction_study (study_instance_uid);

-- Instances that could not be written anew; they keep the attributes they have.
CREATE TABLE study_correction_failure (
  hospital_code      text NOT NULL,
  sop_instance_uid   text NOT NULL,
  study_instance_uid text NOT NULL,
  revision           integer NOT NULL,
  reason             text NOT NULL,
  failed_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hospital_code, sop_instance_uid)
);
CREATE INDEX study_correction_failure_study ON study_correction_failure (study_instance_uid);

-- Patients that were merged into another: what still arrives for them belongs to that other.
CREATE TABLE retired_patient (
  hospital_code        text NOT NULL REFERENCES hospital (code),
  patient_id           text NOT NULL,
  -- NULL: whatever issuer the study names.
  issuer_of_patient_id text,
  columns              jsonb NOT NULL,
  attributes           jsonb NOT NULL,
  patient_correction_id bigint NOT NULL REFERENCES patient_correction (patient_correction_id)
);
CREATE UNIQUE INDEX retired_patient_identity
  ON retired_patient (hospital_code, patient_id, coalesce(issuer_of_patient_id, chr(1)));

-- Whether study_correction has a row for the study.
ALTER TABLE study ADD COLUMN is_corrected boolean NOT NULL DEFAULT false;
-- The revision of study_correction that the instance's dataset has, and the digest of the dataset as it was received where a
-- correction wrote it anew: the same dataset again is the same instance.
ALTER TABLE instance ADD COLUMN correction_revision integer NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN received_dataset_sha256 bytea;

-- Whoever writes attributes of a study, from whatever instance, writes the corrected ones.
CREATE FUNCTION study_keeps_corrections() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  standing jsonb;
BEGIN
  SELECT columns INTO standing FROM study_correction
   WHERE hospital_code = NEW.hospital_code AND study_instance_uid = NEW.study_instance_uid;
  IF FOUND THEN
    NEW := jsonb_populate_record(NEW, standing || '{"is_corrected": true}');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER study_keeps_corrections
  BEFORE INSERT OR UPDATE OF patient_id, issuer_of_patient_id, patient_name_alphabetic, patient_name_ideographic,
    patient_name_phonetic, patient_birth_date, patient_sex, accession_number, referring_physician_name, study_id_text,
    study_description, is_corrected
  ON study FOR EACH ROW EXECUTE FUNCTION study_keeps_corrections();

-- A new study of a patient that was merged into another gets the other's attributes.
CREATE FUNCTION study_of_retired_patient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO study_correction (hospital_code, study_instance_uid, columns, attributes, patient_correction_id)
  SELECT NEW.hospital_code, NEW.study_instance_uid, columns, attributes, patient_correction_id
    FROM retired_patient
   WHERE hospital_code = NEW.hospital_code AND patient_id = NEW.patient_id
     AND (issuer_of_patient_id IS NULL OR issuer_of_patient_id = NEW.issuer_of_patient_id)
   ORDER BY issuer_of_patient_id NULLS LAST LIMIT 1
  ON CONFLICT DO NOTHING;
  IF FOUND THEN
    INSERT INTO patient_correction_study (patient_correction_id, hospital_code, study_instance_uid, revision)
    SELECT patient_correction_id, hospital_code, study_instance_uid, revision FROM study_correction
     WHERE hospital_code = NEW.hospital_code AND study_instance_uid = NEW.study_instance_uid
    ON CONFLICT DO NOTHING;
    UPDATE study SET is_corrected = true WHERE study_id = NEW.study_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER study_of_retired_patient AFTER INSERT ON study
  FOR EACH ROW WHEN (NOT NEW.is_corrected AND NEW.patient_id <> '') EXECUTE FUNCTION study_of_retired_patient();

-- What arrives for a corrected study is corrected too, soon after.
CREATE FUNCTION study_corrects_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The job that corrects them raises revisions too.
  IF current_setting('hutong.correcting', true) = 'on' THEN
    RETURN NULL;
  END IF;
  INSERT INTO outbox (topic, study_id, available_at)
  VALUES ('study.patientCorrection', NEW.study_id, now() + interval '2 seconds')
  ON CONFLICT (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER study_corrects_arrivals AFTER UPDATE OF revision ON study
  FOR EACH ROW WHEN (NEW.is_corrected AND NEW.revision > OLD.revision) EXECUTE FUNCTION study_corrects_arrivals();
