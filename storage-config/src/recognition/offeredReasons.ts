import { DEFAULT_RECOGNITION_POLICY, type RecognitionPolicy } from '@hutong/recognition';
import type pg from 'pg';

/** The matrix in force: the newest version, else what holds until a region says otherwise. */
export async function readPolicyOfDecisions(client: pg.Pool | pg.PoolClient): Promise<RecognitionPolicy> {
  const { rows } = await client.query<{ policy: RecognitionPolicy }>(
    'SELECT policy FROM recognition_policy ORDER BY recognition_policy_id DESC LIMIT 1',
  );
  return rows[0]?.policy ?? DEFAULT_RECOGNITION_POLICY;
}
