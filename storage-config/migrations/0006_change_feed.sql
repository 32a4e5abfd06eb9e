-- Change feed and webhooks.

-- What happened to stored studies, one row for each series (or whole study) and transaction, written in the transaction
-- of the fact. Rows get their number afterwards, when they are visible to everyone: a transaction that commits late
-- gets a later number, so a reader that goes on from a number misses nothing.
CREATE TABLE change (
  change_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number              bigint,
  action              text NOT NULL CHECK (action IN ('stored', 'corrected', 'deleted', 'rejected', 'recovered',
                                                      'judged', 'labelled', 'patientCorrected')),
  hospital_code       text NOT NULL,
  study_instance_uid  text NOT NULL,
  -- NULL: the study as a whole.
  series_instance_uid text,
  sop_instance_uids   text[] NOT NULL DEFAULT '{}',
  at                  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX change_number ON change (number) WHERE number IS NOT NULL;
CREATE INDEX change_unnumbered ON change (change_id) WHERE number IS NULL;
CREATE INDEX change_hospital ON change (hospital_code, number) WHERE number IS NOT NULL;
CREATE INDEX change_at ON change (at);

-- One row, locked by whoever gives numbers: the last number that was given, and the last that was forgotten.
CREATE TABLE change_position (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last       bigint NOT NULL DEFAULT 0,
  forgotten  bigint NOT NULL DEFAULT 0
);
INSERT INTO change_position DEFAULT VALUES;

CREATE TABLE webhook (
  webhook_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- NULL: changes of every hospital.
  hospital_code   text REFERENCES hospital (code),
  url             text NOT NULL,
  -- Signs deliveries, so it is kept as it is: `whsec_` and base64.
  secret          text NOT NULL,
  -- NULL: every action.
  actions         text[],
  active          boolean NOT NULL DEFAULT true,
  -- Number of the last change that was delivered, or passed over by the filter.
  cursor          bigint NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  -- Failed attempts since the last success, what the last one said, and when the next is made.
  failures        integer NOT NULL DEFAULT 0,
  last_error      text,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  last_success_at timestamptz,
  -- Held by the worker that delivers; whoever finds it expired may take over.
  lease           uuid,
  leased_until    timestamptz
);
