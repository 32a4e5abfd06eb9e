-- Who takes part in mutual recognition: scopes, alliances, quality-control centres, evaluations, tests of devices, suspensions.

-- More rights, and who holds them: see storage-config/src/scopes.ts.
ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check
  CHECK (scopes <@ ARRAY['store', 'read', 'correct', 'review', 'share', 'export', 'admin', 'keys', 'audit', 'metrics', 'registry',
                         'recognise', 'orders', 'persons', 'figures']
         AND cardinality(scopes) > 0);
ALTER TABLE oidc_client DROP CONSTRAINT oidc_client_check;
ALTER TABLE oidc_client ADD CONSTRAINT oidc_client_scopes_check
  CHECK (scopes <@ ARRAY['store', 'read', 'correct', 'review', 'share', 'export', 'admin', 'keys', 'accounts', 'audit', 'metrics',
                         'registry', 'recognise', 'orders', 'persons', 'figures']
         AND cardinality(scopes) > 0 AND (kind <> 'machine' OR NOT 'accounts' = ANY (scopes)));
ALTER TABLE account_role DROP CONSTRAINT account_role_role_check;
ALTER TABLE account_role ADD CONSTRAINT account_role_role_check
  CHECK (role IN ('administrator', 'qualityControl', 'radiologist', 'clinician', 'hospitalIt', 'auditor', 'healthCommission'));

-- Groups of hospitals that agreed on something (医联体): the matrix of recognition may name them.
CREATE TABLE alliance (
  code       text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  name_zh    text NOT NULL,
  name_en    text NOT NULL
);
-- Append-only: who leaves has an end.
CREATE TABLE alliance_member (
  alliance_code text NOT NULL REFERENCES alliance (code),
  hospital_code text NOT NULL REFERENCES hospital (code),
  joined_on     date NOT NULL DEFAULT current_date,
  left_on       date,
  PRIMARY KEY (alliance_code, hospital_code, joined_on)
);

-- A scope of recognition (互认范围). Its name stands in labels: name + HR.
CREATE TABLE recognition_scope (
  name       text PRIMARY KEY CHECK (name <> ''),
  name_en    text NOT NULL DEFAULT '',
  kind       text NOT NULL DEFAULT 'city' CHECK (kind IN ('alliance', 'city', 'province', 'crossProvince', 'nation')),
  -- How long an evaluation holds where nobody says otherwise: half a year (S0), unless the region says otherwise.
  validity_months smallint NOT NULL DEFAULT 6 CHECK (validity_months BETWEEN 1 AND 36),
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz
);
-- What lies within what: a city in its province, and a province in a scope that crosses provinces too.
CREATE TABLE recognition_scope_within (
  scope  text NOT NULL REFERENCES recognition_scope (name),
  within text NOT NULL REFERENCES recognition_scope (name),
  PRIMARY KEY (scope, within),
  CHECK (scope <> within)
);
-- Hospitals that take part in a scope; by it they take part in the scopes around it. Append-only: who leaves has an end.
CREATE TABLE recognition_scope_member (
  scope         text NOT NULL REFERENCES recognition_scope (name),
  hospital_code text NOT NULL REFERENCES hospital (code),
  joined_on     date NOT NULL DEFAULT '2000-01-01',
  left_on       date CHECK (left_on >= joined_on),
  PRIMARY KEY (scope, hospital_code, joined_on)
);
CREATE UNIQUE INDEX recognition_scope_member_live ON recognition_scope_member (scope, hospital_code) WHERE left_on IS NULL;
CREATE INDEX recognition_scope_member_hospital ON recognition_scope_member (hospital_code);

-- Who evaluates, at a scope, for which modalities.
CREATE TABLE quality_centre (
  code       text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  name_zh    text NOT NULL,
  name_en    text NOT NULL,
  scope      text NOT NULL REFERENCES recognition_scope (name),
  -- Categories of items: DR, CT, MR; empty: all.
  modalities text[] NOT NULL DEFAULT '{}',
  ended_at   timestamptz
);
-- People who enter what a centre found. Append-only: who leaves has an end.
CREATE TABLE quality_centre_person (
  quality_centre_person_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  centre_code text NOT NULL REFERENCES quality_centre (code),
  account_id  uuid NOT NULL,
  joined_at   timestamptz NOT NULL DEFAULT now(),
  left_at     timestamptz
);
CREATE UNIQUE INDEX quality_centre_person_live ON quality_centre_person (account_id, centre_code) WHERE left_at IS NULL;

-- Who changed what of hospitals, scopes, alliances and centres. Append-only.
CREATE TABLE registry_event (
  registry_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('hospital', 'scope', 'member', 'alliance', 'allianceMember', 'centre', 'centrePerson')),
  -- Code or name of what was changed.
  subject     text NOT NULL,
  -- Of memberships: the hospital.
  hospital_code text REFERENCES hospital (code),
  -- What it was, where it was, and what it is.
  before      jsonb,
  after       jsonb,
  author_kind text NOT NULL,
  author_id   text NOT NULL,
  author_name text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX registry_event_subject ON registry_event (kind, subject, registry_event_id DESC);

-- What installations have until now.
INSERT INTO recognition_scope (name)
SELECT scope FROM qualification UNION SELECT scope FROM hr_label_event ON CONFLICT DO NOTHING;
INSERT INTO recognition_scope_member (scope, hospital_code, joined_on)
SELECT scope, hospital_code, least('2000-01-01', min(evaluated_at)) FROM qualification GROUP BY scope, hospital_code;

-- An evaluation that was entered by mistake is taken back, not erased.
ALTER TABLE qualification
  ADD COLUMN quality_centre text REFERENCES quality_centre (code),
  -- The document in the object store, where one was given.
  ADD COLUMN document_key text,
  ADD COLUMN document_type text NOT NULL DEFAULT '',
  ADD COLUMN revoked_at timestamptz,
  ADD COLUMN revoked_by text NOT NULL DEFAULT '',
  ADD COLUMN revoked_reason text NOT NULL DEFAULT '';
CREATE INDEX qualification_ends ON qualification (valid_until) WHERE revoked_at IS NULL;

-- Yearly state tests of devices (状态检测), by serial number as images name it (0018,1000).
CREATE TABLE device_test (
  device_test_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL REFERENCES hospital (code),
  device_serial_number text NOT NULL CHECK (device_serial_number <> ''),
  manufacturer    text NOT NULL DEFAULT '',
  model_name      text NOT NULL DEFAULT '',
  station_name    text NOT NULL DEFAULT '',
  modality        text NOT NULL DEFAULT '',
  tested_on       date NOT NULL,
  valid_until     date NOT NULL CHECK (valid_until > tested_on),
  result          text NOT NULL CHECK (result IN ('passed', 'failed')),
  document        text NOT NULL DEFAULT '',
  recorded_by     text NOT NULL DEFAULT '',
  recorded_at     timestamptz NOT NULL DEFAULT now(),
  revoked_at      timestamptz,
  revoked_by      text NOT NULL DEFAULT '',
  revoked_reason  text NOT NULL DEFAULT ''
);
CREATE INDEX device_test_of ON device_test (hospital_code, device_serial_number, tested_on);

-- Issuing of labels is suspended (S0): of a hospital, an item, a scope, or of what several of them name together. NULL: any.
CREATE TABLE label_suspension (
  label_suspension_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code text REFERENCES hospital (code),
  item_code     text,
  scope         text REFERENCES recognition_scope (name),
  -- Studies of any date get no label from then until it is lifted.
  reason        text NOT NULL CHECK (reason <> ''),
  author_kind   text NOT NULL,
  author_id     text NOT NULL,
  author_name   text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now(),
  lifted_at     timestamptz,
  lifted_by     text NOT NULL DEFAULT '',
  lifted_reason text NOT NULL DEFAULT ''
);
CREATE INDEX label_suspension_live ON label_suspension (hospital_code) WHERE lifted_at IS NULL;
