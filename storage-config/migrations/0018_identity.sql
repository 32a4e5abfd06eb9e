-- The issuer of tokens (OpenID Connect): applications that people sign in to and machines, its keys, and what it keeps
-- of sign-ins, grants and tokens.

CREATE TABLE oidc_client (
  client_id         text PRIMARY KEY,
  -- What it is: pages of a server, an app on a device, or a program without a person.
  kind              text NOT NULL CHECK (kind IN ('web', 'native', 'machine')),
  name              text NOT NULL,
  -- Whose it is; NULL: of the region. Machines work for it.
  hospital_code     text REFERENCES hospital (code),
  -- The most that its tokens allow.
  scopes            text[] NOT NULL CHECK (
    scopes <@ ARRAY['store', 'read', 'correct', 'review', 'share', 'export', 'admin', 'keys', 'accounts', 'audit', 'metrics']
    AND cardinality(scopes) > 0 AND (kind <> 'machine' OR NOT 'accounts' = ANY (scopes))),
  -- How it shows who it is at the token endpoint.
  authentication    text NOT NULL CHECK (authentication IN ('none', 'secret', 'privateKey')),
  -- Public keys (JWK Set) of one that signs with its own.
  jwks              jsonb,
  redirect_uris     text[] NOT NULL DEFAULT '{}',
  logged_out_uris   text[] NOT NULL DEFAULT '{}',
  -- Is told when somebody signs out.
  logout_uri        text,
  -- What a machine uses patient data for.
  purpose           text NOT NULL DEFAULT 'TREAT',
  created_by        text NOT NULL DEFAULT '',
  created_at        timestamptz NOT NULL DEFAULT now(),
  expires_at        timestamptz,
  ended_at          timestamptz,
  last_used_at      timestamptz,
  CHECK ((kind = 'machine') = (cardinality(redirect_uris) = 0)),
  CHECK (kind <> 'machine' OR authentication <> 'none'),
  CHECK ((authentication = 'privateKey') = (jwks IS NOT NULL))
);
CREATE INDEX oidc_client_hospital ON oidc_client (hospital_code);

-- While secrets change, two are valid.
CREATE TABLE oidc_client_secret (
  client_id    text NOT NULL REFERENCES oidc_client (client_id) ON DELETE CASCADE,
  secret_hash  bytea NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz,
  last_used_at timestamptz,
  PRIMARY KEY (client_id, secret_hash)
);

-- Keys that tokens and cookies are signed with.
CREATE TABLE oidc_key (
  kid         text PRIMARY KEY,
  use         text NOT NULL CHECK (use IN ('ES256', 'RS256', 'cookie')),
  -- NULL for cookies.
  public_jwk  jsonb,
  -- Sealed.
  secret      text NOT NULL,
  -- From then on it signs; every server has read it before.
  signs_from  timestamptz NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  -- What it signed is no longer believed.
  forgotten_at timestamptz
);

-- What the issuer keeps for a time: sessions, interactions, grants, codes, refresh tokens, and ids that were used.
CREATE TABLE oidc_record (
  model        text NOT NULL,
  -- SHA-256: what is kept does not open anything.
  id_hash      bytea NOT NULL,
  uid_hash     bytea,
  grant_hash   bytea,
  account_id   uuid REFERENCES account (account_id) ON DELETE CASCADE,
  client_id    text,
  -- Of a grant: the session of the portal that gave it and that it ends with; NULL: it goes on without.
  session_hash bytea,
  -- Of a grant: a second factor was shown by who gave it.
  second_factor boolean NOT NULL DEFAULT false,
  -- Sealed.
  payload      text NOT NULL,
  consumed_at  timestamptz,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (model, id_hash)
);
CREATE INDEX oidc_record_grant ON oidc_record (grant_hash) WHERE grant_hash IS NOT NULL;
CREATE INDEX oidc_record_uid ON oidc_record (uid_hash) WHERE uid_hash IS NOT NULL;
CREATE INDEX oidc_record_account ON oidc_record (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX oidc_record_client ON oidc_record (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX oidc_record_expires ON oidc_record (expires_at);

-- Applications that people are signed in to and that want to be told when that ends; gone once they were.
CREATE TABLE oidc_application_session (
  client_id    text NOT NULL REFERENCES oidc_client (client_id) ON DELETE CASCADE,
  -- What the application knows it by.
  sid          text NOT NULL,
  account_id   uuid NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  -- Address of the server whose issuer it was.
  url          text NOT NULL,
  -- The session of the portal and the grant that it came from: over with either.
  session_hash bytea NOT NULL,
  grant_hash   bytea NOT NULL,
  attempts     integer NOT NULL DEFAULT 0,
  -- When the application is told next, if it is over.
  try_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, sid)
);
