-- Every store updates the row of its study. PostgreSQL spares such an update the indexes of the table (HOT) only where no
-- column that stands in an index, or in the condition of one, gets another value. Two did at each instance: the time of
-- the newest one, and the revision that the condition of the waiting studies compares. So every instance stored wrote into
-- all seventeen indexes of study. What these two indexes need are columns of their own now, which change seldom.
DROP INDEX study_received;
DROP INDEX study_pending;

ALTER TABLE study
  -- Whether the newest verdicts are not of the newest state.
  ADD COLUMN is_pending boolean NOT NULL
    GENERATED ALWAYS AS (judged_revision IS DISTINCT FROM conformance_revision) STORED,
  -- The second, in UTC, that last_stored_at lies in: what lists are ordered by.
  ADD COLUMN stored_second timestamp NOT NULL
    GENERATED ALWAYS AS (date_trunc('second', last_stored_at AT TIME ZONE 'UTC')) STORED;

CREATE INDEX study_received ON study (stored_second DESC, study_id DESC);
CREATE INDEX study_pending ON study (study_moment DESC, study_id DESC) WHERE is_pending;

-- As in 0012_storing.sql, but that the outbox row of a study is not put off by each instance: it is put off by a tenth more
-- than the quiet time, and again only when less than the quiet time is left.
CREATE OR REPLACE FUNCTION add_instances(hospital text, quiet_seconds double precision, study_uids text[], studies text,
                              series_study integer[], series_uids text[], series_attributes text,
                              sop_uids text[], sop_classes text[], sop_keys text[], sop_series integer[],
                              sop_acquired boolean[], instances text, datasets text, whole boolean)
  RETURNS json
  LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
AS $$
DECLARE
  study_ids      bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(study_uids)]);
  studies_before json[] := array_fill(NULL::json, ARRAY[cardinality(study_uids)]);
  series_ids     bigint[] := '{}';
  added_ids      bigint[];
  added_keys     text[];
  refused        text[];
  searched       json;
  one            record;
  found_row      record;
  here           record;
  added          integer;
  new_series     integer;
  acquired       boolean;
  modalities_here text[];
  classes_here   text[];
  modality_here  text;
  instances_here integer;
BEGIN
  IF EXISTS (SELECT FROM search_attribute WHERE removed_at IS NULL) THEN
    SELECT json_agg(json_build_object('id', a.search_attribute_id, 'tag', a.tag, 'creator', a.creator, 'vr', a.vr))
      INTO searched FROM search_attribute a WHERE a.removed_at IS NULL;
  END IF;
  IF whole AND (searched IS NOT NULL
      OR EXISTS (SELECT FROM instance i WHERE i.hospital_code = hospital AND i.sop_instance_uid = ANY (sop_uids))) THEN
    RETURN NULL;
  END IF;

  -- With several studies, rows are added before any is locked: waiting for a row to be added while holding another's lock
  -- could deadlock.
  FOR attempt IN 1..10 LOOP
    IF attempt > 1 OR cardinality(study_uids) > 1 THEN
      IF (SELECT count(*) FROM study s
           WHERE s.hospital_code = hospital AND s.study_instance_uid = ANY (study_uids)) < cardinality(study_uids) THEN
        INSERT INTO study (hospital_code, study_instance_uid, patient_id, issuer_of_patient_id, patient_name_alphabetic,
                           patient_name_ideographic, patient_name_phonetic, patient_name_pinyin, patient_birth_date,
                           patient_sex, study_date, study_time, timezone_offset, accession_number,
                           referring_physician_name, study_id_text, study_description)
        SELECT hospital, g.study_instance_uid, g.patient_id, g.issuer_of_patient_id, g.patient_name_alphabetic,
               g.patient_name_ideographic, g.patient_name_phonetic, g.patient_name_pinyin, g.patient_birth_date,
               g.patient_sex, g.study_date, g.study_time, g.timezone_offset, g.accession_number,
               g.referring_physician_name, g.study_id_text, g.study_description
          FROM json_populate_recordset(NULL::study, studies::json) AS g
         ORDER BY g.study_instance_uid
        ON CONFLICT (hospital_code, study_instance_uid) DO NOTHING;
      END IF;
    END IF;
    FOR one IN SELECT g.uid, g.place FROM unnest(study_uids) WITH ORDINALITY AS g (uid, place) ORDER BY g.uid LOOP
      SELECT s.study_id, s.number_of_instances, s.study_instance_uid, s.patient_id, s.issuer_of_patient_id,
             s.patient_name_alphabetic, s.patient_name_ideographic, s.patient_name_phonetic, s.patient_name_pinyin,
             s.patient_birth_date, s.patient_sex, s.study_date, s.study_time, s.timezone_offset, s.accession_number,
             s.referring_physician_name, s.study_id_text, s.study_description
        INTO found_row
        FROM study s WHERE s.hospital_code = hospital AND s.study_instance_uid = one.uid
         FOR NO KEY UPDATE;
      EXIT WHEN NOT FOUND;
      study_ids[one.place::integer] := found_row.study_id;
      studies_before[one.place::integer] := to_json(found_row);
    END LOOP;
    EXIT WHEN array_position(study_ids, NULL) IS NULL;
    -- One that was there may have been deleted, as the last of a study, before it was locked.
    study_ids := array_fill(NULL::bigint, ARRAY[cardinality(study_uids)]);
  END LOOP;
  IF array_position(study_ids, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'studies were deleted each time before they could be locked';
  END IF;

  -- Nobody adds series to a study that is locked.
  FOR attempt IN 1..2 LOOP
    FOR place IN 1..cardinality(series_uids) LOOP
      series_ids[place] := (SELECT e.series_id FROM series e
                             WHERE e.study_id = study_ids[series_study[place]] AND e.series_instance_uid = series_uids[place]);
    END LOOP;
    EXIT WHEN array_position(series_ids, NULL) IS NULL;
    INSERT INTO series (study_id, hospital_code, series_instance_uid, modality, series_number, series_description,
                        body_part_examined, performed_procedure_step_start_date, performed_procedure_step_start_time,
                        request_attributes)
    SELECT study_ids[g.study_at], hospital, g.series_instance_uid, g.modality, g.series_number, g.series_description,
           g.body_part_examined, g.performed_procedure_step_start_date, g.performed_procedure_step_start_time,
           g.request_attributes
      FROM json_to_recordset(series_attributes::json) AS g (
             study_at integer, series_instance_uid text, modality text, series_number integer, series_description text,
             body_part_examined text, performed_procedure_step_start_date text, performed_procedure_step_start_time text,
             request_attributes jsonb)
    ON CONFLICT (study_id, series_instance_uid) DO NOTHING;
  END LOOP;

  refused := ARRAY(SELECT r.sop_instance_uid FROM refused_instance r
                    WHERE r.hospital_code = hospital AND r.sop_instance_uid = ANY (sop_uids));
  WITH added_row AS (
    INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, instance_number,
                          transfer_syntax_uid, rows, columns, bits_allocated, number_of_frames, object_key, object_size,
                          object_sha256, dataset_sha256, pixel_data, bulk_data, dataset)
    SELECT series_ids[g.series_at], study_ids[series_study[g.series_at]], hospital, g.uid, g.sop_class, g.instance_number,
           g.transfer_syntax_uid, g.rows, g.columns, g.bits_allocated, g.number_of_frames, g.object_key, g.object_size,
           g.object_sha256, g.dataset_sha256, g.pixel_data, g.bulk_data, g.dataset
      FROM ROWS FROM (unnest(sop_uids, sop_classes, sop_keys, sop_series), json_to_recordset(instances::json) AS (
             instance_number integer, transfer_syntax_uid text, rows integer, columns integer, bits_allocated integer,
             number_of_frames integer, object_size bigint, object_sha256 bytea, dataset_sha256 bytea, pixel_data jsonb,
             bulk_data jsonb), string_to_table(datasets, E'\x1e')) AS g (
             uid, sop_class, object_key, series_at, instance_number, transfer_syntax_uid, rows, columns, bits_allocated,
             number_of_frames, object_size, object_sha256, dataset_sha256, pixel_data, bulk_data, dataset)
     WHERE g.uid <> ALL (refused)
     ORDER BY g.uid
    ON CONFLICT (hospital_code, sop_instance_uid) DO NOTHING
    RETURNING instance_id, object_key
  )
  SELECT array_agg(a.instance_id), array_agg(a.object_key) INTO added_ids, added_keys FROM added_row a;
  IF whole AND coalesce(cardinality(added_keys), 0) < cardinality(sop_uids) THEN
    RAISE EXCEPTION 'not all instances are new' USING ERRCODE = 'HT001';
  END IF;

  FOR place IN 1..cardinality(study_uids) LOOP
    added := 0;
    new_series := 0;
    acquired := false;
    modalities_here := '{}';
    classes_here := '{}';
    FOR here IN
      SELECT g.series_at, count(*)::integer AS added, array_agg(DISTINCT g.sop_class) AS classes, array_agg(g.uid) AS uids,
             bool_or(g.acquired) AS acquired
        FROM unnest(sop_uids, sop_classes, sop_keys, sop_series, sop_acquired)
          AS g (uid, sop_class, object_key, series_at, acquired)
       WHERE series_study[g.series_at] = place AND g.object_key = ANY (added_keys)
       GROUP BY g.series_at ORDER BY g.series_at
    LOOP
      UPDATE series e
         SET number_of_instances = e.number_of_instances + here.added, revision = e.revision + 1, last_stored_at = now()
       WHERE e.series_id = series_ids[here.series_at]
      RETURNING e.modality, e.number_of_instances INTO modality_here, instances_here;
      INSERT INTO change (action, hospital_code, study_instance_uid, series_instance_uid, sop_instance_uids)
      VALUES ('stored', hospital, study_uids[place], series_uids[here.series_at], here.uids);
      added := added + here.added;
      acquired := acquired OR here.acquired;
      classes_here := classes_here || here.classes;
      IF instances_here = here.added THEN
        new_series := new_series + 1;
      END IF;
      IF modality_here <> '' THEN
        modalities_here := modalities_here || modality_here;
      END IF;
    END LOOP;
    CONTINUE WHEN added = 0;
    UPDATE study s
       SET number_of_instances = s.number_of_instances + added,
           number_of_series = s.number_of_series + new_series,
           modalities = CASE WHEN s.modalities @> modalities_here THEN s.modalities
                             ELSE ARRAY(SELECT unnest(s.modalities) UNION SELECT unnest(modalities_here) ORDER BY 1) END,
           sop_classes = CASE WHEN s.sop_classes @> classes_here THEN s.sop_classes
                              ELSE ARRAY(SELECT unnest(s.sop_classes) UNION SELECT unnest(classes_here) ORDER BY 1) END,
           revision = s.revision + 1,
           conformance_revision = s.conformance_revision + acquired::integer,
           last_stored_at = now()
     WHERE s.study_id = study_ids[place]
    RETURNING s.number_of_instances INTO instances_here;
    IF acquired OR instances_here = added THEN
      INSERT INTO outbox (topic, study_id, available_at)
      VALUES ('study.changed', study_ids[place], now() + make_interval(secs => quiet_seconds * 1.1))
      ON CONFLICT (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL
      DO UPDATE SET available_at = EXCLUDED.available_at
       WHERE outbox.available_at < now() + make_interval(secs => quiet_seconds);
    END IF;
  END LOOP;
  RETURN json_build_object('studies', array_to_json(studies_before), 'series', array_to_json(series_ids),
                           'ids', array_to_json(added_ids), 'keys', array_to_json(added_keys), 'attributes', searched);
END $$;
