-- Recognised, or examined again: what was decided on another hospital's study.

-- Append-only: a correction is a new row that names the one before. The newest of a chain holds.
CREATE TABLE recognition_decision (
  recognition_decision_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- The first of its chain (itself for the first): what a figure counts once.
  chain_id        uuid NOT NULL,
  replaces        uuid UNIQUE REFERENCES recognition_decision (recognition_decision_id),
  created_at      timestamptz NOT NULL DEFAULT now(),
  -- When it was decided; the month it counts for.
  decided_at      timestamptz NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('recognised', 'examinedAgain', 'withdrawn')),
  -- RX01 to RX12 where examined again.
  reason_code     text NOT NULL DEFAULT '' CHECK (reason_code ~ '^(RX(0[1-9]|1[0-2]))?$'),
  reason_text     text NOT NULL DEFAULT '',
  patient_informed boolean NOT NULL DEFAULT false,
  -- Who decided: hospital, department, practitioner as the hospital's system names them, and the caller.
  hospital_code   text NOT NULL REFERENCES hospital (code),
  department      text NOT NULL DEFAULT '',
  practitioner    text NOT NULL DEFAULT '',
  author_kind     text NOT NULL,
  author_id       text NOT NULL,
  author_name     text NOT NULL DEFAULT '',
  reminder_id     uuid REFERENCES reminder (reminder_id),
  -- Which of its matches; NULL where no reminder led to it.
  reminder_position smallint,
  order_number    text NOT NULL DEFAULT '',
  -- Patient of the deciding hospital, and the person at that time.
  patient_id      text NOT NULL DEFAULT '',
  issuer_of_patient_id text NOT NULL DEFAULT '',
  person_id       uuid REFERENCES person (person_id),
  patient_class   text NOT NULL DEFAULT '',
  -- The study that was decided on, of the issuing hospital; kept when the study goes.
  issuing_hospital text NOT NULL REFERENCES hospital (code),
  study_instance_uid text NOT NULL,
  study_date      text NOT NULL DEFAULT '',
  item_code       text NOT NULL,
  labels          text[] NOT NULL DEFAULT '{}',
  word            text NOT NULL DEFAULT '' CHECK (word IN ('', 'MUST_RECOGNISE', 'MAY', 'NOT_IN_SCOPE')),
  -- Text for the medical record was taken over (cited).
  cited_at        timestamptz,
  cited_by        text NOT NULL DEFAULT '',
  -- A caller's own key of the request: the same again is the same decision.
  idempotency_key text,
  -- SHA-256 of what that request asked for.
  request_sha256  bytea,
  CHECK ((kind = 'examinedAgain') = (reason_code <> '')),
  -- An examination of the own hospital needs no recognition.
  CHECK (hospital_code <> issuing_hospital),
  CHECK ((idempotency_key IS NULL) = (request_sha256 IS NULL)),
  CHECK ((reminder_id IS NULL) = (reminder_position IS NULL)),
  CHECK (reason_code <> 'RX12' OR reason_text <> '')
);
CREATE UNIQUE INDEX recognition_decision_again ON recognition_decision (hospital_code, author_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX recognition_decision_at ON recognition_decision (decided_at);
CREATE INDEX recognition_decision_chain ON recognition_decision (chain_id, created_at DESC);
CREATE INDEX recognition_decision_study ON recognition_decision (issuing_hospital, study_instance_uid);
CREATE INDEX recognition_decision_issued ON recognition_decision (issuing_hospital, decided_at DESC);
CREATE INDEX recognition_decision_reminder ON recognition_decision (reminder_id);
CREATE INDEX recognition_decision_hospital ON recognition_decision (hospital_code, decided_at DESC);

-- The issuing hospital's systems are told in the change feed, without anything of the deciding hospital's patient.
ALTER TABLE change DROP CONSTRAINT change_action_check;
ALTER TABLE change ADD CONSTRAINT change_action_check
  CHECK (action IN ('stored', 'corrected', 'deleted', 'rejected', 'recovered', 'judged', 'labelled', 'patientCorrected',
                    'glassBroken', 'recognised', 'examinedAgain', 'recognitionWithdrawn'));
