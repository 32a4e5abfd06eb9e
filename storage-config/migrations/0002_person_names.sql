-- Person name matching (PS3.4 C.2.2.2.1, PS3.18 8.3.4.2): case, accents and width do not matter, and a name is
-- found by the beginning of any of its words, in any component group. Bodies are bound when created, so that
-- a dump restores under any search_path.

-- Upper case, without accents, full-width forms made narrow, trailing empty components removed.
CREATE FUNCTION person_name_fold(name text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN upper(regexp_replace(normalize(rtrim(name, '^ '), NFKD), '[\u0300-\u036f]', '', 'g'));

-- What a name is found by, of all groups: each word behind a `^`, which marks a beginning, and the endings of each word
-- from two characters on, so that a search for a part inside a word (`*ANG*`) is a search for a beginning too. Names
-- in Han characters are written without spaces: every ending of the joined name counts as a beginning.
CREATE FUNCTION person_name_words(alphabetic text, ideographic text, phonetic text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT part) FILTER (WHERE part NOT IN ('', '^')), '{}'))
      FROM (SELECT CASE start WHEN 1 THEN '^' ELSE '' END || substr(word, start) AS part
              FROM unnest(ARRAY[alphabetic, ideographic, phonetic]) AS name,
                   regexp_split_to_table(left(person_name_fold(name), 200), '[\s^=,.''-]+') AS word,
                   generate_series(1, greatest(length(word) - 1, 1)) AS start
             UNION ALL
            SELECT '^' || substr(joined, start)
              FROM (SELECT left(regexp_replace(person_name_fold(name), '[\s^=,.''-]+', '', 'g'), 64) AS joined
                      FROM unnest(ARRAY[alphabetic, ideographic, phonetic]) AS name
                     WHERE name ~ '[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]') AS han,
                   generate_series(1, length(joined)) AS start) AS parts;
  END;

ALTER TABLE study ADD COLUMN patient_name_words tsvector NOT NULL
  GENERATED ALWAYS AS (person_name_words(patient_name_alphabetic, patient_name_ideographic, patient_name_phonetic)) STORED;
CREATE INDEX study_patient_name_words ON study USING gin (patient_name_words);

-- What these two were for, the words do as well.
DROP INDEX study_name_alphabetic;
DROP INDEX study_name_ideographic;
