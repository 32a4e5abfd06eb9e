-- Attributes that an operator made searchable over the whole archive, and their values.

CREATE TABLE search_attribute (
  search_attribute_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- A private attribute is of its creator, whatever block a dataset has it in: `0019xx02`.
  tag        text NOT NULL CHECK (tag ~ '^[0-9A-F]{4}([0-9A-F]{4}|xx[0-9A-F]{2})$'),
  creator    text NOT NULL DEFAULT '' CHECK ((creator <> '') = (tag LIKE '%x%')),
  vr         text NOT NULL,
  level      text NOT NULL CHECK (level IN ('study', 'series', 'instance')),
  added_at   timestamptz NOT NULL DEFAULT now(),
  -- A transaction that began when the attribute was there to be seen: all that add instances without knowing of it are
  -- older. Once they have ended, what has no values yet is what stands up to fill_end.
  seen_by    xid8,
  fill_end   bigint,
  filled_to  bigint NOT NULL DEFAULT 0,
  -- How many instances were read, and how many there are to read.
  filled     bigint NOT NULL DEFAULT 0,
  instances  bigint,
  ready_at   timestamptz,
  -- Why the last attempt to go on failed (never patient data); it is tried again.
  last_error text,
  -- Its values are deleted after this, and then it is.
  removed_at timestamptz
);
CREATE UNIQUE INDEX search_attribute_tag ON search_attribute (tag, creator) WHERE removed_at IS NULL;

-- One row for each value of an instance, as it is compared: they come and go with the row of the instance. No foreign key
-- to search_attribute, for a store that knows an attribute must not fail when it is removed meanwhile.
CREATE TABLE searchable_value (
  search_attribute_id integer NOT NULL,
  value       text COLLATE "C" NOT NULL,
  study_id    bigint NOT NULL,
  series_id   bigint NOT NULL,
  instance_id bigint NOT NULL REFERENCES instance (instance_id) ON DELETE CASCADE,
  PRIMARY KEY (instance_id, search_attribute_id, value)
);
-- From a value, the beginning of one or a range to what has it; and whether a study or series has it.
CREATE INDEX searchable_value_found ON searchable_value (search_attribute_id, value, study_id, series_id, instance_id);
CREATE INDEX searchable_value_study ON searchable_value (study_id, search_attribute_id, value, series_id);
