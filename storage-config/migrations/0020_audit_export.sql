-- Indexes audit_event anew: about 7 seconds for a million events, in which nothing is recorded, and so nothing answered.
-- Export of the audit trail, its verifications, its archives, and searches of auditors.

-- A writer is known by its first batch. Each writer commits its batches one after the other, so a place in a writer's
-- sequence is a place in the order of commits: whoever goes on from there misses nothing, and no row needs a number.
CREATE INDEX audit_batch_first ON audit_batch (written_at) INCLUDE (writer_id) WHERE batch = 1;
CREATE INDEX audit_batch_place ON audit_batch (writer_id, last_sequence) INCLUDE (batch);

-- Where events go to. The row is made when a worker first sees the destination in its configuration.
CREATE TABLE audit_destination (
  -- Address without credentials: tls://host:port, tcp://host:port, https://host/fhir
  destination     text PRIMARY KEY,
  delivered       bigint NOT NULL DEFAULT 0,
  -- Events that the receiver said it will never take; the trail has them still.
  rejected        bigint NOT NULL DEFAULT 0,
  failures        integer NOT NULL DEFAULT 0,
  last_error      text,
  last_success_at timestamptz,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  -- Held by the worker that delivers; whoever finds it expired may take over.
  lease           uuid,
  leased_until    timestamptz
);

-- Up to which event of each writer a destination has confirmed what it got.
CREATE TABLE audit_delivered (
  destination text NOT NULL REFERENCES audit_destination (destination) ON DELETE CASCADE,
  writer_id   uuid NOT NULL,
  sequence    bigint NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (destination, writer_id)
);

-- Runs of the verification; the newest says what auditors are shown.
CREATE TABLE audit_verification (
  verification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at      timestamptz NOT NULL DEFAULT now(),
  -- Raised while it runs: a run that no longer is touched was cut off.
  touched_at      timestamptz NOT NULL DEFAULT now(),
  finished_at     timestamptz,
  started_by      text NOT NULL,
  writers         bigint NOT NULL DEFAULT 0,
  writers_done    bigint NOT NULL DEFAULT 0,
  batches         bigint NOT NULL DEFAULT 0,
  events          bigint NOT NULL DEFAULT 0,
  anchors         bigint NOT NULL DEFAULT 0,
  faults          jsonb NOT NULL DEFAULT '[]',
  -- What kept it from finishing.
  error           text
);

-- Sealed copies of old events in the object store: of each writer, consecutive from its first batch.
CREATE TABLE audit_archive (
  object_key   text PRIMARY KEY,
  writer_id    uuid NOT NULL,
  first_batch  bigint NOT NULL,
  last_batch   bigint NOT NULL,
  events       bigint NOT NULL,
  -- SHA-256 of the object's bytes.
  sha256       bytea NOT NULL,
  archived_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (writer_id, first_batch)
);

-- Unusual use that was told, so that it is told once.
CREATE TABLE audit_alert (
  rule  text NOT NULL,
  -- Whom or what it is about.
  about text NOT NULL,
  told_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (rule, about, told_at)
);

CREATE INDEX audit_event_hospital ON audit_event (hospital_code, at DESC);
CREATE INDEX audit_event_action ON audit_event (action, at DESC);
CREATE INDEX audit_event_continues ON audit_event (writer_id, continues) WHERE continues IS NOT NULL;
