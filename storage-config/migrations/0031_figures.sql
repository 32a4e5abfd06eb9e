-- Prices and reports of months.

-- What the insurance pays for an item (医保支付标准), in fen, from a day on. Append-only: an entry that was wrong is revoked.
CREATE TABLE item_price (
  item_price_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- GB/T 2260 code of the region; empty: all.
  region        text NOT NULL DEFAULT '',
  item_code     text NOT NULL,
  -- Of hospitals of this level; empty: all.
  level         text NOT NULL DEFAULT '',
  amount_fen    integer NOT NULL CHECK (amount_fen BETWEEN 0 AND 100000000),
  valid_from    date NOT NULL,
  source        text NOT NULL DEFAULT '',
  author_kind   text NOT NULL,
  author_id     text NOT NULL,
  author_name   text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now(),
  revoked_at    timestamptz,
  revoked_by    text NOT NULL DEFAULT '',
  revoked_reason text NOT NULL DEFAULT ''
);
CREATE INDEX item_price_of ON item_price (item_code, valid_from DESC) WHERE revoked_at IS NULL;

-- Reports that were made: the figures as they were, and until when data were looked at.
CREATE TABLE monthly_report (
  monthly_report_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- First day of the month.
  month         date NOT NULL CHECK (extract(day FROM month) = 1),
  -- NULL: the region.
  hospital_code text REFERENCES hospital (code),
  -- Data recorded until then count.
  as_of         timestamptz NOT NULL,
  figures       jsonb NOT NULL,
  figures_sha256 bytea NOT NULL,
  author_kind   text NOT NULL,
  author_id     text NOT NULL,
  author_name   text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX monthly_report_month ON monthly_report (month, monthly_report_id DESC);

-- What came in during a month.
CREATE INDEX study_first_stored ON study (first_stored_at);
-- Whom patients were linked to at a moment of before.
CREATE INDEX patient_link_of ON patient_link (hospital_code, patient_id, issuer_of_patient_id);
CREATE INDEX patient_link_of_person ON patient_link (person_id);

-- What patients are called in addresses of FHIR resources: nothing that says who they are.
CREATE TABLE patient_handle (
  patient_handle_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  hospital_code   text NOT NULL REFERENCES hospital (code),
  patient_id      text NOT NULL,
  issuer_of_patient_id text NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_code, patient_id, issuer_of_patient_id)
);

-- What a webhook is told: changes as JSON, or as FHIR resources; of patients their identifiers and names only where its
-- hospital decided so.
ALTER TABLE webhook
  ADD COLUMN format text NOT NULL DEFAULT 'json' CHECK (format IN ('json', 'fhir')),
  ADD COLUMN with_patients boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT webhook_with_patients CHECK (NOT with_patients OR format = 'fhir');
