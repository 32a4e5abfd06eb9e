-- How labels are given, and by what they came about.

-- Append-only: an entry that is replaced ends. The one that names the hospital goes before the one of the scope.
CREATE TABLE label_policy (
  label_policy_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope             text NOT NULL REFERENCES recognition_scope (name),
  -- NULL: every hospital of the scope.
  hospital_code     text REFERENCES hospital (code),
  -- `automatic` gives the label on a PASS, `proposed` waits for a person to release it.
  release           text NOT NULL DEFAULT 'automatic' CHECK (release IN ('automatic', 'proposed')),
  -- An evaluation that is entered after the study still labels it, where it was valid on the study date.
  late_qualification boolean NOT NULL DEFAULT true,
  -- Studies of devices without a valid state test on the study date get no label.
  device_test_needed boolean NOT NULL DEFAULT false,
  author_kind       text NOT NULL,
  author_id         text NOT NULL,
  author_name       text NOT NULL DEFAULT '',
  created_at        timestamptz NOT NULL DEFAULT now(),
  ended_at          timestamptz,
  ended_by          text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX label_policy_live ON label_policy (scope, hospital_code) NULLS NOT DISTINCT WHERE ended_at IS NULL;

-- What a person withdrew: labels of one study, or of a hospital's studies of a period. No label is given there until it is
-- lifted, however often the studies are judged. Studies are named by their UID, for a study that returns has another row.
CREATE TABLE label_withdrawal (
  label_withdrawal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code     text NOT NULL REFERENCES hospital (code),
  -- NULL: every study of the hospital, or of the period. NULL for item and scope: any.
  study_instance_uid text,
  item_code         text,
  scope             text,
  -- Study dates, both inclusive.
  from_date         date,
  until_date        date CHECK (until_date >= from_date),
  reason            text NOT NULL CHECK (reason <> ''),
  author_kind       text NOT NULL,
  author_id         text NOT NULL,
  author_name       text NOT NULL DEFAULT '',
  created_at        timestamptz NOT NULL DEFAULT now(),
  lifted_at         timestamptz,
  lifted_kind       text NOT NULL DEFAULT '',
  lifted_id         text NOT NULL DEFAULT '',
  lifted_name       text NOT NULL DEFAULT '',
  lifted_reason     text NOT NULL DEFAULT ''
);
CREATE INDEX label_withdrawal_live ON label_withdrawal (hospital_code, study_instance_uid) WHERE lifted_at IS NULL;
CREATE INDEX label_withdrawal_of ON label_withdrawal (hospital_code, label_withdrawal_id DESC);

ALTER TABLE hr_label_event
  -- The evaluation it rests on.
  ADD COLUMN qualification_id bigint REFERENCES qualification (qualification_id),
  -- verdict, qualification, suspension, device, policy, membership, person, correction: what brought the event about.
  ADD COLUMN cause text NOT NULL DEFAULT 'verdict',
  ADD COLUMN author_kind text NOT NULL DEFAULT 'system',
  ADD COLUMN author_id text NOT NULL DEFAULT '';
CREATE INDEX hr_label_event_at ON hr_label_event (created_at);

-- The newest event of each (study, item, scope), kept by the events themselves, so that a search by label need not look
-- through the history.
DROP VIEW hr_label;
CREATE TABLE hr_label (
  study_id     bigint NOT NULL,
  item_code    text NOT NULL,
  scope        text NOT NULL,
  text         text NOT NULL,
  state        text NOT NULL CHECK (state IN ('proposed', 'applied', 'withdrawn')),
  reason_zh    text NOT NULL,
  reason_en    text NOT NULL,
  author       text NOT NULL,
  created_at   timestamptz NOT NULL,
  qualification_id bigint,
  cause        text NOT NULL,
  hr_label_event_id bigint NOT NULL,
  -- Of the study, which may be gone; empty where nobody knows of it any more.
  issuing_hospital text NOT NULL DEFAULT '',
  PRIMARY KEY (study_id, item_code, scope)
);
INSERT INTO hr_label
SELECT DISTINCT ON (study_id, item_code, scope)
       study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at, qualification_id, cause,
       hr_label_event_id, coalesce(s.hospital_code, f.hospital_code, '')
  FROM hr_label_event LEFT JOIN study s USING (study_id) LEFT JOIN former_study f USING (study_id)
 ORDER BY study_id, item_code, scope, hr_label_event_id DESC;
CREATE INDEX hr_label_applied ON hr_label (text, study_id) WHERE state = 'applied';
CREATE INDEX hr_label_newest ON hr_label (hr_label_event_id);
-- Lists, the newest first: of the region, and of a hospital.
CREATE INDEX hr_label_state ON hr_label (state, hr_label_event_id);
CREATE INDEX hr_label_hospital ON hr_label (issuing_hospital, state, hr_label_event_id);

CREATE FUNCTION hr_label_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO hr_label AS l
  SELECT DISTINCT ON (study_id, item_code, scope)
         study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at, qualification_id, cause,
         hr_label_event_id, coalesce(hospital_code, '')
    FROM added LEFT JOIN study USING (study_id)
   ORDER BY study_id, item_code, scope, hr_label_event_id DESC
  ON CONFLICT (study_id, item_code, scope) DO UPDATE
     SET text = EXCLUDED.text, state = EXCLUDED.state, reason_zh = EXCLUDED.reason_zh, reason_en = EXCLUDED.reason_en,
         author = EXCLUDED.author, created_at = EXCLUDED.created_at, qualification_id = EXCLUDED.qualification_id,
         cause = EXCLUDED.cause, hr_label_event_id = EXCLUDED.hr_label_event_id
   WHERE l.hr_label_event_id < EXCLUDED.hr_label_event_id;
  RETURN NULL;
END $$;
CREATE TRIGGER hr_label_follows AFTER INSERT ON hr_label_event
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hr_label_follows();

-- A study that returns, or is numbered anew, keeps its labels.
CREATE FUNCTION hr_label_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE hr_label l SET study_id = NEW.study_id,
         issuing_hospital = coalesce((SELECT hospital_code FROM study s WHERE s.study_id = NEW.study_id), l.issuing_hospital)
   WHERE l.hr_label_event_id = NEW.hr_label_event_id;
  RETURN NULL;
END $$;
CREATE TRIGGER hr_label_moves AFTER UPDATE OF study_id ON hr_label_event
  FOR EACH ROW EXECUTE FUNCTION hr_label_moves();

CREATE FUNCTION hr_label_empties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE hr_label;
  RETURN NULL;
END $$;
CREATE TRIGGER hr_label_empties AFTER TRUNCATE ON hr_label_event
  FOR EACH STATEMENT EXECUTE FUNCTION hr_label_empties();

-- Studies whose labels are looked at anew from the verdicts that stand, in the background.
CREATE TABLE relabelling (
  relabelling_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reason          text NOT NULL CHECK (reason IN ('qualification', 'suspension', 'device', 'policy', 'membership', 'person',
                                                  'request')),
  -- Which studies: RelabellingFilter of storage-config; absent keys do not restrict.
  filter          jsonb NOT NULL DEFAULT '{}',
  author_kind     text NOT NULL,
  author_id       text NOT NULL,
  author_name     text NOT NULL DEFAULT '',
  requested_at    timestamptz NOT NULL DEFAULT now(),
  -- Studies up to this one were looked at, of those up to the newest when a worker began; NULL until then.
  position        bigint NOT NULL DEFAULT 0,
  end_position    bigint,
  looked_at       bigint NOT NULL DEFAULT 0,
  changed         bigint NOT NULL DEFAULT 0,
  state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'working', 'done', 'cancelled')),
  ended_at        timestamptz
);
CREATE INDEX relabelling_open ON relabelling (relabelling_id) WHERE state IN ('waiting', 'working');
