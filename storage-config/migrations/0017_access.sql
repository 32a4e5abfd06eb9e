-- Access across hospitals: which grounds open a study of one hospital to another's people, and what was opened.

-- Append-only: an entry that is replaced ends. Of the entries that fit a pair of hospitals the one that names the issuing
-- hospital goes before the one that names the viewing one, and both before those that name less.
CREATE TABLE access_policy (
  access_policy_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Whose studies, and for whose people; NULL: any hospital.
  issuing_hospital text REFERENCES hospital (code),
  viewing_hospital text REFERENCES hospital (code),
  -- What may be found by a search that names the patient.
  discoverable     text NOT NULL CHECK (discoverable IN ('none', 'labelled', 'all')),
  -- `open`: without asking. The others open by a grant, each for itself.
  grounds          text[] NOT NULL
    CHECK (grounds <@ ARRAY['open', 'recognition', 'patientPresent', 'consent', 'breakGlass']),
  -- How long a grant lasts.
  hours            integer NOT NULL CHECK (hours BETWEEN 1 AND 8760),
  -- Under which purposes people may search and open (HL7 PurposeOfUse).
  purposes         text[] NOT NULL CHECK (purposes <@ ARRAY['TREAT', 'HQUALIMP', 'HOPERAT'] AND cardinality(purposes) > 0),
  author_kind      text NOT NULL,
  author_id        text NOT NULL,
  author_name      text NOT NULL DEFAULT '',
  created_at       timestamptz NOT NULL DEFAULT now(),
  ended_at         timestamptz,
  ended_by         text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX access_policy_live ON access_policy (issuing_hospital, viewing_hospital) NULLS NOT DISTINCT
  WHERE ended_at IS NULL;

INSERT INTO access_policy (discoverable, grounds, hours, purposes, author_kind, author_id)
VALUES ('labelled', ARRAY['recognition', 'patientPresent', 'consent', 'breakGlass'], 24, ARRAY['TREAT'], 'system', 'default');

-- Studies that are opened to one person, acting for one hospital, for a while. Kept for ever.
CREATE TABLE access_grant (
  access_grant_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- No reference: what an account opened stays known when the account goes.
  account_id       uuid NOT NULL,
  account_name     text NOT NULL,
  viewing_hospital text NOT NULL REFERENCES hospital (code),
  hospital_code    text NOT NULL REFERENCES hospital (code),
  -- The one study, or all of the patient at the issuing hospital.
  study_instance_uid   text NOT NULL,
  whole_patient        boolean NOT NULL,
  patient_id           text NOT NULL,
  issuer_of_patient_id text NOT NULL,
  ground           text NOT NULL CHECK (ground IN ('recognition', 'patientPresent', 'consent', 'breakGlass')),
  -- Under which the person acted, and acts when reading by it.
  purpose          text NOT NULL,
  reason_code      text NOT NULL DEFAULT '',
  reason           text NOT NULL DEFAULT '',
  -- What was checked or shown: `birthDate`, `identityDigits`, `document`.
  evidence         jsonb NOT NULL DEFAULT '{}',
  created_at       timestamptz NOT NULL DEFAULT now(),
  expires_at       timestamptz NOT NULL CHECK (expires_at > created_at),
  ended_at         timestamptz,
  ended_by         text NOT NULL DEFAULT '',
  CHECK (hospital_code <> viewing_hospital),
  CHECK (NOT whole_patient OR patient_id <> '')
);
CREATE INDEX access_grant_open ON access_grant (account_id) WHERE ended_at IS NULL;
CREATE INDEX access_grant_account ON access_grant (account_id, created_at DESC);
CREATE INDEX access_grant_hospital ON access_grant (hospital_code, created_at DESC);

-- What the issuing hospital is told: that the glass was broken, and what it says to that.
CREATE TABLE access_notice (
  access_notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  access_grant_id  uuid NOT NULL UNIQUE REFERENCES access_grant (access_grant_id) ON DELETE CASCADE,
  hospital_code    text NOT NULL REFERENCES hospital (code),
  created_at       timestamptz NOT NULL DEFAULT now(),
  state            text NOT NULL DEFAULT 'unread' CHECK (state IN ('unread', 'acknowledged', 'contested')),
  answer           text NOT NULL DEFAULT '',
  answered_by      text NOT NULL DEFAULT '',
  answered_at      timestamptz
);
CREATE INDEX access_notice_hospital ON access_notice (hospital_code, access_notice_id DESC);
CREATE INDEX access_notice_unread ON access_notice (hospital_code) WHERE state = 'unread';

-- What a search found, by a reference that says nothing. Lost in a crash of PostgreSQL, when it is searched again.
CREATE UNLOGGED TABLE access_reference (
  reference_hash   bytea PRIMARY KEY,
  account_id       uuid NOT NULL,
  viewing_hospital text NOT NULL,
  hospital_code    text NOT NULL,
  study_instance_uid text NOT NULL,
  -- Wrong answers to what a ground asks.
  failures         integer NOT NULL DEFAULT 0,
  expires_at       timestamptz NOT NULL
);
CREATE INDEX access_reference_expires ON access_reference (expires_at);

-- How often somebody searched lately.
CREATE UNLOGGED TABLE access_search (
  account_id uuid PRIMARY KEY,
  since      timestamptz NOT NULL,
  searches   integer NOT NULL
);

-- The issuing hospital's systems are told in the change feed, without anything of the patient.
ALTER TABLE change DROP CONSTRAINT change_action_check;
ALTER TABLE change ADD CONSTRAINT change_action_check
  CHECK (action IN ('stored', 'corrected', 'deleted', 'rejected', 'recovered', 'judged', 'labelled', 'patientCorrected',
                    'glassBroken'));

-- What a person chose to act for in a session; NULL: the first that the roles allow.
ALTER TABLE session ADD COLUMN purpose text;

-- The entry in force for a pair of hospitals.
CREATE FUNCTION access_policy_of(issuing text, viewing text) RETURNS SETOF access_policy
  LANGUAGE sql STABLE ROWS 1
  BEGIN ATOMIC
    SELECT * FROM access_policy p
     WHERE p.ended_at IS NULL AND (p.issuing_hospital IS NULL OR p.issuing_hospital = issuing)
       AND (p.viewing_hospital IS NULL OR p.viewing_hospital = viewing)
     ORDER BY p.issuing_hospital IS NULL, p.viewing_hospital IS NULL LIMIT 1;
  END;

-- Whether a grant opens anything now: neither over nor ended, its person still has a role at the viewing hospital that its
-- purpose belongs to, the policy still knows its ground, and the study that it was given for was not found to be of another
-- patient since.
CREATE FUNCTION access_grant_holds(given access_grant) RETURNS boolean
  LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT given.ended_at IS NULL AND given.expires_at > now()
       AND EXISTS (SELECT FROM account a WHERE a.account_id = given.account_id AND a.disabled_at IS NULL)
       AND EXISTS (SELECT FROM account_role r
                    WHERE r.account_id = given.account_id AND r.hospital_code = given.viewing_hospital
                      AND CASE given.purpose WHEN 'TREAT' THEN r.role IN ('radiologist', 'clinician')
                                             WHEN 'HQUALIMP' THEN r.role = 'qualityControl'
                                             ELSE r.role = 'administrator' END)
       AND EXISTS (SELECT FROM access_policy_of(given.hospital_code, given.viewing_hospital) p
                    WHERE given.ground = ANY (p.grounds) AND given.purpose = ANY (p.purposes))
       AND NOT EXISTS (SELECT FROM study s
                        WHERE s.hospital_code = given.hospital_code AND s.study_instance_uid = given.study_instance_uid
                          AND (s.patient_id, s.issuer_of_patient_id) <> (given.patient_id, given.issuer_of_patient_id));
  END;

-- What is open to an account beyond its roles: `open`, hospitals by policy, each with the role and viewing hospital it is
-- for; `granted`, studies by grants. NULL: nothing, as for nearly everybody. Part of the statement that looks up a caller.
CREATE FUNCTION account_access(account uuid) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  opened json;
  granted json;
BEGIN
  IF EXISTS (SELECT FROM access_policy p WHERE p.ended_at IS NULL AND 'open' = ANY (p.grounds)) THEN
    SELECT json_agg(json_build_object('hospital', fit.code, 'viewing', fit.viewing, 'role', fit.role, 'purposes', fit.purposes))
      INTO opened
      FROM (SELECT DISTINCT ON (h.code, r.hospital_code, r.role)
                   h.code, r.hospital_code AS viewing, r.role, p.grounds, p.purposes
              FROM account_role r
              JOIN access_policy p ON p.ended_at IS NULL AND (p.viewing_hospital IS NULL OR p.viewing_hospital = r.hospital_code)
              JOIN hospital h ON h.code <> r.hospital_code AND (p.issuing_hospital IS NULL OR p.issuing_hospital = h.code)
             WHERE r.account_id = account
             ORDER BY h.code, r.hospital_code, r.role, p.issuing_hospital IS NULL, p.viewing_hospital IS NULL) AS fit
     WHERE 'open' = ANY (fit.grounds);
  END IF;
  IF EXISTS (SELECT FROM access_grant g WHERE g.account_id = account AND g.ended_at IS NULL AND g.expires_at > now()) THEN
    SELECT json_agg(json_build_object(
             'grant', found.access_grant_id, 'ground', found.ground, 'purpose', found.purpose, 'viewing', found.viewing_hospital,
             'hospital', found.hospital_code, 'studyId', found.study_id, 'studyInstanceUid', found.study_instance_uid,
             'expiresAt', found.expires_at))
      INTO granted
      FROM (SELECT g.access_grant_id, g.ground, g.purpose, g.viewing_hospital, g.hospital_code, g.expires_at, s.study_id,
                   s.study_instance_uid
              FROM access_grant g
             CROSS JOIN LATERAL (
                   SELECT s.study_id, s.study_instance_uid FROM study s
                    WHERE s.hospital_code = g.hospital_code AND s.study_instance_uid = g.study_instance_uid
                      AND NOT g.whole_patient
                    UNION ALL
                   SELECT s.study_id, s.study_instance_uid FROM study s
                    WHERE s.hospital_code = g.hospital_code AND s.patient_id = g.patient_id
                      AND s.issuer_of_patient_id = g.issuer_of_patient_id AND g.whole_patient
                      -- Numbers are given twice, or stand for nobody: who was born on another day is somebody else.
                      AND NOT EXISTS (SELECT FROM study o
                                       WHERE o.hospital_code = g.hospital_code AND o.study_instance_uid = g.study_instance_uid
                                         AND o.patient_birth_date <> s.patient_birth_date
                                         AND o.patient_birth_date <> '' AND s.patient_birth_date <> '')) AS s
             WHERE g.account_id = account AND g.ended_at IS NULL AND access_grant_holds(g)
             ORDER BY g.expires_at DESC, g.access_grant_id LIMIT 5000) AS found;
  END IF;
  IF opened IS NULL AND granted IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN json_build_object('open', coalesce(opened, '[]'), 'granted', coalesce(granted, '[]'));
END $$;
