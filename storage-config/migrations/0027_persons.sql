-- Persons across hospitals. A patient is (hospital, PatientID, issuer); a person is who several of them are. Never linked but by
-- an identifier or a person's word.

CREATE TABLE person (
  person_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  created_at   timestamptz NOT NULL DEFAULT now(),
  -- Merged into another; chains are short, for merging moves what pointed here.
  merged_into  uuid REFERENCES person (person_id),
  CHECK (merged_into <> person_id)
);

-- Identifiers by keyed digest alone (HMAC-SHA-256 under a key from outside of the index).
CREATE TABLE person_identifier (
  person_identifier_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person_id    uuid NOT NULL REFERENCES person (person_id),
  kind         text NOT NULL CHECK (kind IN ('idCard', 'healthCard', 'passport', 'other')),
  -- Who issued it, where the kind does not say.
  issuer       text NOT NULL DEFAULT '',
  key_id       text NOT NULL,
  digest       bytea NOT NULL,
  -- Who said so: hospital and author.
  hospital_code text REFERENCES hospital (code),
  created_at   timestamptz NOT NULL DEFAULT now(),
  ended_at     timestamptz
);
CREATE UNIQUE INDEX person_identifier_live ON person_identifier (kind, issuer, digest) WHERE ended_at IS NULL;
CREATE INDEX person_identifier_person ON person_identifier (person_id);

-- Which patient of a hospital is which person. Append-only: a link that is undone ends.
CREATE TABLE patient_link (
  patient_link_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL REFERENCES hospital (code),
  patient_id      text NOT NULL CHECK (patient_id <> ''),
  issuer_of_patient_id text NOT NULL DEFAULT '',
  person_id       uuid NOT NULL REFERENCES person (person_id),
  how             text NOT NULL CHECK (how IN ('identifier', 'confirmed', 'alone')),
  author_kind     text NOT NULL,
  author_id       text NOT NULL,
  author_name     text NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  ended_by        text NOT NULL DEFAULT '',
  ended_reason    text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX patient_link_live ON patient_link (hospital_code, patient_id, issuer_of_patient_id) WHERE ended_at IS NULL;
CREATE INDEX patient_link_person ON patient_link (person_id) WHERE ended_at IS NULL;

-- Pairs of patients that may be one person, for a person to decide.
CREATE TABLE match_candidate (
  match_candidate_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  one_hospital    text NOT NULL REFERENCES hospital (code),
  one_patient_id  text NOT NULL,
  one_issuer      text NOT NULL DEFAULT '',
  other_hospital  text NOT NULL REFERENCES hospital (code),
  other_patient_id text NOT NULL,
  other_issuer    text NOT NULL DEFAULT '',
  score           real NOT NULL,
  -- What agrees and what does not: {"name": "same", "birthDate": "same", …}.
  because         jsonb NOT NULL,
  state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'refused', 'withdrawn')),
  created_at      timestamptz NOT NULL DEFAULT now(),
  decided_at      timestamptz,
  decided_kind    text NOT NULL DEFAULT '',
  decided_id      text NOT NULL DEFAULT '',
  decided_name    text NOT NULL DEFAULT '',
  reason          text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX match_candidate_pair ON match_candidate
  (one_hospital, one_patient_id, one_issuer, other_hospital, other_patient_id, other_issuer);
CREATE INDEX match_candidate_open ON match_candidate (match_candidate_id) WHERE state = 'open';

-- Merges and separations of persons.
CREATE TABLE person_event (
  person_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('merged', 'separated', 'identified', 'linked', 'unlinked')),
  person_id   uuid NOT NULL REFERENCES person (person_id),
  other_id    uuid REFERENCES person (person_id),
  -- Enough to undo it; no names.
  detail      jsonb NOT NULL DEFAULT '{}',
  reason      text NOT NULL DEFAULT '',
  author_kind text NOT NULL,
  author_id   text NOT NULL,
  author_name text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_event_person ON person_event (person_id, person_event_id DESC);
