-- The index: hospitals, studies, series, instances, the outbox, conformance results,
-- qualifications, HR labels and credentials. Hospital is part of every key, so that storing
-- can never touch another hospital's rows, even under the same UIDs.

CREATE TABLE hospital (
  code        text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  name_zh     text NOT NULL,
  name_en     text NOT NULL,
  level       text NOT NULL DEFAULT '',
  region      text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_key (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- NULL: a key of the region itself, which reads every hospital and stores for none.
  hospital_code text REFERENCES hospital (code),
  scopes        text[] NOT NULL CHECK (scopes <@ ARRAY['store', 'read', 'admin'] AND cardinality(scopes) > 0),
  key_hash      bytea NOT NULL UNIQUE,
  label         text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz,
  revoked_at    timestamptz,
  last_used_at  timestamptz
);

CREATE TABLE sign_in_link (
  token_hash  bytea PRIMARY KEY,
  subject     text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  used_at     timestamptz
);

CREATE TABLE session (
  id_hash     bytea PRIMARY KEY,
  subject     text NOT NULL,
  role        text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  ended_at    timestamptz
);

CREATE TABLE study (
  study_id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code        text NOT NULL REFERENCES hospital (code),
  study_instance_uid   text NOT NULL,
  patient_id           text NOT NULL DEFAULT '',
  issuer_of_patient_id text NOT NULL DEFAULT '',
  -- Person name as received, one column a component group (PS3.5 6.2.1.1).
  patient_name_alphabetic  text NOT NULL DEFAULT '',
  patient_name_ideographic text NOT NULL DEFAULT '',
  patient_name_phonetic    text NOT NULL DEFAULT '',
  patient_birth_date   text NOT NULL DEFAULT '',
  patient_sex          text NOT NULL DEFAULT '',
  -- DICOM DA and TM as sent, normalised to YYYYMMDD and HHMMSS[.F]; empty when absent or invalid.
  study_date           text NOT NULL DEFAULT '',
  study_time           text NOT NULL DEFAULT '',
  timezone_offset      text NOT NULL DEFAULT '',
  accession_number     text NOT NULL DEFAULT '',
  referring_physician_name text NOT NULL DEFAULT '',
  study_id_text        text NOT NULL DEFAULT '',
  study_description    text NOT NULL DEFAULT '',
  modalities           text[] NOT NULL DEFAULT '{}',
  sop_classes          text[] NOT NULL DEFAULT '{}',
  number_of_series     integer NOT NULL DEFAULT 0,
  number_of_instances  integer NOT NULL DEFAULT 0,
  -- Raised on each change of the study; conformance_revision only by images of the acquisition.
  revision             integer NOT NULL DEFAULT 0,
  conformance_revision integer NOT NULL DEFAULT 0,
  first_stored_at      timestamptz NOT NULL DEFAULT now(),
  last_stored_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, study_instance_uid)
);
CREATE INDEX study_uid ON study (study_instance_uid, study_id);
CREATE INDEX study_date ON study (study_date DESC, study_id DESC);
CREATE INDEX study_received ON study (last_stored_at DESC, study_id DESC);
CREATE INDEX study_patient_id ON study (patient_id text_pattern_ops);
CREATE INDEX study_accession ON study (accession_number text_pattern_ops);
CREATE INDEX study_name_alphabetic ON study (upper(patient_name_alphabetic) text_pattern_ops);
CREATE INDEX study_name_ideographic ON study (patient_name_ideographic text_pattern_ops);
CREATE INDEX study_modalities ON study USING gin (modalities);

CREATE TABLE series (
  series_id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id             bigint NOT NULL REFERENCES study (study_id) ON DELETE CASCADE,
  hospital_code        text NOT NULL,
  series_instance_uid  text NOT NULL,
  modality             text NOT NULL DEFAULT '',
  series_number        integer,
  series_description   text NOT NULL DEFAULT '',
  body_part_examined   text NOT NULL DEFAULT '',
  performed_procedure_step_start_date text NOT NULL DEFAULT '',
  performed_procedure_step_start_time text NOT NULL DEFAULT '',
  -- RequestAttributesSequence as DICOM JSON items, for matching on its keys.
  request_attributes   jsonb NOT NULL DEFAULT '[]',
  number_of_instances  integer NOT NULL DEFAULT 0,
  revision             integer NOT NULL DEFAULT 0,
  first_stored_at      timestamptz NOT NULL DEFAULT now(),
  last_stored_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (study_id, series_instance_uid)
);
CREATE INDEX series_uid ON series (series_instance_uid);

CREATE TABLE instance (
  instance_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series_id            bigint NOT NULL REFERENCES series (series_id) ON DELETE CASCADE,
  study_id             bigint NOT NULL REFERENCES study (study_id) ON DELETE CASCADE,
  hospital_code        text NOT NULL,
  sop_instance_uid     text NOT NULL,
  sop_class_uid        text NOT NULL,
  instance_number      integer,
  transfer_syntax_uid  text NOT NULL,
  rows                 integer,
  columns              integer,
  bits_allocated       integer,
  number_of_frames     integer,
  -- The stored bytes: key in the bucket, size, SHA-256 of all bytes and of the dataset without group 2.
  object_key           text NOT NULL,
  object_size          bigint NOT NULL,
  object_sha256        bytea NOT NULL,
  dataset_sha256       bytea NOT NULL,
  -- PixelDataLayout of packages/dicom, or NULL for an instance without pixel data.
  pixel_data           jsonb,
  -- Large values by tag path: {"7FE00010": {"offset": n, "length": n}, …} for bulk data retrieval.
  bulk_data            jsonb,
  -- Dataset without bulk data: DICOM JSON text as metadata answers it. Where a BulkDataURI stands its
  -- value is the tag path alone ("7FE00010", "00081140/0/00420011"), completed when answered.
  dataset              text NOT NULL,
  stored_at            timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, sop_instance_uid)
);
-- lz4 where the server was built with it (the embedded binaries are not); pglz otherwise.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
    ALTER TABLE instance ALTER COLUMN dataset SET COMPRESSION lz4;
  END IF;
END $$;
CREATE INDEX instance_series ON instance (series_id, instance_number, instance_id);
CREATE INDEX instance_study ON instance (study_id);
CREATE INDEX instance_sop_uid ON instance (sop_instance_uid);

-- Instances that arrived under a known SOP Instance UID with a different dataset: bytes kept, not indexed.
CREATE TABLE kept_aside (
  kept_aside_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code       text NOT NULL REFERENCES hospital (code),
  study_instance_uid  text NOT NULL,
  series_instance_uid text NOT NULL,
  sop_instance_uid    text NOT NULL,
  object_key          text NOT NULL,
  object_size         bigint NOT NULL,
  object_sha256       bytea NOT NULL,
  dataset_sha256      bytea NOT NULL,
  reason              text NOT NULL,
  received_at         timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, sop_instance_uid, dataset_sha256)
);

-- Committed facts that workers act on. A row is written in the transaction of the fact.
CREATE TABLE outbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic         text NOT NULL,
  study_id      bigint REFERENCES study (study_id) ON DELETE CASCADE,
  payload       jsonb NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  -- Not sent before this instant: how "when the study has been quiet" is kept.
  available_at  timestamptz NOT NULL DEFAULT now(),
  sent_at       timestamptz,
  done_at       timestamptz,
  -- Failed attempts so far, and what the last one said (never patient data).
  attempts      integer NOT NULL DEFAULT 0,
  last_error    text,
  -- Given up after too many attempts; done_at is set too.
  failed_at     timestamptz
);
CREATE INDEX outbox_unsent ON outbox (available_at, id) WHERE sent_at IS NULL AND done_at IS NULL;
CREATE INDEX outbox_unfinished ON outbox (sent_at) WHERE sent_at IS NOT NULL AND done_at IS NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX outbox_study ON outbox (study_id);
-- One waiting row for each study and topic: a store pushes it further, so a study is judged once it is quiet.
CREATE UNIQUE INDEX outbox_waiting ON outbox (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL;

CREATE TABLE conformance_result (
  conformance_result_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id          bigint NOT NULL REFERENCES study (study_id) ON DELETE CASCADE,
  -- study.conformance_revision the result was judged at.
  revision          integer NOT NULL,
  catalogue_id      text NOT NULL,
  catalogue_version text NOT NULL,
  engine_version    text NOT NULL,
  settled           boolean NOT NULL,
  -- StudyConformance of packages/conformance.
  result            jsonb NOT NULL,
  evaluated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (study_id, revision, catalogue_id, catalogue_version, engine_version, settled)
);
CREATE INDEX conformance_result_newest ON conformance_result (study_id, conformance_result_id DESC);

-- The newest result's verdicts, one row an item, for the worklist's filters.
CREATE TABLE study_item (
  study_id   bigint NOT NULL REFERENCES study (study_id) ON DELETE CASCADE,
  item_code  text NOT NULL,
  verdict    text NOT NULL CHECK (verdict IN ('PASS', 'FAIL', 'REVIEW')),
  PRIMARY KEY (study_id, item_code)
);
CREATE INDEX study_item_verdict ON study_item (verdict, study_id);
CREATE INDEX study_item_code ON study_item (item_code, study_id);

-- Append-only: a later evaluation of the same (hospital, item, scope) stands beside the earlier.
CREATE TABLE qualification (
  qualification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code text NOT NULL REFERENCES hospital (code),
  item_code     text NOT NULL,
  scope         text NOT NULL,
  evaluated_at  date NOT NULL,
  valid_until   date NOT NULL CHECK (valid_until > evaluated_at),
  result        text NOT NULL CHECK (result IN ('passed', 'failed')),
  document      text NOT NULL DEFAULT '',
  recorded_by   text NOT NULL DEFAULT '',
  recorded_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX qualification_of ON qualification (hospital_code, item_code);

-- Append-only: each change of state is a row, the newest for (study, item, scope) holds.
CREATE TABLE hr_label_event (
  hr_label_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id     bigint NOT NULL REFERENCES study (study_id) ON DELETE CASCADE,
  item_code    text NOT NULL,
  scope        text NOT NULL,
  text         text NOT NULL,
  state        text NOT NULL CHECK (state IN ('proposed', 'applied', 'withdrawn')),
  reason_zh    text NOT NULL,
  reason_en    text NOT NULL,
  author       text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX hr_label_event_newest ON hr_label_event (study_id, item_code, scope, hr_label_event_id DESC);

CREATE VIEW hr_label AS
  SELECT DISTINCT ON (study_id, item_code, scope)
         study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at
    FROM hr_label_event
   ORDER BY study_id, item_code, scope, hr_label_event_id DESC;
