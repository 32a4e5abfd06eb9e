-- Search: names folded and in pinyin, copies of one study, verdicts at hand, and where walks through pages stand.

-- Verdicts as lists show them: what the worklist needs of a result without reading all of its evidence.
CREATE FUNCTION conformance_summary(result jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT jsonb_build_object(
             'notListed', result -> 'notListed',
             'items', coalesce((SELECT jsonb_agg(jsonb_build_object('code', item -> 'itemCode', 'name', item -> 'itemName',
                                                                    'verdict', item -> 'verdict', 'summary', item -> 'summary')
                                                 ORDER BY position)
                                  FROM jsonb_array_elements(CASE jsonb_typeof(result -> 'results')
                                                                 WHEN 'array' THEN result -> 'results' ELSE '[]' END)
                                       WITH ORDINALITY AS listed (item, position)), '[]'));
  END;
ALTER TABLE conformance_result
  ADD COLUMN summary jsonb NOT NULL GENERATED ALWAYS AS (conformance_summary(result)) STORED;

ALTER TABLE study
  -- The three groups of the name as person_name_fold makes them, so that a search need not for each row.
  ADD COLUMN patient_name_folded text[] NOT NULL
    GENERATED ALWAYS AS (ARRAY[person_name_fold(patient_name_alphabetic), person_name_fold(patient_name_ideographic),
                               person_name_fold(patient_name_phonetic)]) STORED,
  -- What a name in Han characters is found by in pinyin, words separated by spaces: `^` before each beginning, `~`
  -- before the initials. NULL: not made yet. Made by namePinyin of storage-config, for readings need a dictionary.
  ADD COLUMN patient_name_pinyin text,
  -- Whether a copy of another hospital stands before it: only of such a study must it be asked whether that one is shown
  -- instead.
  ADD COLUMN later_copy boolean NOT NULL DEFAULT false,
  -- The newest revision that a conformance result stands for; NULL before the first.
  ADD COLUMN judged_revision integer;

CREATE INDEX study_name_pinyin ON study USING gin (array_to_tsvector(string_to_array(patient_name_pinyin, ' ')));
CREATE INDEX study_pinyin_missing ON study (study_id) WHERE patient_name_pinyin IS NULL;

-- A name that changes has its pinyin made again: with the change, or else by the workers.
CREATE FUNCTION study_forget_pinyin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.patient_name_pinyin IS NOT DISTINCT FROM OLD.patient_name_pinyin
     AND (NEW.patient_name_alphabetic, NEW.patient_name_ideographic, NEW.patient_name_phonetic)
         IS DISTINCT FROM (OLD.patient_name_alphabetic, OLD.patient_name_ideographic, OLD.patient_name_phonetic) THEN
    NEW.patient_name_pinyin := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER study_forget_pinyin
  BEFORE UPDATE OF patient_name_alphabetic, patient_name_ideographic, patient_name_phonetic ON study
  FOR EACH ROW EXECUTE FUNCTION study_forget_pinyin();

-- Copies of one study are numbered in the order in which they are added, also when that happens at once.
CREATE FUNCTION study_order_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.study_instance_uid, 0));
  IF EXISTS (SELECT FROM study WHERE study_instance_uid = NEW.study_instance_uid) THEN
    NEW.study_id := nextval(pg_get_serial_sequence('study', 'study_id'));
    NEW.later_copy := true;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER study_order_copies BEFORE INSERT ON study FOR EACH ROW EXECUTE FUNCTION study_order_copies();

CREATE FUNCTION study_judged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE study SET judged_revision = NEW.revision
   WHERE study_id = NEW.study_id AND (judged_revision IS NULL OR judged_revision < NEW.revision);
  RETURN NULL;
END $$;
-- Results of a study that returns are given to its new row.
CREATE TRIGGER study_judged AFTER INSERT OR UPDATE OF study_id ON conformance_result
  FOR EACH ROW EXECUTE FUNCTION study_judged();

UPDATE study s
   SET judged_revision = (SELECT max(r.revision) FROM conformance_result r WHERE r.study_id = s.study_id),
       later_copy = EXISTS (SELECT FROM study o WHERE o.study_instance_uid = s.study_instance_uid AND o.study_id < s.study_id);

-- What still waits for a verdict, newest first.
CREATE INDEX study_pending ON study (study_moment DESC, study_id DESC)
  WHERE judged_revision IS DISTINCT FROM conformance_revision;

-- The list of one hospital among many.
CREATE INDEX study_hospital_date ON study (hospital_code, study_date DESC, study_id DESC);

-- The other required keys of PS3.18 Table 10.6.1-5, where they are known.
CREATE INDEX study_study_id_text ON study (study_id_text text_pattern_ops) WHERE study_id_text <> '';
CREATE INDEX series_request_attributes ON series USING gin (request_attributes jsonb_path_ops);
CREATE INDEX series_procedure_start ON series (performed_procedure_step_start_date)
  WHERE performed_procedure_step_start_date <> '';

-- Where the next page of a search begins: the sort key of the last result that its caller has seen. Written when results
-- remain, by a digest of caller, root, query and offset. Lost in a crash of PostgreSQL, when pages are counted again.
CREATE UNLOGGED TABLE search_walk (
  walk  bytea PRIMARY KEY,
  after text[] NOT NULL,
  at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX search_walk_at ON search_walk (at);
