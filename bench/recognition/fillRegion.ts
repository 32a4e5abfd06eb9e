import { DEFAULT_RECOGNITION_POLICY } from '../../packages/recognition/src/index.ts';
import { type openIndex, saveRecognitionPolicy } from '../../storage-config/src/index.ts';

type Pool = ReturnType<typeof openIndex>;

/** Mutual recognition of years on top of an index of many studies (see searchLarge/makeIndex.ts). */
export interface RecognisedRegion {
  persons: number;
  reminders: number;
  decisions: number;
}

/** The item that studies of a modality are judged on, by their number; the SQL below has the same. */
const ITEMS = `(CASE s.modalities[1] WHEN 'CT' THEN 'CT-' || lpad((1 + s.study_id % 21)::text, 2, '0')
                     WHEN 'MR' THEN 'MR-' || lpad((1 + s.study_id % 24)::text, 2, '0')
                     ELSE 'DR-0' || (1 + s.study_id % 7) END)`;

/**
 * Persons over the patients (each a quarter or so has patients in two hospitals), PASS and label for two studies of three,
 * reminders with matches, openings and decisions of the last twelve months, prices.
 *
 * @param pool without a limit on how long statements take
 */
export async function fillRegion(pool: Pool, region: RecognisedRegion): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(
      `SET statement_timeout = 0; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'`,
    );
    for (const [text, values] of steps(region)) await client.query(text, values);
    // The studies are of ten years: all of them may be named.
    await saveRecognitionPolicy(
      client,
      {
        policy: { ...DEFAULT_RECOGNITION_POLICY, longestAge: { days: 3650, items: {} } },
        note: 'bench',
        replaces: null,
      },
      { kind: 'system', id: 'bench', name: 'bench' },
    );
  } finally {
    client.release(true);
  }
}

function steps({ persons, reminders, decisions }: RecognisedRegion): [string, unknown[]][] {
  return [
    [`INSERT INTO recognition_scope (name, name_en) VALUES ('龙南市', 'Longnan') ON CONFLICT DO NOTHING`, []],
    [`UPDATE hospital SET level = CASE WHEN right(code, 1) < '5' THEN '三级甲等' ELSE '二级甲等' END`, []],
    [
      `INSERT INTO recognition_scope_member (scope, hospital_code) SELECT '龙南市', code FROM hospital
       ON CONFLICT DO NOTHING`,
      [],
    ],
    [
      `INSERT INTO person (person_id) SELECT md5('person' || n)::uuid FROM generate_series(0, $1::integer - 1) AS n`,
      [persons],
    ],
    // Patients beyond the number of persons are second numbers of others, in another hospital.
    [
      `INSERT INTO patient (hospital_code, patient_id, name, sex, birth_date, home_person, source, match_keys)
       SELECT DISTINCT ON (s.hospital_code, s.patient_id) s.hospital_code, s.patient_id, '=' || s.patient_name_ideographic,
              s.patient_sex, s.patient_birth_date,
              md5('person' || CASE WHEN p.n < $1 THEN p.n ELSE (p.n - $1 + 7) % $1 END)::uuid, 'registered', '{}'
         FROM study s, LATERAL (SELECT substr(s.patient_id, 2)::integer AS n) AS p`,
      [persons],
    ],
    [
      `INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
       SELECT hospital_code, patient_id, home_person, 'identifier', 'system', 'bench' FROM patient`,
      [],
    ],
    // What the worker would look at first after an upgrade; nothing is measured of that here.
    [`TRUNCATE patient_seen`, []],
    [
      `INSERT INTO study_item (study_id, item_code, verdict, machine_verdict, hospital_code)
       SELECT s.study_id, ${ITEMS}, v.verdict, v.verdict, s.hospital_code
         FROM study s, LATERAL (SELECT CASE WHEN s.study_id % 3 < 2 THEN 'PASS' ELSE 'FAIL' END AS verdict) AS v
       ON CONFLICT DO NOTHING`,
      [],
    ],
    [
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at)
       SELECT s.study_id, ${ITEMS}, '龙南市', '龙南市HR', 'applied', '', '', 'bench',
              to_date(s.study_date, 'YYYYMMDD') + interval '1 hour'
         FROM study s WHERE s.study_id % 3 < 2`,
      [],
    ],
    [
      `INSERT INTO exam_mapping (hospital_code, code, scheme, item_codes, author_kind, author_id, author_name)
       SELECT h.code, i.item, 'HIS', ARRAY[i.item], 'system', 'bench', 'bench'
         FROM hospital h, (SELECT 'CT-' || lpad(n::text, 2, '0') AS item FROM generate_series(1, 21) AS n
                           UNION ALL SELECT 'MR-' || lpad(n::text, 2, '0') FROM generate_series(1, 24) AS n
                           UNION ALL SELECT 'DR-0' || n FROM generate_series(1, 7) AS n) AS i`,
      [],
    ],
    [
      `INSERT INTO item_price (item_code, amount_fen, valid_from, source, author_kind, author_id)
       SELECT DISTINCT unnest(item_codes), 18000, date '2016-01-01', 'bench', 'system', 'bench' FROM exam_mapping`,
      [],
    ],
    [
      `CREATE TABLE bench_labelled AS
       SELECT row_number() OVER () - 1 AS n, s.study_id, s.hospital_code, s.study_instance_uid, s.patient_id, s.study_date,
              ${ITEMS} AS item_code, l.person_id
         FROM study s JOIN patient_link l ON l.hospital_code = s.hospital_code AND l.patient_id = s.patient_id
        WHERE s.study_id % 3 < 2 AND s.study_id % 7 = 0`,
      [],
    ],
    [`CREATE UNIQUE INDEX bench_labelled_n ON bench_labelled (n); ANALYZE bench_labelled`, []],
    [
      `INSERT INTO reminder (reminder_id, created_at, hospital_code, department, channel, caller_kind, caller_id, patient_id,
                             person_id, item_codes, milliseconds)
       SELECT md5('reminder' || g.i)::uuid, r.at, 'hospital-' || g.i % 20, '科室' || g.i % 12, 'json', 'machine', 'bench', b.patient_id,
              b.person_id, ARRAY[b.item_code], 12
         FROM generate_series(1, $1::integer) AS g (i),
              LATERAL (SELECT now() - (g.i::double precision / $1) * interval '365 days' AS at) AS r,
              (SELECT count(*) AS many FROM bench_labelled) AS c, bench_labelled b WHERE b.n = g.i % c.many`,
      [reminders],
    ],
    [
      `INSERT INTO reminder_match (reminder_id, position, hospital_code, study_instance_uid, item_code, study_date, age_days,
                                   labels, word)
       SELECT md5('reminder' || g.i)::uuid, 0, b.hospital_code, b.study_instance_uid, b.item_code, b.study_date, 10,
              ARRAY['龙南市HR'], 'MUST_RECOGNISE'
         FROM generate_series(1, $1::integer) AS g (i), (SELECT count(*) AS many FROM bench_labelled) AS c, bench_labelled b
        WHERE b.n = g.i % c.many`,
      [reminders],
    ],
    [
      `INSERT INTO reminder_view (reminder_id, position, viewed_at, caller_kind, caller_id)
       SELECT reminder_id, 0, created_at + interval '1 minute', 'person', 'bench' FROM reminder
        WHERE get_byte(uuid_send(reminder_id), 0) < 90`,
      [],
    ],
    [
      `INSERT INTO recognition_decision (recognition_decision_id, chain_id, decided_at, created_at, kind, reason_code, hospital_code,
                                         department, author_kind, author_id, reminder_id, reminder_position, patient_id, person_id,
                                         issuing_hospital, study_instance_uid, study_date, item_code, labels, word, cited_at)
       SELECT d.id, d.id, d.at, d.at, CASE WHEN g.i % 4 = 0 THEN 'examinedAgain' ELSE 'recognised' END,
              CASE WHEN g.i % 4 = 0 THEN 'RX' || lpad((1 + g.i % 11)::text, 2, '0') ELSE '' END, 'hospital-' || g.i % 20,
              '科室' || g.i % 12, 'person', 'bench', d.reminder, 0, b.patient_id, b.person_id, b.hospital_code,
              b.study_instance_uid, b.study_date, b.item_code, ARRAY['龙南市HR'], 'MUST_RECOGNISE',
              CASE WHEN g.i % 2 = 0 THEN d.at END
         FROM generate_series(1, $1::integer) AS g (i),
              LATERAL (SELECT md5('decision' || g.i)::uuid AS id, md5('reminder' || g.i)::uuid AS reminder,
                              now() - (g.i::double precision / $1) * interval '365 days' + interval '5 minutes' AS at) AS d,
              (SELECT count(*) AS many FROM bench_labelled) AS c, bench_labelled b WHERE b.n = g.i % c.many
          AND b.hospital_code <> 'hospital-' || g.i % 20`,
      [decisions],
    ],
    [`DROP TABLE bench_labelled`, []],
    [`VACUUM ANALYZE`, []],
  ];
}
