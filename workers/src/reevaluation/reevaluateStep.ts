import { ENGINE_VERSION } from '@hutong/conformance';
import {
  cataloguesInForce,
  inTransaction,
  type ReevaluationFilter,
  type ReevaluationReason,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { JudgeParts } from '../conformance/judgeStudy.ts';
import { judgeAgain, type Judging } from './judgeAgain.ts';
import { pageOfStudies } from './pageOfStudies.ts';
import { type Again, saveAgain } from './saveAgain.ts';

// Any fixed number will do, as long as every process takes the same one.
const LOCK = 0x4855_5552;
/** Studies judged between looks at the clock, and the longest a step should take, in milliseconds. */
const PART = 25;
const STEP_MS = 500;

/** What a step did: nothing as there is nothing to do, nothing as another worker does it, or some studies. */
export type StepOutcome = 'idle' | 'elsewhere' | 'worked';

interface OpenReevaluation {
  id: number;
  reason: ReevaluationReason;
  filter: ReevaluationFilter;
  position: number;
  end: number;
}

/**
 * Takes the oldest re-evaluation one step further: some of its studies, and how far it has come, in one transaction. Only one
 * worker of all is at it at a time; one that is killed loses the step and no more.
 */
export async function reevaluateStep(parts: JudgeParts): Promise<StepOutcome> {
  return inTransaction(parts.index, async (client): Promise<StepOutcome> => {
    const { rows: lock } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS taken',
      [LOCK],
    );
    if (lock[0]?.taken !== true) return 'elsewhere';
    const { rows } = await client.query<OpenReevaluation>(
      `SELECT reevaluation_id AS id, reason, filter, position, end_position AS end FROM reevaluation
        WHERE state IN ('waiting', 'working') AND (engine_version IS NULL OR engine_version = $1)
        ORDER BY reevaluation_id LIMIT 1
          FOR UPDATE`,
      [ENGINE_VERSION],
    );
    const [open] = rows;
    if (open === undefined) return 'idle';
    await work(parts, client, open);
    return 'worked';
  });
}

async function work(parts: JudgeParts, client: pg.PoolClient, open: OpenReevaluation): Promise<void> {
  const deadline = performance.now() + STEP_MS;
  const page = await pageOfStudies(client, open.filter, open.position, open.end);
  const inForce = await cataloguesInForce(client);
  // All are judged before any is locked to be saved: those who store wait for the saving at most.
  const judged = new Map<number, Judging>();
  let position = page.end;
  for (let at = 0; at < page.studies.length; at += PART) {
    const part = page.studies.slice(at, at + PART);
    for (const [studyId, one] of await judgeAgain(parts, client, open.reason, inForce, part))
      judged.set(studyId, one);
    const last = part.at(-1)?.study.studyId;
    if (performance.now() > deadline && at + PART < page.studies.length && last !== undefined) {
      position = last;
      break;
    }
  }
  const outcomes = [...(await saveAgain(parts, client, open.reason, judged)).values()];
  const count = (wanted: Again): number => outcomes.filter((outcome) => outcome === wanted).length;
  await client.query(
    `UPDATE reevaluation
        SET position = $2, judged = judged + $3, changed = changed + $4, failed = failed + $5,
            -- Studies that left or came since it was asked for.
            total = CASE WHEN $6 THEN judged + $3 ELSE greatest(total, judged + $3) END,
            state = CASE WHEN $6 THEN 'done' ELSE 'working' END, ended_at = CASE WHEN $6 THEN now() END
      WHERE reevaluation_id = $1`,
    [open.id, position, outcomes.length, count('changed'), count('failed'), position >= open.end],
  );
}
