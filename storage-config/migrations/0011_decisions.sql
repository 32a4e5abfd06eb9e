-- What people decide: verdicts, and which item a hospital's exam code or name stands for.

ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check
  CHECK (scopes <@ ARRAY['store', 'read', 'correct', 'review', 'admin'] AND cardinality(scopes) > 0);

-- Append-only: of those made after the last one that took back, the newest whose evidence stands holds. Like results they
-- outlive the study's row, and are given to the row of a study that returns.
CREATE TABLE verdict_decision (
  verdict_decision_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id         bigint NOT NULL,
  item_code        text NOT NULL,
  catalogue_id     text NOT NULL,
  -- The verdict decided; NULL takes the decision before it back, so that the machine's verdict holds again.
  verdict          text CHECK (verdict IN ('PASS', 'FAIL')),
  -- What the machine said, and SHA-256 of the evidence it said it on.
  machine_verdict  text NOT NULL CHECK (machine_verdict IN ('PASS', 'FAIL', 'REVIEW')),
  evidence_sha256  bytea NOT NULL,
  reason           text NOT NULL CHECK (reason <> ''),
  author_kind      text NOT NULL,
  author_id        text NOT NULL,
  author_name      text NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX verdict_decision_newest ON verdict_decision (study_id, item_code, verdict_decision_id DESC);

CREATE OR REPLACE FUNCTION study_returns() RETURNS trigger LANGUAGE plpgsql AS $$
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
    UPDATE verdict_decision SET study_id = NEW.study_id WHERE study_id = former.study_id;
  END IF;
  RETURN NULL;
END $$;

-- study_item.verdict is the effective one: what the decision that holds says, else the machine's.
ALTER TABLE study_item
  ADD COLUMN hospital_code text,
  ADD COLUMN machine_verdict text CHECK (machine_verdict IN ('PASS', 'FAIL', 'REVIEW')),
  -- SHA-256 of what the machine's verdict rests on; NULL for results from before this migration, until judged again.
  ADD COLUMN evidence_sha256 bytea,
  -- The decision that holds, or the newest one that was not taken back where none holds.
  ADD COLUMN verdict_decision_id bigint REFERENCES verdict_decision (verdict_decision_id),
  -- It was made on evidence that is no longer what is seen: a person must look again.
  ADD COLUMN decision_stale boolean NOT NULL DEFAULT false;
UPDATE study_item i SET machine_verdict = i.verdict, hospital_code = s.hospital_code
  FROM study s WHERE s.study_id = i.study_id;
ALTER TABLE study_item ALTER COLUMN machine_verdict SET NOT NULL, ALTER COLUMN hospital_code SET NOT NULL;

-- What waits for a person, the oldest study first: of all, of one hospital, of one item.
CREATE INDEX study_item_review ON study_item (study_id, item_code) INCLUDE (hospital_code, decision_stale)
  WHERE verdict = 'REVIEW' OR decision_stale;
CREATE INDEX study_item_review_hospital ON study_item (hospital_code, study_id, item_code) INCLUDE (decision_stale)
  WHERE verdict = 'REVIEW' OR decision_stale;
CREATE INDEX study_item_stale ON study_item (study_id, item_code) WHERE decision_stale;
CREATE INDEX study_item_review_item ON study_item (item_code, study_id) INCLUDE (hospital_code, decision_stale)
  WHERE verdict = 'REVIEW' OR decision_stale;

-- Which items an exam of a hospital is, by its code or by its exact name. Append-only; ended_at ends an entry.
CREATE TABLE exam_mapping (
  exam_mapping_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL REFERENCES hospital (code),
  -- Code value and coding scheme, or the name; the other is empty.
  code            text NOT NULL DEFAULT '',
  scheme          text NOT NULL DEFAULT '',
  name            text NOT NULL DEFAULT '',
  -- Item codes; empty: the exam is on no item.
  item_codes      text[] NOT NULL,
  author_kind     text NOT NULL,
  author_id       text NOT NULL,
  author_name     text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  ended_by        text,
  CHECK ((code = '') <> (name = ''))
);
CREATE UNIQUE INDEX exam_mapping_live ON exam_mapping (hospital_code, code, scheme, name) WHERE ended_at IS NULL;

-- Exam codes and names that were seen, kept while studies are judged. No patient data: the words of an exam list.
CREATE TABLE exam_name (
  exam_name_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code   text NOT NULL REFERENCES hospital (code),
  code            text NOT NULL DEFAULT '',
  scheme          text NOT NULL DEFAULT '',
  name            text NOT NULL DEFAULT '',
  modality        text NOT NULL DEFAULT '',
  first_seen_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, code, scheme, name, modality)
);
CREATE INDEX exam_name_named ON exam_name (hospital_code, name);
-- Which studies carry it, so that a mapping judges those again and no others.
CREATE TABLE study_exam_name (
  study_id     bigint NOT NULL REFERENCES study (study_id) ON DELETE CASCADE,
  exam_name_id bigint NOT NULL REFERENCES exam_name (exam_name_id),
  -- Some exam of the study was mapped when it was judged, so that nobody needs to map this one.
  mapped       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (study_id, exam_name_id)
);
CREATE INDEX study_exam_name_of ON study_exam_name (exam_name_id, study_id);
CREATE INDEX study_exam_name_unmapped ON study_exam_name (exam_name_id, study_id) WHERE NOT mapped;
