-- Persons across hospitals. A patient is (hospital, PatientID, issuer); a person is who several of them are. Never linked but by
-- an identifier or a person's word.

CREATE TABLE person (
  person_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  created_at   timestamptz NOT NULL DEFAULT now(),
  -- The person that its patients belong to now, where that is another.
  merged_into  uuid REFERENCES person (person_id),
  CHECK (merged_into <> person_id)
);

-- Patients as their hospital knows them, the newest word.
CREATE TABLE patient (
  hospital_code   text NOT NULL REFERENCES hospital (code),
  patient_id      text NOT NULL CHECK (patient_id <> ''),
  issuer_of_patient_id text NOT NULL DEFAULT '',
  -- PatientName, with `=` between component groups.
  name            text NOT NULL DEFAULT '',
  sex             text NOT NULL DEFAULT '' CHECK (sex IN ('', 'M', 'F', 'O')),
  -- YYYYMMDD or empty, as in study.
  birth_date      text NOT NULL DEFAULT '',
  updated_at      timestamptz NOT NULL DEFAULT now(),
  patient_number  bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- The person that it is while nothing links it; of several patients that are one person the first one's.
  home_person     uuid NOT NULL REFERENCES person (person_id),
  -- Who said what is known: the hospital's system, or the studies alone.
  source          text NOT NULL DEFAULT 'registered' CHECK (source IN ('registered', 'study')),
  -- What those that resemble it are found by; NULL: to be looked for.
  match_keys      text[],
  PRIMARY KEY (hospital_code, patient_id, issuer_of_patient_id)
);
-- Without a list of what is new, which each look would read along.
CREATE INDEX patient_match_keys ON patient USING gin (match_keys) WITH (fastupdate = off);
CREATE INDEX patient_to_match ON patient (patient_number) WHERE match_keys IS NULL;

CREATE FUNCTION patient_has_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person DEFAULT VALUES RETURNING person_id INTO NEW.home_person;
  RETURN NEW;
END $$;
CREATE TRIGGER patient_has_home BEFORE INSERT ON patient
  FOR EACH ROW WHEN (NEW.home_person IS NULL) EXECUTE FUNCTION patient_has_home();

-- What patients bear, by keyed digest alone (HMAC-SHA-256 under a key from outside of the index). Append-only: what is taken
-- back ends; under a newer key the same value gets that key's digest.
CREATE TABLE patient_identifier (
  patient_identifier_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  patient_number bigint NOT NULL REFERENCES patient (patient_number),
  kind         text NOT NULL CHECK (kind IN ('idCard', 'healthCard', 'passport', 'other')),
  -- Who issued it, where the kind does not say.
  issuer       text NOT NULL DEFAULT '',
  key_id       text NOT NULL,
  digest       bytea NOT NULL,
  -- Of its last 4, 5 and 6 characters, bound to the digest.
  tails        bytea[] NOT NULL,
  -- What the number says of its bearer; it links nobody of whom that is not so.
  says_birth_date text NOT NULL DEFAULT '',
  says_sex     text NOT NULL DEFAULT '',
  source       text NOT NULL CHECK (source IN ('registered', 'study')),
  author_kind  text NOT NULL,
  author_id    text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  ended_at     timestamptz
);
CREATE UNIQUE INDEX patient_identifier_live ON patient_identifier (patient_number, kind, issuer, digest) WHERE ended_at IS NULL;
CREATE INDEX patient_identifier_digest ON patient_identifier (digest) WHERE ended_at IS NULL;
CREATE INDEX patient_identifier_key ON patient_identifier (key_id) WHERE ended_at IS NULL;

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

-- What a person has to decide. `alike`: two patients resemble each other. `dispute`: an identifier would join two that differ.
-- Of one patient alone: `ownNumber`, its ID-card number says another birth date or sex; `twoNumbers`, it bears two ID-card
-- numbers; `reused`, its PatientID stands for several people.
CREATE TABLE match_candidate (
  match_candidate_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind            text NOT NULL CHECK (kind IN ('alike', 'dispute', 'ownNumber', 'twoNumbers', 'reused')),
  one_patient     bigint NOT NULL REFERENCES patient (patient_number),
  -- The later of two patients.
  other_patient   bigint REFERENCES patient (patient_number),
  score           real NOT NULL,
  -- What agrees and what does not: {"name": "same", "birthDate": "same", …}.
  because         jsonb NOT NULL,
  state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'refused', 'withdrawn')),
  created_at      timestamptz NOT NULL DEFAULT now(),
  decided_at      timestamptz,
  decided_kind    text NOT NULL DEFAULT '',
  decided_id      text NOT NULL DEFAULT '',
  decided_name    text NOT NULL DEFAULT '',
  reason          text NOT NULL DEFAULT '',
  CHECK (one_patient < other_patient),
  CHECK ((other_patient IS NOT NULL) = (kind IN ('alike', 'dispute')))
);
CREATE UNIQUE INDEX match_candidate_pair ON match_candidate (kind, one_patient, other_patient) NULLS NOT DISTINCT;
CREATE INDEX match_candidate_open ON match_candidate (score DESC, match_candidate_id DESC) WHERE state = 'open';
CREATE INDEX match_candidate_one ON match_candidate (one_patient);
CREATE INDEX match_candidate_other ON match_candidate (other_patient);

-- Merges and separations of persons.
CREATE TABLE person_event (
  person_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('merged', 'separated', 'undone', 'linked', 'unlinked')),
  person_id   uuid NOT NULL REFERENCES person (person_id),
  other_id    uuid REFERENCES person (person_id),
  -- Enough to undo it; no names.
  detail      jsonb NOT NULL DEFAULT '{}',
  -- The event that this one undoes.
  undoes      bigint UNIQUE REFERENCES person_event (person_event_id),
  reason      text NOT NULL DEFAULT '',
  author_kind text NOT NULL,
  author_id   text NOT NULL,
  author_name text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_event_person ON person_event (person_id, person_event_id DESC);
CREATE INDEX person_event_other ON person_event (other_id, person_event_id DESC) WHERE other_id IS NOT NULL;

-- Studies under a PatientID that are of somebody else than the patient it stands for, as far as the name tells; birth date and
-- sex are compared where studies of a person are looked for.
CREATE TABLE study_apart (
  study_id   bigint PRIMARY KEY REFERENCES study (study_id) ON DELETE CASCADE,
  because    jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The studies of each person. A study whose birth date or sex contradicts what its patient is known by is nobody's: the
-- PatientID was used for two people, or one of the records is wrong.
CREATE VIEW person_study AS
  SELECT l.person_id, s.study_id
    FROM patient_link l
    JOIN study s ON s.hospital_code = l.hospital_code AND s.patient_id = l.patient_id
                AND s.issuer_of_patient_id = l.issuer_of_patient_id
    LEFT JOIN patient p ON p.hospital_code = l.hospital_code AND p.patient_id = l.patient_id
                       AND p.issuer_of_patient_id = l.issuer_of_patient_id
   WHERE l.ended_at IS NULL
     AND (p.birth_date IS NULL OR p.birth_date = '' OR s.patient_birth_date IN ('', p.birth_date))
     AND (p.sex IS NULL OR p.sex NOT IN ('M', 'F') OR s.patient_sex NOT IN ('M', 'F') OR s.patient_sex = p.sex)
     AND NOT EXISTS (SELECT FROM study_apart a WHERE a.study_id = s.study_id);

-- Patients of studies that came or changed, for the job that makes them known.
CREATE TABLE patient_seen (
  patient_seen_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL,
  patient_id      text NOT NULL,
  issuer_of_patient_id text NOT NULL,
  -- The study to look into for identifiers; NULL: none.
  study_id        bigint
);

INSERT INTO patient_seen (hospital_code, patient_id, issuer_of_patient_id, study_id)
SELECT hospital_code, patient_id, issuer_of_patient_id, max(study_id) FROM study WHERE patient_id <> '' GROUP BY 1, 2, 3;

CREATE FUNCTION study_shows_patient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO patient_seen (hospital_code, patient_id, issuer_of_patient_id, study_id)
  VALUES (NEW.hospital_code, NEW.patient_id, NEW.issuer_of_patient_id, NEW.study_id);
  IF TG_OP = 'UPDATE' AND (OLD.patient_id, OLD.issuer_of_patient_id) IS DISTINCT FROM (NEW.patient_id, NEW.issuer_of_patient_id)
  THEN
    INSERT INTO patient_seen (hospital_code, patient_id, issuer_of_patient_id)
    VALUES (OLD.hospital_code, OLD.patient_id, OLD.issuer_of_patient_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER study_shows_patient AFTER INSERT ON study
  FOR EACH ROW WHEN (NEW.patient_id <> '') EXECUTE FUNCTION study_shows_patient();
CREATE TRIGGER study_changes_patient AFTER UPDATE OF patient_id, issuer_of_patient_id, patient_name_alphabetic,
    patient_name_ideographic, patient_name_phonetic, patient_birth_date, patient_sex ON study
  FOR EACH ROW WHEN ((OLD.patient_id, OLD.issuer_of_patient_id, OLD.patient_name_alphabetic, OLD.patient_name_ideographic,
                      OLD.patient_name_phonetic, OLD.patient_birth_date, OLD.patient_sex) IS DISTINCT FROM
                     (NEW.patient_id, NEW.issuer_of_patient_id, NEW.patient_name_alphabetic, NEW.patient_name_ideographic,
                      NEW.patient_name_phonetic, NEW.patient_birth_date, NEW.patient_sex))
  EXECUTE FUNCTION study_shows_patient();
