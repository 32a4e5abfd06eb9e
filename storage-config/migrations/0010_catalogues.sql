-- Catalogues as versioned data, header summaries to judge from, and re-evaluations in the background.

-- A version of a region's list, as it was imported. Append-only: a later version stands beside the earlier.
CREATE TABLE catalogue (
  catalogue_id    text NOT NULL,
  version         text NOT NULL,
  -- Catalogue of packages/conformance.
  content         jsonb NOT NULL,
  content_sha256  bytea NOT NULL,
  -- Administrative division whose hospitals it judges (GB/T 2260), from the content.
  region_code     text NOT NULL,
  -- Study dates it judges, once it is in force; taken from the content, and may be set anew when it is put in force.
  effective_from  date NOT NULL,
  effective_until date,
  state           text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'inForce', 'withdrawn')),
  imported_by     text NOT NULL,
  imported_at     timestamptz NOT NULL DEFAULT now(),
  state_by        text,
  state_at        timestamptz,
  PRIMARY KEY (catalogue_id, version),
  CHECK (effective_until IS NULL OR effective_until >= effective_from)
);
CREATE INDEX catalogue_in_force ON catalogue (region_code, effective_from DESC) WHERE state = 'inForce';

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

-- A re-evaluation of many studies, and how far it has come.
CREATE TABLE reevaluation (
  reevaluation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reason          text NOT NULL CHECK (reason IN ('catalogue', 'engine', 'examMapping', 'request')),
  -- Which studies: {"hospitals": [..], "regions": [..], "from": "YYYYMMDD", "until": "YYYYMMDD", "examName": {..}}; absent keys do not restrict.
  filter          jsonb NOT NULL DEFAULT '{}',
  requested_by    text NOT NULL,
  requested_at    timestamptz NOT NULL DEFAULT now(),
  -- Studies up to this one were judged.
  position        bigint NOT NULL DEFAULT 0,
  total           bigint NOT NULL,
  judged          bigint NOT NULL DEFAULT 0,
  changed         bigint NOT NULL DEFAULT 0,
  failed          bigint NOT NULL DEFAULT 0,
  state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'working', 'done', 'cancelled')),
  ended_at        timestamptz
);
CREATE INDEX reevaluation_open ON reevaluation (reevaluation_id) WHERE state IN ('waiting', 'working');
