-- Legal holds, retention rules of hospitals, and exports of de-identified copies.

ALTER TABLE study_event DROP CONSTRAINT study_event_kind_check;
ALTER TABLE study_event ADD CONSTRAINT study_event_kind_check
  CHECK (kind IN ('deleted', 'recovered', 'corrected', 'restored', 'accepted', 'discarded', 'rejected', 'dismissed',
                  'unrejected', 'removed', 'held', 'released'));

-- A study, or a patient of a hospital, of which nothing is removed until the hold is released or over.
CREATE TABLE legal_hold (
  legal_hold_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- As in the bucket: in an older copy of the database the number may be another's.
  hold_key           uuid NOT NULL UNIQUE,
  hospital_code      text NOT NULL REFERENCES hospital (code),
  study_instance_uid text,
  patient_id         text CHECK (patient_id <> ''),
  reason             text NOT NULL CHECK (reason <> ''),
  -- The last day of it; NULL: until it is released.
  until              date,
  author_kind        text NOT NULL,
  author_id          text NOT NULL,
  author_name        text NOT NULL DEFAULT '',
  created_at         timestamptz NOT NULL DEFAULT now(),
  released_at        timestamptz,
  released_by_kind   text,
  released_by_id     text,
  released_by_name   text,
  release_reason     text,
  CHECK ((study_instance_uid IS NULL) <> (patient_id IS NULL)),
  CHECK ((released_at IS NULL) = (release_reason IS NULL))
);
CREATE INDEX legal_hold_hospital ON legal_hold (hospital_code, legal_hold_id DESC);
CREATE INDEX legal_hold_patient ON legal_hold (hospital_code, patient_id)
  WHERE patient_id IS NOT NULL AND released_at IS NULL;

-- The studies of a hold. One of a patient has also those that come later, and keeps those that a correction gave another.
CREATE TABLE legal_hold_study (
  legal_hold_id      bigint NOT NULL REFERENCES legal_hold (legal_hold_id),
  hospital_code      text NOT NULL,
  study_instance_uid text NOT NULL,
  PRIMARY KEY (legal_hold_id, study_instance_uid)
);
CREATE INDEX legal_hold_study_uid ON legal_hold_study (study_instance_uid, hospital_code);

CREATE FUNCTION is_study_held(hospital text, study text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM legal_hold_study s JOIN legal_hold h USING (legal_hold_id)
                  WHERE s.study_instance_uid = study AND s.hospital_code = hospital
                    AND h.released_at IS NULL AND (h.until IS NULL OR h.until >= current_date))
$$;

CREATE FUNCTION study_joins_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO legal_hold_study (legal_hold_id, hospital_code, study_instance_uid)
  SELECT legal_hold_id, NEW.hospital_code, NEW.study_instance_uid FROM legal_hold
   WHERE hospital_code = NEW.hospital_code AND patient_id = NEW.patient_id AND released_at IS NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER study_joins_holds AFTER INSERT ON study
  FOR EACH ROW WHEN (NEW.patient_id <> '') EXECUTE FUNCTION study_joins_holds();
CREATE TRIGGER study_joins_holds_of_patient AFTER UPDATE OF patient_id ON study
  FOR EACH ROW WHEN (NEW.patient_id <> '' AND NEW.patient_id IS DISTINCT FROM OLD.patient_id)
  EXECUTE FUNCTION study_joins_holds();

-- Whatever ends instances of a held study fails, in its own transaction. A version that another replaces is kept, so that
-- corrections may go on. Rebuilding the index repeats what was done before a hold.
CREATE FUNCTION held_studies_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('hutong.reindexing', true) = 'on' THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM (SELECT DISTINCT hospital_code, study_instance_uid FROM ended
                            WHERE why <> 'corrected' AND ended_at = now()) AS e
              WHERE is_study_held(e.hospital_code, e.study_instance_uid)) THEN
    RAISE EXCEPTION 'the study is under a legal hold' USING ERRCODE = 'HT001';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER held_studies_stay AFTER INSERT ON former_instance
  REFERENCING NEW TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION held_studies_stay();

-- How many years a hospital keeps studies, where that is longer than the law asks for.
CREATE TABLE retention_rule (
  hospital_code    text PRIMARY KEY REFERENCES hospital (code),
  outpatient_years integer NOT NULL CHECK (outpatient_years BETWEEN 15 AND 200),
  inpatient_years  integer NOT NULL CHECK (inpatient_years BETWEEN 30 AND 200),
  set_by           text NOT NULL DEFAULT '',
  set_at           timestamptz NOT NULL DEFAULT now()
);

-- Whether a study may be deleted before its time is over, for reasons other than that it is: of the region (NULL) and of a
-- hospital, of which the stricter holds. Reasons that say that a study is no record of its patient go through by themselves.
CREATE TABLE early_deletion_policy (
  hospital_code  text UNIQUE NULLS NOT DISTINCT REFERENCES hospital (code),
  answer         text NOT NULL CHECK (answer IN ('allow', 'warn', 'refuse')),
  always_allowed text[] NOT NULL,
  set_by         text NOT NULL,
  set_at         timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION early_deletion(hospital text, reason text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce((ARRAY['allow', 'warn', 'refuse'])[max(CASE WHEN reason = ANY (always_allowed) THEN 1
                    ELSE array_position(ARRAY['allow', 'warn', 'refuse'], answer) END)], 'allow')
    FROM early_deletion_policy WHERE hospital_code IS NULL OR hospital_code = hospital
$$;

-- The secret of a project, sealed: what pseudonyms, UIDs and shifts of dates are derived from.
CREATE TABLE export_project (
  project    text PRIMARY KEY CHECK (project ~ '^[A-Za-z0-9][A-Za-z0-9-]{0,15}$'),
  secret     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE export_job (
  export_id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project         text NOT NULL REFERENCES export_project (project),
  title           text NOT NULL,
  approval        text NOT NULL,
  reason          text NOT NULL,
  -- Hospitals that the maker may export; NULL: all.
  hospitals       text[],
  filter          jsonb NOT NULL,
  options         jsonb NOT NULL,
  state           text NOT NULL CHECK (state IN ('unreleased', 'waiting', 'running', 'done', 'failed', 'cancelled', 'expired')),
  author_kind     text NOT NULL,
  author_id       text NOT NULL,
  author_name     text NOT NULL DEFAULT '',
  released_by_id  text,
  released_by_name text,
  studies         integer NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL DEFAULT now(),
  finished_at     timestamptz,
  expires_at      timestamptz,
  -- Codes alone, never anything of a patient.
  failure         text
);
CREATE INDEX export_job_newest ON export_job (created_at DESC, export_id);
CREATE INDEX export_job_open ON export_job (created_at) WHERE state IN ('waiting', 'running');
CREATE INDEX export_job_expiring ON export_job (expires_at) WHERE state = 'done';

-- The studies of an export, fixed when it was made; what was written of each.
CREATE TABLE export_study (
  export_id          uuid NOT NULL REFERENCES export_job (export_id),
  position           integer NOT NULL,
  hospital_code      text NOT NULL,
  study_instance_uid text NOT NULL,
  state              text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'gone', 'failed')),
  attempts           integer NOT NULL DEFAULT 0,
  -- Until when a worker is at it; over when that died.
  leased_until       timestamptz,
  -- An object of the entries of an archive one after the other, and what its directory and the manifest say of them.
  object_key         text,
  object_size        bigint NOT NULL DEFAULT 0,
  instances          integer NOT NULL DEFAULT 0,
  flagged            integer NOT NULL DEFAULT 0,
  left_out           integer NOT NULL DEFAULT 0,
  manifest           jsonb,
  PRIMARY KEY (export_id, position)
);
