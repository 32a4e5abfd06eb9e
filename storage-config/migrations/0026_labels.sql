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

ALTER TABLE hr_label_event
  -- The evaluation it rests on.
  ADD COLUMN qualification_id bigint REFERENCES qualification (qualification_id),
  -- verdict, qualification, suspension, device, policy, person, correction: what brought the event about.
  ADD COLUMN cause text NOT NULL DEFAULT 'verdict',
  ADD COLUMN author_kind text NOT NULL DEFAULT 'system',
  ADD COLUMN author_id text NOT NULL DEFAULT '';
CREATE INDEX hr_label_event_at ON hr_label_event (created_at);
