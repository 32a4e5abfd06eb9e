-- The reminder before an exam is ordered, and the matrix of who recognises whom.

-- The matrix as data (packages/recognition): versions, of which the newest that is in force holds.
CREATE TABLE recognition_policy (
  recognition_policy_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Rules in order, the first that fits decides; see RecognitionPolicy of packages/recognition.
  policy        jsonb NOT NULL,
  author_kind   text NOT NULL,
  author_id     text NOT NULL,
  author_name   text NOT NULL DEFAULT '',
  -- Why it was changed.
  note          text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now()
);

-- Each answer that was given. Kept: figures and decisions point to it.
CREATE TABLE reminder (
  reminder_id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  created_at      timestamptz NOT NULL DEFAULT now(),
  -- Exams that were asked for at once have one call.
  call_id         uuid NOT NULL DEFAULT gen_random_uuid(),
  -- Who is about to order.
  hospital_code   text NOT NULL REFERENCES hospital (code),
  department      text NOT NULL DEFAULT '',
  practitioner    text NOT NULL DEFAULT '',
  -- cds, json, page.
  channel         text NOT NULL CHECK (channel IN ('cds', 'json', 'page')),
  caller_kind     text NOT NULL,
  caller_id       text NOT NULL,
  patient_id      text NOT NULL DEFAULT '',
  issuer_of_patient_id text NOT NULL DEFAULT '',
  person_id       uuid REFERENCES person (person_id),
  order_number    text NOT NULL DEFAULT '',
  -- Ordered exam as it was given, and the items it stands for.
  exam_code       text NOT NULL DEFAULT '',
  exam_scheme     text NOT NULL DEFAULT '',
  exam_name       text NOT NULL DEFAULT '',
  modality        text NOT NULL DEFAULT '',
  patient_class   text NOT NULL DEFAULT '' CHECK (patient_class IN ('', 'outpatient', 'inpatient', 'emergency', 'other')),
  item_codes      text[] NOT NULL DEFAULT '{}',
  -- Why it names no study, where it names none; see NoMatchReason of storage-config.
  empty_because   text NOT NULL DEFAULT '',
  milliseconds    integer NOT NULL
);
CREATE INDEX reminder_at ON reminder (created_at);
CREATE INDEX reminder_hospital ON reminder (hospital_code, created_at DESC, reminder_id);
CREATE INDEX reminder_call ON reminder (call_id);

-- The studies it named, one row each.
CREATE TABLE reminder_match (
  reminder_id     uuid NOT NULL REFERENCES reminder (reminder_id),
  position        smallint NOT NULL,
  -- The issuing hospital's study.
  hospital_code   text NOT NULL REFERENCES hospital (code),
  study_instance_uid text NOT NULL,
  item_code       text NOT NULL,
  study_date      text NOT NULL DEFAULT '',
  age_days        integer,
  labels          text[] NOT NULL DEFAULT '{}',
  -- What the matrix says.
  word            text NOT NULL CHECK (word IN ('MUST_RECOGNISE', 'MAY', 'NOT_IN_SCOPE')),
  -- The rule of the policy that said so.
  rule            text NOT NULL DEFAULT '',
  PRIMARY KEY (reminder_id, position)
);
CREATE INDEX reminder_match_study ON reminder_match (hospital_code, study_instance_uid);

-- Openings of the pictures from a reminder.
CREATE TABLE reminder_view (
  reminder_view_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reminder_id     uuid NOT NULL REFERENCES reminder (reminder_id),
  position        smallint NOT NULL,
  viewed_at       timestamptz NOT NULL DEFAULT now(),
  caller_kind     text NOT NULL,
  caller_id       text NOT NULL
);
CREATE INDEX reminder_view_reminder ON reminder_view (reminder_id, position);
CREATE INDEX reminder_view_at ON reminder_view (viewed_at);

-- Systems that ask by CDS Hooks: the issuer of their JWTs with its keys.
CREATE TABLE cds_client (
  cds_client_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  issuer          text NOT NULL,
  name            text NOT NULL,
  -- The hospital that orders.
  hospital_code   text NOT NULL REFERENCES hospital (code),
  -- Its public keys, given or fetched.
  jwks            jsonb,
  jwks_url        text,
  created_by      text NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  ended_by        text NOT NULL DEFAULT '',
  last_used_at    timestamptz,
  CHECK ((jwks IS NULL) <> (jwks_url IS NULL))
);
CREATE UNIQUE INDEX cds_client_live ON cds_client (issuer) WHERE ended_at IS NULL;

-- JWTs that were shown: none is taken twice. Rows go when the JWT is over.
CREATE TABLE cds_token_used (
  cds_client_id   uuid NOT NULL REFERENCES cds_client (cds_client_id),
  jti_sha256      bytea NOT NULL,
  expires_at      timestamptz NOT NULL,
  PRIMARY KEY (cds_client_id, jti_sha256)
);
CREATE INDEX cds_token_used_over ON cds_token_used (expires_at);

-- Capabilities that open the card of a call for somebody whom the hospital's system names; the token itself is not kept.
CREATE TABLE reminder_card (
  token_hash      bytea PRIMARY KEY,
  call_id         uuid NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL
);
CREATE INDEX reminder_card_over ON reminder_card (expires_at);
