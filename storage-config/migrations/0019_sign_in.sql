-- Breaking: programs of the release before cannot read account.totp_secret any more; they are to be stopped first.
-- Signing in: sessions that end when nobody works, providers of identity, second factors and what protects passwords.

ALTER TABLE session
  -- What the owner names it by; the secret itself is with the browser alone.
  ADD COLUMN session_id    uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  -- To the minute.
  ADD COLUMN last_used_at  timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN idle_seconds  integer NOT NULL DEFAULT 1800,
  ADD COLUMN address       text NOT NULL DEFAULT '',
  -- Family of browser and system, never the whole User-Agent.
  ADD COLUMN browser       text NOT NULL DEFAULT '',
  ADD COLUMN method        text NOT NULL DEFAULT 'password' CHECK (method IN ('password', 'link', 'provider')),
  -- Name of the provider in its configuration; empty for other methods.
  ADD COLUMN provider      text NOT NULL DEFAULT '',
  ADD COLUMN second_factor boolean NOT NULL DEFAULT false;
UPDATE session SET method = 'link' WHERE account_id IS NULL;

-- Who signs in by a provider alone has no password here.
ALTER TABLE account ALTER COLUMN password_hash DROP NOT NULL;
-- Sealed text; in base64 what was there before there was a key to seal with, until it is next used.
ALTER TABLE account ALTER COLUMN totp_secret TYPE text USING encode(totp_secret, 'base64');

-- A secret that was offered to an authenticator app and not confirmed yet.
CREATE TABLE totp_offer (
  account_id uuid PRIMARY KEY REFERENCES account (account_id) ON DELETE CASCADE,
  sealed     text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE recovery_code (
  account_id uuid NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  code_hash  bytea NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (account_id, code_hash)
);

-- Passwords that are not to be chosen again.
CREATE TABLE former_password (
  account_id    uuid NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  password_hash text NOT NULL,
  until         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX former_password_account ON former_password (account_id, until DESC);

-- Browsers that somebody signed in with: their attempts are counted apart from those of strangers.
CREATE TABLE known_device (
  device_hash  bytea NOT NULL,
  account_id   uuid NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  device_id    uuid NOT NULL DEFAULT gen_random_uuid(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (device_hash, account_id)
);
CREATE INDEX known_device_account ON known_device (account_id);

-- Who somebody is at a provider of identity.
CREATE TABLE external_identity (
  issuer       text NOT NULL,
  subject      text NOT NULL,
  account_id   uuid NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  -- Name of the provider in its configuration when it was last used.
  provider     text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identity_account ON external_identity (account_id);

-- A sign-in that was sent to a provider and has not come back; taken once.
CREATE TABLE provider_flow (
  state_hash    bytea PRIMARY KEY,
  -- Of the cookie of the browser that began it.
  browser_hash  bytea NOT NULL,
  provider      text NOT NULL,
  nonce         text NOT NULL,
  code_verifier text NOT NULL,
  return_to     text NOT NULL,
  expires_at    timestamptz NOT NULL
);

-- What is kept of a session at its provider.
CREATE TABLE provider_session (
  id_hash        bytea PRIMARY KEY REFERENCES session (id_hash) ON DELETE CASCADE,
  issuer         text NOT NULL,
  subject        text NOT NULL,
  -- `sid` of the provider; empty where it names none.
  sid            text NOT NULL,
  -- Sealed; null where the provider gives none.
  refresh_token  text,
  id_token       text,
  -- When the provider is next asked whether the person is still valid, and when it last said so.
  check_due      timestamptz,
  confirmed_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX provider_session_subject ON provider_session (issuer, subject);
CREATE INDEX provider_session_due ON provider_session (check_due) WHERE check_due IS NOT NULL;

-- Logout tokens of providers that were taken already.
CREATE TABLE logout_token (
  issuer     text NOT NULL,
  jti        text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, jti)
);
