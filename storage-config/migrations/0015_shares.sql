-- Shares: capabilities that open named studies of one hospital, for a while, to whoever holds the link.

ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check
  CHECK (scopes <@ ARRAY['store', 'read', 'correct', 'review', 'share', 'admin'] AND cardinality(scopes) > 0);

CREATE TABLE share (
  share_id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- What stands in addresses. It opens nothing by itself.
  alias          text NOT NULL UNIQUE CHECK (alias ~ '^[a-z2-9]{12}$'),
  -- SHA-256 of the token in the link's fragment.
  token_hash     bytea NOT NULL UNIQUE,
  hospital_code  text NOT NULL REFERENCES hospital (code),
  -- Studies that may still come: whatever the hospital stores under this accession number, of this patient if one is named.
  accession_number text,
  patient_id     text,
  may_download   boolean NOT NULL,
  not_before     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz NOT NULL CHECK (expires_at > not_before),
  -- How often the link may be exchanged for a session; NULL: as often as one likes.
  max_uses       integer CHECK (max_uses > 0),
  uses           integer NOT NULL DEFAULT 0,
  -- What is asked for beside the link: nothing, a password or a code told otherwise, the last digits of an identity card.
  factor         text NOT NULL CHECK (factor IN ('none', 'password', 'code', 'idDigits')),
  factor_hash    text CHECK ((factor = 'none') = (factor_hash IS NULL)),
  -- Free words for the sharer's own list; never shown to who opens it.
  note           text NOT NULL DEFAULT '',
  author_kind    text NOT NULL,
  author_id      text NOT NULL,
  author_name    text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  revoked_at     timestamptz,
  revoked_by     text,
  -- Wrong factors since the last right one; too many end the share.
  failures       integer NOT NULL DEFAULT 0
);
CREATE INDEX share_hospital ON share (hospital_code, created_at DESC);
CREATE INDEX share_accession ON share (hospital_code, accession_number) WHERE accession_number IS NOT NULL;

CREATE TABLE share_study (
  share_id            uuid NOT NULL REFERENCES share (share_id) ON DELETE CASCADE,
  study_instance_uid  text NOT NULL,
  -- Empty: all of the study.
  series_instance_uid text NOT NULL DEFAULT '',
  PRIMARY KEY (share_id, study_instance_uid, series_instance_uid)
);
CREATE INDEX share_study_of ON share_study (study_instance_uid);

-- Who exchanged a link for a cookie.
CREATE TABLE share_session (
  id_hash     bytea PRIMARY KEY,
  share_id    uuid NOT NULL REFERENCES share (share_id) ON DELETE CASCADE,
  address     text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL
);
CREATE INDEX share_session_share ON share_session (share_id);
