-- What each hospital stores, and how much it may.

CREATE TABLE hospital_usage (
  hospital_code text PRIMARY KEY REFERENCES hospital (code),
  -- Objects of instances, of former versions and of what was deleted and can be recovered, and kept aside.
  bytes         bigint NOT NULL,
  studies       bigint NOT NULL,
  instances     bigint NOT NULL,
  -- When all of it was last counted; stores since are added as they come.
  counted_at    timestamptz NOT NULL
);

CREATE TABLE hospital_quota (
  hospital_code text PRIMARY KEY REFERENCES hospital (code),
  max_bytes     bigint NOT NULL CHECK (max_bytes > 0),
  set_by        text NOT NULL,
  set_at        timestamptz NOT NULL DEFAULT now()
);
