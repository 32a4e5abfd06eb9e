-- What hospital systems give: patients, orders and reports.

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
  -- When the hospital's system says this is how it is: an older message that comes later changes nothing. NULL: not said.
  stated_at       timestamptz,
  received_at     timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, order_number)
);
CREATE INDEX exam_order_accession ON exam_order (hospital_code, accession_number) WHERE accession_number <> '';
CREATE INDEX exam_order_patient ON exam_order (hospital_code, patient_id);
CREATE INDEX exam_order_at ON exam_order (ordered_at);

-- Every message on an order that said something new, in the order they came.
CREATE TABLE exam_order_version (
  exam_order_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  exam_order_id   bigint NOT NULL REFERENCES exam_order (exam_order_id),
  content         jsonb NOT NULL,
  content_sha256  bytea NOT NULL,
  stated_at       timestamptz,
  -- api, fhir, folder.
  source          text NOT NULL,
  received_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (exam_order_id, content_sha256)
);

-- Reports, each version a row. The one that holds is_current: of the newest time that the hospital's system states.
CREATE TABLE diagnostic_report (
  diagnostic_report_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Of the report, the same in all its versions: a digest of hospital and number, for addresses.
  report_key      text NOT NULL CHECK (report_key ~ '^[0-9a-f]{32}$'),
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
  document_size   bigint,
  -- Where it came from: api, fhir, folder.
  source          text NOT NULL,
  author          text NOT NULL DEFAULT '',
  verifier        text NOT NULL DEFAULT '',
  performed_at    timestamptz,
  reported_at     timestamptz,
  -- When the hospital's system says this is how it is; NULL: not said, then what comes later holds.
  stated_at       timestamptz,
  received_at     timestamptz NOT NULL DEFAULT now(),
  is_current      boolean NOT NULL DEFAULT true,
  content_sha256  bytea NOT NULL,
  UNIQUE (hospital_code, report_number, content_sha256)
);
CREATE UNIQUE INDEX diagnostic_report_current ON diagnostic_report (hospital_code, report_number) WHERE is_current;
CREATE INDEX diagnostic_report_key ON diagnostic_report (report_key, diagnostic_report_id DESC);
CREATE INDEX diagnostic_report_number ON diagnostic_report (hospital_code, report_number, diagnostic_report_id DESC);
CREATE INDEX diagnostic_report_accession ON diagnostic_report (hospital_code, accession_number) WHERE accession_number <> '';
CREATE INDEX diagnostic_report_study ON diagnostic_report (hospital_code, study_instance_uid) WHERE study_instance_uid <> '';
CREATE INDEX diagnostic_report_at ON diagnostic_report (reported_at);
CREATE INDEX diagnostic_report_document ON diagnostic_report (document_key) WHERE document_key IS NOT NULL;

-- The accession numbers of one hospital; the present index has those of all.
CREATE INDEX study_hospital_accession ON study (hospital_code, accession_number) WHERE accession_number <> '';

-- Exams that were ordered and may have no study yet stand in the list of those that nobody mapped too.
ALTER TABLE exam_name ADD COLUMN last_ordered_at timestamptz;
CREATE INDEX exam_name_ordered ON exam_name (hospital_code) WHERE last_ordered_at IS NOT NULL;

-- Files that were taken from the folder of a hospital. The names are the hospital's own and never shown beyond it.
CREATE TABLE inbox_file (
  inbox_file_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL REFERENCES hospital (code),
  name            text NOT NULL,
  size            bigint NOT NULL,
  content_sha256  bytea NOT NULL,
  state           text NOT NULL CHECK (state IN ('done', 'failed')),
  -- patients, orders, reports that it held.
  counts          jsonb NOT NULL DEFAULT '{}',
  -- [{"at": "row 3: status", "en": …, "zh": …}]; never values of the file.
  errors          jsonb NOT NULL DEFAULT '[]',
  -- Somebody saw that it failed.
  seen_at         timestamptz,
  seen_by         text NOT NULL DEFAULT '',
  taken_at        timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, name, content_sha256)
);
CREATE INDEX inbox_file_failed ON inbox_file (hospital_code, inbox_file_id DESC) WHERE state = 'failed';
