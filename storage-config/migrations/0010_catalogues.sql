-- Catalogues as versioned data, header summaries to judge from, and re-evaluations in the background.

-- A version of a region's list, as it was imported. Append-only: a later version stands beside the earlier.
CREATE TABLE catalogue (
  catalogue_id    text NOT NULL,
  version         text NOT NULL,
  -- The document as it was imported: json, which keeps its order, as an export gives it back. Of the form that
  -- packages/conformance validates.
  content         json NOT NULL,
  -- SHA-256 of the document with its keys sorted and without white space.
  content_sha256  bytea NOT NULL,
  -- What lists of catalogues show: {"title": {zh, en}, "region": {zh, en}, "source": text, "items": number}.
  heading         jsonb NOT NULL,
  -- Administrative division whose hospitals it judges (GB/T 2260), from the content.
  region_code     text NOT NULL CHECK (region_code ~ '^[0-9]{6}$'),
  -- Study dates it judges, both inclusive, once it is in force; taken from the content, and may be set anew when it is
  -- put in force.
  effective_from  date NOT NULL,
  effective_until date,
  state           text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'inForce', 'withdrawn')),
  -- Came with the program, not from an operator.
  shipped         boolean NOT NULL DEFAULT false,
  imported_by     text NOT NULL,
  imported_at     timestamptz NOT NULL DEFAULT now(),
  state_by        text,
  state_at        timestamptz,
  PRIMARY KEY (catalogue_id, version),
  CHECK (effective_until IS NULL OR effective_until >= effective_from)
);
CREATE INDEX catalogue_in_force ON catalogue (region_code, effective_from DESC) WHERE state = 'inForce';

-- Append-only: what was done to a version, with the dates it then had.
CREATE TABLE catalogue_event (
  catalogue_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  catalogue_id    text NOT NULL,
  version         text NOT NULL,
  event           text NOT NULL CHECK (event IN ('imported', 'inForce', 'withdrawn')),
  effective_from  date NOT NULL,
  effective_until date,
  author          text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (catalogue_id, version) REFERENCES catalogue
);
CREATE INDEX catalogue_event_of ON catalogue_event (catalogue_id, version, catalogue_event_id);

-- What the headers of a study say, to judge it again without reading its instances.
CREATE TABLE study_summary (
  study_id           bigint PRIMARY KEY REFERENCES study (study_id) ON DELETE CASCADE,
  -- study.conformance_revision it was made at.
  revision           integer NOT NULL,
  -- SUMMARY_VERSION of packages/conformance that made it.
  summary_version    integer NOT NULL,
  -- StudySummary of packages/conformance as JSON, compressed with zstd.
  summary            bytea NOT NULL,
  made_at            timestamptz NOT NULL DEFAULT now()
);
-- It is compressed already.
ALTER TABLE study_summary ALTER COLUMN summary SET STORAGE EXTERNAL;

-- What a result says, without the wording of its sentences: one that says the same again is not saved again. NULL for
-- results of before. The same (revision, catalogue, engine) may have several results now, as mappings of exams change.
ALTER TABLE conformance_result ADD COLUMN content_sha256 bytea;
DO $$
DECLARE
  name text;
BEGIN
  SELECT conname INTO STRICT name FROM pg_constraint
   WHERE conrelid = 'conformance_result'::regclass AND contype = 'u';
  EXECUTE format('ALTER TABLE conformance_result DROP CONSTRAINT %I', name);
END $$;

-- With which list and which rules each study was judged last, and the result that said so first. A study that is judged
-- again with the same outcome changes here alone.
CREATE TABLE study_judgement (
  study_id              bigint PRIMARY KEY REFERENCES study (study_id) ON DELETE CASCADE,
  conformance_result_id bigint NOT NULL REFERENCES conformance_result (conformance_result_id) ON DELETE CASCADE,
  catalogue_id          text NOT NULL,
  catalogue_version     text NOT NULL,
  engine_version        text NOT NULL,
  -- Why this list: it is in force in the hospital's region on the study date, or why another one was taken.
  catalogue_choice      text NOT NULL DEFAULT 'inForce'
                        CHECK (catalogue_choice IN ('inForce', 'beforeFirst', 'afterLast', 'otherRegion')),
  judged_at             timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX study_judgement_with ON study_judgement (catalogue_id, catalogue_version, engine_version);
INSERT INTO study_judgement (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version, judged_at)
SELECT DISTINCT ON (study_id) study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version, evaluated_at
  FROM conformance_result JOIN study USING (study_id)
 ORDER BY study_id, conformance_result_id DESC;

-- A re-evaluation of many studies, and how far it has come.
CREATE TABLE reevaluation (
  reevaluation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reason          text NOT NULL CHECK (reason IN ('catalogue', 'engine', 'examMapping', 'request')),
  -- Which studies: ReevaluationFilter of storage-config; absent keys do not restrict.
  filter          jsonb NOT NULL DEFAULT '{}',
  requested_by    text NOT NULL,
  requested_at    timestamptz NOT NULL DEFAULT now(),
  -- Of reason engine: only workers with these rules take it up.
  engine_version  text,
  -- Studies up to this one were judged.
  position        bigint NOT NULL DEFAULT 0,
  -- The newest study when it began; later ones are judged with what is in force by then.
  end_position    bigint NOT NULL,
  total           bigint NOT NULL,
  judged          bigint NOT NULL DEFAULT 0,
  changed         bigint NOT NULL DEFAULT 0,
  failed          bigint NOT NULL DEFAULT 0,
  state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'working', 'done', 'cancelled')),
  ended_at        timestamptz
);
CREATE INDEX reevaluation_open ON reevaluation (reevaluation_id) WHERE state IN ('waiting', 'working');
