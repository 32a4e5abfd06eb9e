-- What hospital systems give: patients, orders and reports.

-- Patients as their hospital knows them, the newest word.
CREATE TABLE patient (
  hospital_code   text NOT NULL REFERENCES hospital (code),
  patient_id      text NOT NULL CHECK (patient_id <> ''),
  issuer_of_patient_id text NOT NULL DEFAULT '',
  name            text NOT NULL DEFAULT '',
  sex             text NOT NULL DEFAULT '' CHECK (sex IN ('', 'M', 'F', 'O')),
  -- YYYYMMDD or empty, as in study.
  birth_date      text NOT NULL DEFAULT '',
  updated_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hospital_code, patient_id, issuer_of_patient_id)
);

-- Orders (医嘱、申请单): the order's exam code is the most trusted word on which item a study is.
CREATE TABLE exam_order (
  exam_order_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL REFERENCES hospital (code),
  -- Number of the order at the hospital (Placer Order Number), and the accession number where it has one.
  order_number    text NOT NULL CHECK (order_number <> ''),
  accession_number text NOT NULL DEFAULT '',
  patient_id      text NOT NULL DEFAULT '',
  issuer_of_patient_id text NOT NULL DEFAULT '',
  exam_code       text NOT NULL DEFAULT '',
  exam_scheme     text NOT NULL DEFAULT '',
  exam_name       text NOT NULL DEFAULT '',
  modality        text NOT NULL DEFAULT '',
  department      text NOT NULL DEFAULT '',
  requester       text NOT NULL DEFAULT '',
  priority        text NOT NULL DEFAULT 'routine' CHECK (priority IN ('routine', 'urgent', 'asap', 'stat')),
  patient_class   text NOT NULL DEFAULT '' CHECK (patient_class IN ('', 'outpatient', 'inpatient', 'emergency', 'other')),
  status          text NOT NULL DEFAULT 'active' CHECK (status IN ('draft', 'active', 'completed', 'revoked')),
  ordered_at      timestamptz,
  received_at     timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, order_number)
);
CREATE INDEX exam_order_accession ON exam_order (hospital_code, accession_number) WHERE accession_number <> '';
CREATE INDEX exam_order_patient ON exam_order (hospital_code, patient_id);
CREATE INDEX exam_order_at ON exam_order (ordered_at);

-- Reports, each version a row: the newest of (hospital, number) holds.
CREATE TABLE diagnostic_report (
  diagnostic_report_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL REFERENCES hospital (code),
  report_number   text NOT NULL CHECK (report_number <> ''),
  accession_number text NOT NULL DEFAULT '',
  study_instance_uid text NOT NULL DEFAULT '',
  order_number    text NOT NULL DEFAULT '',
  patient_id      text NOT NULL DEFAULT '',
  issuer_of_patient_id text NOT NULL DEFAULT '',
  status          text NOT NULL CHECK (status IN ('preliminary', 'final', 'amended', 'cancelled')),
  findings        text NOT NULL DEFAULT '',
  impression      text NOT NULL DEFAULT '',
  -- PDF in the object store, where one was given.
  document_key    text,
  document_sha256 bytea,
  -- Where it came from: api, fhir, folder, stow.
  source          text NOT NULL,
  author          text NOT NULL DEFAULT '',
  verifier        text NOT NULL DEFAULT '',
  performed_at    timestamptz,
  reported_at     timestamptz,
  received_at     timestamptz NOT NULL DEFAULT now(),
  content_sha256  bytea NOT NULL
);
CREATE INDEX diagnostic_report_number ON diagnostic_report (hospital_code, report_number, diagnostic_report_id DESC);
CREATE INDEX diagnostic_report_accession ON diagnostic_report (hospital_code, accession_number) WHERE accession_number <> '';
CREATE INDEX diagnostic_report_study ON diagnostic_report (hospital_code, study_instance_uid) WHERE study_instance_uid <> '';
CREATE INDEX diagnostic_report_at ON diagnostic_report (reported_at);
