-- People: accounts of their own, what they may do where, and what protects signing in.

CREATE TABLE account (
  account_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- As it is typed, lower case.
  username        text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
  display_name    text NOT NULL,
  -- PHC string of Argon2id.
  password_hash   text NOT NULL,
  -- A password that somebody else chose is good for choosing an own one alone.
  password_given  boolean NOT NULL DEFAULT true,
  password_set_at timestamptz NOT NULL DEFAULT now(),
  -- Time-based one-time passwords (RFC 6238): the secret once confirmed, and the last step that was used.
  totp_secret     bytea,
  totp_last_step  bigint NOT NULL DEFAULT 0,
  disabled_at     timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  last_signed_in_at timestamptz
);

CREATE TABLE account_role (
  account_id    uuid NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  role          text NOT NULL CHECK (role IN ('administrator', 'qualityControl', 'radiologist', 'clinician')),
  -- NULL: in the whole region.
  hospital_code text REFERENCES hospital (code),
  UNIQUE NULLS NOT DISTINCT (account_id, role, hospital_code)
);

-- Failed attempts by name and by address, whether the name is known or not.
CREATE TABLE sign_in_failure (
  subject      text PRIMARY KEY,
  failures     integer NOT NULL,
  last_at      timestamptz NOT NULL,
  locked_until timestamptz
);

-- A session of an account takes its rights from the account at each request.
ALTER TABLE session ADD COLUMN account_id uuid REFERENCES account (account_id) ON DELETE CASCADE;
CREATE INDEX session_account ON session (account_id) WHERE account_id IS NOT NULL;
