-- Administration of people and of machines' keys: who made a key, from where it may be used, two secrets while one
-- replaces the other; each change of an account, for good.

ALTER TABLE api_key
  ADD COLUMN author_kind text NOT NULL DEFAULT '',
  ADD COLUMN author_id   text NOT NULL DEFAULT '',
  ADD COLUMN author_name text NOT NULL DEFAULT '',
  -- The secret before the present one, while machines are being given the new one.
  ADD COLUMN previous_key_hash    bytea UNIQUE,
  ADD COLUMN previous_valid_until timestamptz,
  ADD COLUMN rotated_at           timestamptz,
  ADD COLUMN last_used_address text NOT NULL DEFAULT '',
  -- When the previous secret was used last: rotation is done when it is not any more.
  ADD COLUMN previous_used_at  timestamptz,
  -- Code of HL7 PurposeOfUse that its accesses are recorded with.
  ADD COLUMN purpose text NOT NULL DEFAULT 'TREAT'
    CHECK (purpose IN ('TREAT', 'HQUALIMP', 'HOPERAT', 'PATRQT', 'HRESCH')),
  -- Networks it may be used from, as prefixes; NULL: any.
  ADD COLUMN networks text[] CHECK (cardinality(networks) BETWEEN 1 AND 50),
  -- SHA-256 of the client certificate it is bound to; NULL: none is asked for.
  ADD COLUMN client_certificate bytea CHECK (octet_length(client_certificate) = 32),
  ADD CHECK ((previous_key_hash IS NULL) = (previous_valid_until IS NULL));
CREATE INDEX api_key_listed ON api_key (created_at DESC, id);

-- Raised by each change that an administrator makes, so that none undoes another's unseen.
ALTER TABLE account ADD COLUMN revision integer NOT NULL DEFAULT 1;

CREATE TABLE account_change (
  account_change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id  uuid NOT NULL REFERENCES account (account_id),
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind        text NOT NULL CHECK (kind IN ('created', 'roles', 'name', 'disabled', 'enabled', 'password', 'secondFactor', 'sessions')),
  author_kind text NOT NULL,
  author_id   text NOT NULL,
  author_name text NOT NULL,
  -- Roles before and after, of the kinds that change them: [{role, hospital}].
  roles_before jsonb,
  roles_after  jsonb
);
CREATE INDEX account_change_of ON account_change (account_id, account_change_id DESC);

CREATE FUNCTION account_change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'changes of accounts are append-only';
END $$;
CREATE TRIGGER account_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_change
  FOR EACH STATEMENT EXECUTE FUNCTION account_change_is_append_only();
