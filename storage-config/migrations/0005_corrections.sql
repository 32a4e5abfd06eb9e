-- Deletions, corrections and their history: instances that left the index, and what was done to studies and why.
ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check
  CHECK (scopes <@ ARRAY['store', 'read', 'correct', 'admin'] AND cardinality(scopes) > 0);

-- What was done to a study, append-only. Studies are named by hospital and UID, for their rows may be gone.
CREATE TABLE study_event (
  study_event_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code       text NOT NULL REFERENCES hospital (code),
  study_instance_uid  text NOT NULL,
  -- What the request named below the study, if it did.
  series_instance_uid text,
  sop_instance_uid    text,
  kind                text NOT NULL CHECK (kind IN ('deleted', 'recovered', 'corrected', 'restored', 'accepted',
                                                    'discarded', 'rejected', 'dismissed', 'unrejected',
                                                    'removed')),
  reason_code         text NOT NULL,
  reason_text         text NOT NULL DEFAULT '',
  author_kind         text NOT NULL CHECK (author_kind IN ('machine', 'person', 'trial', 'system')),
  author_id           text NOT NULL,
  author_name         text NOT NULL DEFAULT '',
  -- How many instances it concerned.
  instances           integer NOT NULL DEFAULT 0,
  -- What the kind adds: the rejection note, instances that were not stored yet, …
  details             jsonb NOT NULL DEFAULT '{}',
  created_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX study_event_study ON study_event (study_instance_uid, study_event_id DESC);
CREATE INDEX study_event_hospital ON study_event (hospital_code, study_event_id DESC);
CREATE INDEX study_event_note ON study_event ((details ->> 'note')) WHERE details ->> 'note' IS NOT NULL;

-- Instances that are no longer current, with the objects that are kept of them. What is current has its rows in instance
-- (or kept_aside) alone, so that searches and retrieves need not know of this table.
CREATE TABLE former_instance (
  former_instance_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code       text NOT NULL REFERENCES hospital (code),
  study_instance_uid  text NOT NULL,
  series_instance_uid text NOT NULL,
  sop_instance_uid    text NOT NULL,
  sop_class_uid       text NOT NULL DEFAULT '',
  object_key          text NOT NULL,
  object_size         bigint NOT NULL,
  object_sha256       bytea NOT NULL,
  dataset_sha256      bytea NOT NULL,
  stored_at           timestamptz NOT NULL,
  why                 text NOT NULL CHECK (why IN ('deleted', 'rejected', 'corrected', 'discarded')),
  -- The event that ended it, and the one that made it current again.
  study_event_id      bigint NOT NULL REFERENCES study_event (study_event_id),
  recovered_event_id  bigint REFERENCES study_event (study_event_id),
  -- The row it had in instance or kept_aside, so that it can come back; NULL once the object was removed.
  instance_row        jsonb,
  kept_aside_row      jsonb,
  ended_at            timestamptz NOT NULL DEFAULT now(),
  recovered_at        timestamptz,
  removed_at          timestamptz
);
CREATE INDEX former_instance_sop ON former_instance (hospital_code, sop_instance_uid);
CREATE INDEX former_instance_study ON former_instance (study_instance_uid, former_instance_id DESC);
CREATE INDEX former_instance_event ON former_instance (study_event_id);
CREATE INDEX former_instance_removable ON former_instance (ended_at) WHERE recovered_at IS NULL AND removed_at IS NULL;

-- SOP instances that are not stored (again) except by a credential that may correct: those that were deleted, and those
-- that a rejection note names, stored or not.
CREATE TABLE refused_instance (
  hospital_code       text NOT NULL REFERENCES hospital (code),
  sop_instance_uid    text NOT NULL,
  study_event_id      bigint NOT NULL REFERENCES study_event (study_event_id),
  PRIMARY KEY (hospital_code, sop_instance_uid)
);
CREATE INDEX refused_instance_event ON refused_instance (study_event_id);

-- Verdicts and label events outlive the study's row; while it is gone nothing joins with them.
ALTER TABLE conformance_result DROP CONSTRAINT conformance_result_study_id_fkey;
ALTER TABLE hr_label_event DROP CONSTRAINT hr_label_event_study_id_fkey;

-- Studies whose last instance left the index, so that one that comes back keeps its verdicts and labels, and revisions do
-- not begin again.
CREATE TABLE former_study (
  hospital_code        text NOT NULL REFERENCES hospital (code),
  study_instance_uid   text NOT NULL,
  study_id             bigint NOT NULL,
  revision             integer NOT NULL,
  conformance_revision integer NOT NULL,
  first_stored_at      timestamptz NOT NULL,
  last_stored_at       timestamptz NOT NULL,
  ended_at             timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hospital_code, study_instance_uid)
);

CREATE FUNCTION study_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO former_study (hospital_code, study_instance_uid, study_id, revision, conformance_revision, first_stored_at,
                            last_stored_at)
  VALUES (OLD.hospital_code, OLD.study_instance_uid, OLD.study_id, OLD.revision, OLD.conformance_revision,
          OLD.first_stored_at, OLD.last_stored_at)
  ON CONFLICT (hospital_code, study_instance_uid) DO UPDATE
     SET study_id = EXCLUDED.study_id, revision = EXCLUDED.revision,
         conformance_revision = EXCLUDED.conformance_revision, first_stored_at = EXCLUDED.first_stored_at,
         last_stored_at = EXCLUDED.last_stored_at, ended_at = now();
  RETURN NULL;
END $$;
-- A row of revision 0 was added for instances that got none themselves.
CREATE TRIGGER study_ends AFTER DELETE ON study FOR EACH ROW WHEN (OLD.revision > 0) EXECUTE FUNCTION study_ends();

CREATE FUNCTION study_returns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  former former_study;
BEGIN
  DELETE FROM former_study
   WHERE hospital_code = NEW.hospital_code AND study_instance_uid = NEW.study_instance_uid
  RETURNING * INTO former;
  IF FOUND THEN
    UPDATE study
       SET revision = former.revision, conformance_revision = former.conformance_revision,
           first_stored_at = former.first_stored_at, last_stored_at = former.last_stored_at
     WHERE study_id = NEW.study_id;
    UPDATE conformance_result SET study_id = NEW.study_id WHERE study_id = former.study_id;
    UPDATE hr_label_event SET study_id = NEW.study_id WHERE study_id = former.study_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER study_returns AFTER INSERT ON study FOR EACH ROW EXECUTE FUNCTION study_returns();

-- When the instance replaced another version: the attributes of its series and study are taken from the newest of these,
-- else from what was stored first.
ALTER TABLE instance ADD COLUMN corrected_at timestamptz;

-- What was kept aside, as DICOM JSON, to be compared with what is current; NULL for what was kept before this migration.
ALTER TABLE kept_aside ADD COLUMN dataset text;
ALTER TABLE kept_aside ADD COLUMN sop_class_uid text NOT NULL DEFAULT '';
ALTER TABLE kept_aside ADD COLUMN transfer_syntax_uid text NOT NULL DEFAULT '';
CREATE INDEX kept_aside_hospital ON kept_aside (hospital_code, kept_aside_id DESC);
