-- Most stores add to a series that is there. For these, add_instances (0032_study_updates.sql) did twice what needs doing
-- once: locked the study and updated it, looked the series up and updated it, counted what it had been given. This function
-- does it in six statements; whatever else there is to do, add_instances does as before.
--
-- study_columns  attributes of the study: all columns of add_instances but the UID, in their order
-- sop_uids       the instances, each UID once; the other arrays are in their order, without repetitions: classes
-- pixel_data, bulk_data, datasets  texts in that order, U+001E between them; of nothing, the empty text
--
-- All or nothing: where the study is missing, an instance has a row, or attributes of datasets are searchable, nothing is
-- added and NULL comes back. Where a series is missing, an instance is refused, or one gets its row meanwhile, that is found
-- out late, and HT001 or a unique violation is raised.
--
-- Returns the attributes that the study has, in the order of study_columns; an empty array where it has these.
--
-- Locks are those of add_instances: the study first, then what is in it, instances in the order of UIDs. What was refused is
-- looked up behind the study's lock, which whoever refuses holds too.
CREATE FUNCTION add_to_series(hospital text, quiet_seconds double precision, study_uid text, study_columns text[],
                              series_uid text, classes text[], acquired boolean, sop_uids text[], sop_classes text[],
                              object_keys text[], syntaxes text[], numbers integer[], heights integer[], widths integer[],
                              bits integer[], frames integer[], sizes bigint[], object_digests bytea[],
                              dataset_digests bytea[], pixel_data text, bulk_data text, datasets text)
  RETURNS text[]
  LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
AS $$
DECLARE
  given           integer := cardinality(sop_uids);
  pixels          text[] := string_to_array(pixel_data, E'\x1e', '');
  bulks           text[] := string_to_array(bulk_data, E'\x1e', '');
  texts           text[] := string_to_array(datasets, E'\x1e');
  study_here      bigint;
  study_instances integer;
  modalities_here text[];
  classes_here    text[];
  is_same         boolean;
  series_here     bigint;
  modality_here   text;
  instances_here  integer;
  added           integer;
BEGIN
  IF EXISTS (SELECT FROM search_attribute WHERE removed_at IS NULL)
     OR EXISTS (SELECT FROM instance i WHERE i.hospital_code = hospital AND i.sop_instance_uid = ANY (sop_uids)) THEN
    RETURN NULL;
  END IF;
  UPDATE study s
     SET number_of_instances = s.number_of_instances + given,
         revision = s.revision + 1,
         conformance_revision = s.conformance_revision + acquired::integer,
         last_stored_at = now()
   WHERE s.hospital_code = hospital AND s.study_instance_uid = study_uid
  RETURNING s.study_id, s.number_of_instances, s.modalities, s.sop_classes,
            ARRAY[s.patient_id, s.issuer_of_patient_id, s.patient_name_alphabetic, s.patient_name_ideographic,
                  s.patient_name_phonetic, s.patient_name_pinyin, s.patient_birth_date, s.patient_sex, s.study_date,
                  s.study_time, s.timezone_offset, s.accession_number, s.referring_physician_name, s.study_id_text,
                  s.study_description] IS NOT DISTINCT FROM study_columns
    INTO study_here, study_instances, modalities_here, classes_here, is_same;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;

  UPDATE series e
     SET number_of_instances = e.number_of_instances + given, revision = e.revision + 1, last_stored_at = now()
   WHERE e.study_id = study_here AND e.series_instance_uid = series_uid
  RETURNING e.series_id, e.modality, e.number_of_instances INTO series_here, modality_here, instances_here;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the series is not there' USING ERRCODE = 'HT001';
  END IF;
  -- Seldom, and therefore apart: a subquery costs an update its preparation even where it never runs.
  IF instances_here = given OR NOT classes_here @> classes
     OR (modality_here <> '' AND modality_here <> ALL (modalities_here)) THEN
    UPDATE study s
       SET number_of_series = s.number_of_series + (instances_here = given)::integer,
           modalities = CASE WHEN modality_here = '' OR modality_here = ANY (s.modalities) THEN s.modalities
                             ELSE ARRAY(SELECT unnest(s.modalities) UNION SELECT modality_here ORDER BY 1) END,
           sop_classes = CASE WHEN s.sop_classes @> classes THEN s.sop_classes
                              ELSE ARRAY(SELECT unnest(s.sop_classes) UNION SELECT unnest(classes) ORDER BY 1) END
     WHERE s.study_id = study_here;
  END IF;

  -- One alone needs neither the series of numbers nor the order.
  IF given = 1 THEN
    INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, instance_number,
                          transfer_syntax_uid, rows, columns, bits_allocated, number_of_frames, object_key, object_size,
                          object_sha256, dataset_sha256, pixel_data, bulk_data, dataset)
    SELECT series_here, study_here, hospital, sop_uids[1], sop_classes[1], numbers[1], syntaxes[1], heights[1], widths[1],
           bits[1], frames[1], object_keys[1], sizes[1], object_digests[1], dataset_digests[1], pixels[1]::jsonb,
           bulks[1]::jsonb, texts[1]
     WHERE NOT EXISTS (SELECT FROM refused_instance r
                        WHERE r.hospital_code = hospital AND r.sop_instance_uid = sop_uids[1]);
  ELSE
    INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, instance_number,
                          transfer_syntax_uid, rows, columns, bits_allocated, number_of_frames, object_key, object_size,
                          object_sha256, dataset_sha256, pixel_data, bulk_data, dataset)
    SELECT series_here, study_here, hospital, sop_uids[g.i], sop_classes[g.i], numbers[g.i], syntaxes[g.i], heights[g.i],
           widths[g.i], bits[g.i], frames[g.i], object_keys[g.i], sizes[g.i], object_digests[g.i], dataset_digests[g.i],
           pixels[g.i]::jsonb, bulks[g.i]::jsonb, texts[g.i]
      FROM generate_series(1, given) AS g (i)
     WHERE NOT EXISTS (SELECT FROM refused_instance r
                        WHERE r.hospital_code = hospital AND r.sop_instance_uid = ANY (sop_uids))
     ORDER BY sop_uids[g.i];
  END IF;
  GET DIAGNOSTICS added = ROW_COUNT;
  IF added < given THEN
    RAISE EXCEPTION 'not all instances are new' USING ERRCODE = 'HT001';
  END IF;
  INSERT INTO change (action, hospital_code, study_instance_uid, series_instance_uid, sop_instance_uids)
  VALUES ('stored', hospital, study_uid, series_uid, sop_uids);

  IF acquired OR study_instances = given THEN
    -- As add_instances puts it off; in most cases the row waits long enough, and is only held so that nobody sends it before.
    PERFORM FROM outbox o
      WHERE o.topic = 'study.changed' AND o.study_id = study_here AND o.sent_at IS NULL AND o.done_at IS NULL
        AND o.available_at >= now() + make_interval(secs => quiet_seconds)
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      INSERT INTO outbox (topic, study_id, available_at)
      VALUES ('study.changed', study_here, now() + make_interval(secs => quiet_seconds * 1.1))
      ON CONFLICT (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL
      DO UPDATE SET available_at = EXCLUDED.available_at
       WHERE outbox.available_at < now() + make_interval(secs => quiet_seconds);
    END IF;
  END IF;

  IF is_same THEN
    RETURN '{}';
  END IF;
  RETURN (SELECT ARRAY[s.patient_id, s.issuer_of_patient_id, s.patient_name_alphabetic, s.patient_name_ideographic,
                       s.patient_name_phonetic, s.patient_name_pinyin, s.patient_birth_date, s.patient_sex, s.study_date,
                       s.study_time, s.timezone_offset, s.accession_number, s.referring_physician_name, s.study_id_text,
                       s.study_description]
            FROM study s WHERE s.study_id = study_here);
END $$;
