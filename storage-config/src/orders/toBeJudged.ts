import type pg from 'pg';

/** Studies of one accession number that are judged again; more share a number that says nothing. */
const MOST_STUDIES = 20;

/**
 * Has the studies of these accession numbers judged again, soon. A row that waits already is locked until the end of the
 * transaction, so that nobody judges by it without what is written here.
 */
export async function judgeByAccession(
  client: pg.PoolClient,
  hospital: string,
  accessionNumbers: readonly string[],
): Promise<void> {
  const wanted = [...new Set(accessionNumbers)].filter((one) => one !== '');
  if (wanted.length === 0) return;
  await client.query(
    `INSERT INTO outbox (topic, study_id)
     SELECT 'study.changed', s.study_id
       FROM unnest($2::text[]) AS wanted (accession)
      CROSS JOIN LATERAL (SELECT study_id FROM study
                           WHERE hospital_code = $1 AND accession_number = wanted.accession AND accession_number <> ''
                           ORDER BY study_id DESC LIMIT ${MOST_STUDIES}) AS s
      ORDER BY s.study_id
     ON CONFLICT (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL
     DO UPDATE SET available_at = outbox.available_at`,
    [hospital, wanted],
  );
}
