-- Breaking: programs of the release before read share.accession_number, which goes; they are to be stopped first.
-- Whom a share is for, who may open it, what comes back through it, and what a hospital or the region allows.

ALTER TABLE share ADD COLUMN accession_numbers text[] NOT NULL DEFAULT '{}' CHECK (cardinality(accession_numbers) <= 20);
UPDATE share SET accession_numbers = ARRAY[accession_number] WHERE accession_number IS NOT NULL;
-- Takes share_accession with it.
ALTER TABLE share DROP COLUMN accession_number;

CREATE INDEX share_numbers ON share USING gin (accession_numbers);

ALTER TABLE share DROP CONSTRAINT share_factor_check;
ALTER TABLE share
  ADD CONSTRAINT share_factor_check CHECK (factor IN ('none', 'password', 'code', 'oneTimeCode', 'idDigits')),
  -- A one-time code that let somebody in lets in nobody else.
  ADD COLUMN factor_used_at timestamptz,
  ADD COLUMN audience text NOT NULL DEFAULT 'patient' CHECK (audience IN ('patient', 'guardian', 'colleague')),
  ADD COLUMN guardian_name text,
  ADD COLUMN guardian_relation text
    CHECK (guardian_relation IN ('parent', 'grandparent', 'spouse', 'child', 'appointed', 'other')),
  ADD CONSTRAINT share_guardian CHECK
    ((audience = 'guardian') = (guardian_name IS NOT NULL) AND (guardian_name IS NULL) = (guardian_relation IS NULL)),
  -- Whoever opens it has to be signed in, may read in one of these hospitals (empty: in any), and is this account if one is
  -- named. The name is kept as it was typed: whether there is such an account is nobody's to learn here.
  ADD COLUMN requires_sign_in boolean NOT NULL DEFAULT false,
  ADD COLUMN sign_in_hospitals text[] NOT NULL DEFAULT '{}',
  ADD COLUMN sign_in_account text,
  ADD COLUMN may_reply boolean NOT NULL DEFAULT false,
  ADD COLUMN watermark boolean NOT NULL DEFAULT false,
  -- Wrong factors since it was made or unlocked: who knows the right one now and then does not begin the count anew for
  -- somebody who does not.
  ADD COLUMN failures_in_all integer NOT NULL DEFAULT 0,
  ADD COLUMN next_attempt_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX share_author ON share (author_id, created_at DESC);

ALTER TABLE share_session
  ADD COLUMN device text NOT NULL DEFAULT 'other',
  -- Of a share that asks for signing in: who did.
  ADD COLUMN person_id text,
  ADD COLUMN person_name text,
  -- Openings stay on the list when their share asks for somebody else later.
  ADD CONSTRAINT share_session_person CHECK ((person_id IS NULL) = (person_name IS NULL));

-- Wrong factors, and links that lead nowhere: by share for who made it, by network for slowing down who guesses.
CREATE TABLE share_failure (
  failure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- NULL: the link led to no share.
  share_id   uuid REFERENCES share (share_id) ON DELETE CASCADE,
  address    text NOT NULL,
  -- The address, of IPv6 its /64.
  network    text NOT NULL,
  at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX share_failure_network ON share_failure (network, at);
CREATE INDEX share_failure_share ON share_failure (share_id, at DESC) WHERE share_id IS NOT NULL;
CREATE INDEX share_failure_at ON share_failure (at);

-- Files that came back through a share. The bytes lie in the object store and are never shown as a page.
CREATE TABLE share_reply (
  reply_id    uuid PRIMARY KEY,
  share_id    uuid NOT NULL REFERENCES share (share_id) ON DELETE CASCADE,
  received_at timestamptz NOT NULL DEFAULT now(),
  object_key  text NOT NULL UNIQUE,
  media_type  text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'application/dicom')),
  size        integer NOT NULL CHECK (size > 0),
  sha256      bytea NOT NULL,
  file_name   text NOT NULL,
  sender      text NOT NULL,
  note        text NOT NULL,
  -- Who was signed in; NULL: nobody.
  person_id   text,
  address     text NOT NULL,
  -- When somebody of the hospital first took it.
  taken_at    timestamptz
);
CREATE INDEX share_reply_share ON share_reply (share_id, received_at);

-- What may be shared and how: append-only, the newest of a hospital holds, and the newest of the region (NULL) beside it.
CREATE TABLE share_policy (
  policy_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hospital_code     text REFERENCES hospital (code),
  colleague_sign_in boolean NOT NULL,
  patient_factor    boolean NOT NULL,
  longest_hours     integer CHECK (longest_hours > 0),
  most_uses         integer CHECK (most_uses > 0),
  may_download      boolean NOT NULL,
  may_reply         boolean NOT NULL,
  watermark         boolean NOT NULL,
  set_at            timestamptz NOT NULL DEFAULT now(),
  set_by            text NOT NULL
);
CREATE INDEX share_policy_of ON share_policy (hospital_code, policy_id DESC);

-- What holds in a hospital: of the region's policy and its own always the stricter part.
CREATE FUNCTION share_limits(
  code text, OUT colleague_sign_in boolean, OUT patient_factor boolean, OUT longest_hours integer, OUT most_uses integer,
  OUT may_download boolean, OUT may_reply boolean, OUT watermark boolean)
LANGUAGE sql STABLE AS $$
  SELECT coalesce(bool_or(p.colleague_sign_in), false), coalesce(bool_or(p.patient_factor), false), min(p.longest_hours),
         min(p.most_uses), coalesce(bool_and(p.may_download), true), coalesce(bool_and(p.may_reply), true),
         coalesce(bool_or(p.watermark), false)
    FROM ((SELECT * FROM share_policy WHERE hospital_code IS NULL ORDER BY policy_id DESC LIMIT 1)
          UNION ALL
          (SELECT * FROM share_policy WHERE hospital_code = code ORDER BY policy_id DESC LIMIT 1)) AS p
$$;
