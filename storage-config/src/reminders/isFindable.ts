import type pg from 'pg';

/**
 * Whether a hospital may learn that a person is known in the region: the person is its patient, or has a study that another
 * hospital lets it find. Of all others it is told as of nobody.
 */
export async function isFindable(
  client: pg.Pool | pg.PoolClient,
  person: string,
  hospital: string,
): Promise<boolean> {
  const { rows } = await client.query<{ findable: boolean }>({
    name: 'reminder-findable',
    text: `SELECT EXISTS (SELECT FROM patient_link l WHERE l.person_id = $1 AND l.hospital_code = $2 AND l.ended_at IS NULL)
    OR EXISTS (SELECT FROM person_study known JOIN study s USING (study_id)
                WHERE known.person_id = $1
                  AND EXISTS (SELECT FROM access_policy_of(s.hospital_code, $2) AS rule
                               WHERE 'TREAT' = ANY (rule.purposes)
                                 AND (rule.discoverable = 'all' OR rule.discoverable = 'labelled'
                                      AND EXISTS (SELECT FROM hr_label l WHERE l.study_id = s.study_id AND l.state = 'applied'))))
       AS findable`,
    values: [person, hospital],
  });
  return rows[0]?.findable === true;
}
