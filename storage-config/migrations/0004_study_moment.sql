-- When a study was made, as text that sorts: date and time together, so that the worklist keeps the order of a day.
-- A study without a date sorts last whatever its time says.
ALTER TABLE study ADD COLUMN study_moment text NOT NULL
  GENERATED ALWAYS AS (CASE WHEN study_date = '' THEN '' ELSE study_date || study_time END) STORED;
CREATE INDEX study_moment ON study (study_moment DESC, study_id DESC);
