-- Person names: every component group of the referring physician, and names that are written in several ways.

-- Upper case, without accents; letters that Unicode does not take apart become the plain ones they stand for (Ł, ø, đ, ß, æ);
-- full-width forms are narrow and all dots between Han characters one; spaces at the ends of components do not count, nor do
-- empty components at the end, and several spaces are one (PS3.5 Table 6.2-1). As foldName of the server does.
CREATE OR REPLACE FUNCTION person_name_fold(name text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN upper(replace(replace(replace(replace(replace(replace(replace(replace(
           translate(rtrim(ltrim(regexp_replace(regexp_replace(regexp_replace(
             normalize(name, NFKD), '[\u0300-\u036f]', '', 'g'), '\s*\^\s*', '^', 'g'), '\s+', ' ', 'g')), '^ '),
             U&'\0141\0142\00D8\00F8\0110\0111\00D0\00F0\0126\0127\0166\0167\0131\2022\2027\2219\22C5\30FB',
             U&'LlOoDdDdHhTti\00B7\00B7\00B7\00B7\00B7'),
           U&'\00DF', 'ss'), U&'\1E9E', 'SS'), U&'\00C6', 'AE'), U&'\00E6', 'ae'), U&'\0152', 'OE'), U&'\0153', 'oe'),
           U&'\00DE', 'TH'), U&'\00FE', 'th'));

-- As in 0002_person_names.sql, with the dot as a separator too.
CREATE OR REPLACE FUNCTION person_name_words(alphabetic text, ideographic text, phonetic text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT part) FILTER (WHERE part NOT IN ('', '^')), '{}'))
      FROM (SELECT CASE start WHEN 1 THEN '^' ELSE '' END || substr(word, start) AS part
              FROM unnest(ARRAY[alphabetic, ideographic, phonetic]) AS name,
                   regexp_split_to_table(left(person_name_fold(name), 200), '[\s^=,.''\u00b7-]+') AS word,
                   generate_series(1, greatest(length(word) - 1, 1)) AS start
             UNION ALL
            SELECT '^' || substr(joined, start)
              FROM (SELECT left(regexp_replace(person_name_fold(name), '[\s^=,.''\u00b7-]+', '', 'g'), 64) AS joined
                      FROM unnest(ARRAY[alphabetic, ideographic, phonetic]) AS name
                     WHERE name ~ '[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]') AS han,
                   generate_series(1, length(joined)) AS start) AS parts;
  END;

-- Values of person names that operators made searchable, as putValues keeps them: folded, and those in Han characters also
-- without separators. There may be many rows, but names are few: each is looked at once.
WITH RECURSIVE name AS (
  SELECT a.search_attribute_id, (SELECT min(v.value) FROM searchable_value v
                                  WHERE v.search_attribute_id = a.search_attribute_id) AS value
    FROM search_attribute a WHERE a.vr = 'PN'
   UNION ALL
  SELECT n.search_attribute_id, (SELECT min(v.value) FROM searchable_value v
                                  WHERE v.search_attribute_id = n.search_attribute_id AND v.value > n.value)
    FROM name n WHERE n.value IS NOT NULL
), folded AS (
  SELECT n.*, person_name_fold(n.value COLLATE "default") AS folded FROM name n WHERE n.value IS NOT NULL
), made AS (
  SELECT f.search_attribute_id, f.value, made.value AS made
    FROM folded f, unnest(ARRAY[f.folded, CASE WHEN f.folded ~ '[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]'
                                               THEN regexp_replace(f.folded, '[\s^=,.''\u00b7-]+', '', 'g') END]) AS made (value)
   WHERE made.value <> '' AND made.value <> f.value
), added AS (
  INSERT INTO searchable_value (instance_id, series_id, study_id, search_attribute_id, value)
  SELECT v.instance_id, v.series_id, v.study_id, v.search_attribute_id, left(made.made, 320)
    FROM made JOIN searchable_value v USING (search_attribute_id, value)
  ON CONFLICT DO NOTHING
)
DELETE FROM searchable_value v USING folded f
 WHERE f.folded <> f.value AND (v.search_attribute_id, v.value) = (f.search_attribute_id, f.value);

-- Of the referring physician one group alone stands in study so far. Corrections have all groups beside it, and
-- study_keeps_corrections takes them over.
UPDATE study_correction
   SET columns = columns || jsonb_build_object('referring_physician_name', rtrim(concat_ws('=',
         left(coalesce(attributes #>> '{00080090,Value,0,Alphabetic}', ''), 320),
         left(coalesce(attributes #>> '{00080090,Value,0,Ideographic}', ''), 320),
         left(coalesce(attributes #>> '{00080090,Value,0,Phonetic}', ''), 320)), '='))
 WHERE columns ? 'referring_physician_name' AND attributes #> '{00080090,Value,0}' ?| '{Ideographic,Phonetic}';
UPDATE study s SET is_corrected = true
  FROM study_correction c
 WHERE (s.hospital_code, s.study_instance_uid) = (c.hospital_code, c.study_instance_uid)
   AND c.columns ->> 'referring_physician_name' <> s.referring_physician_name;

-- Studies whose names have to be read again, in this order; the workers do it, for there may be millions. First those whose
-- patient's name is folded to something else or has a dot, then those whose referring physician only a dataset knows whole.
CREATE TABLE study_name_pending (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id bigint NOT NULL
);
INSERT INTO study_name_pending (study_id)
SELECT study_id FROM study
 WHERE ARRAY[person_name_fold(patient_name_alphabetic), person_name_fold(patient_name_ideographic),
             person_name_fold(patient_name_phonetic)] <> patient_name_folded
    OR array_to_string(patient_name_folded, '') LIKE U&'%\00B7%';
INSERT INTO study_name_pending (study_id) SELECT study_id FROM study WHERE referring_physician_name <> '';
CREATE INDEX study_name_pending_study ON study_name_pending (study_id);
