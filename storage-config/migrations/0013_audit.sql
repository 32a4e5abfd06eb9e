-- Audit: who did what with whose data. Append-only; each writer's events are hashed in batches into a chain.

CREATE TABLE audit_event (
  -- The process that wrote it, and its place among that process's events, from 1.
  writer_id           uuid NOT NULL,
  sequence            bigint NOT NULL,
  at                  timestamptz(3) NOT NULL,
  action              text NOT NULL,
  outcome             text NOT NULL CHECK (outcome IN ('success', 'refused', 'failed')),
  actor_kind          text NOT NULL,
  actor_id            text NOT NULL,
  actor_name          text NOT NULL,
  -- Network address of the client.
  address             text NOT NULL,
  -- Code of HL7 PurposeOfUse.
  purpose             text NOT NULL,
  -- Whose data; empty where it is not about one hospital, patient, study or series. No references: what is gone stays named.
  hospital_code       text NOT NULL,
  patient_id          text NOT NULL,
  study_instance_uid  text NOT NULL,
  series_instance_uid text NOT NULL,
  -- How often, or how many objects; of an event that continues an earlier one of the writer, what came since.
  count               integer NOT NULL,
  continues           bigint,
  request_id          text NOT NULL,
  -- JSON text, kept as it was hashed.
  detail              text NOT NULL,
  PRIMARY KEY (writer_id, sequence)
);
CREATE INDEX audit_event_at ON audit_event (at DESC);
CREATE INDEX audit_event_study ON audit_event (study_instance_uid, at DESC) WHERE study_instance_uid <> '';
CREATE INDEX audit_event_patient ON audit_event (hospital_code, patient_id, at DESC) WHERE patient_id <> '';
CREATE INDEX audit_event_actor ON audit_event (actor_id, at DESC);

CREATE TABLE audit_batch (
  writer_id       uuid NOT NULL,
  batch           bigint NOT NULL,
  first_sequence  bigint NOT NULL,
  last_sequence   bigint NOT NULL,
  -- SHA-256 of the batch before it (32 zero bytes for the first) followed by the lines of its events.
  sha256          bytea NOT NULL,
  written_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (writer_id, batch)
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit records are append-only';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_batch_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_batch
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
