import { publishToBeJudged, type Reevaluation } from '@hutong/storage-config';
import type pg from 'pg';
import type { JudgeParts } from '../conformance/judgeStudy.ts';
import { confirmResults, readPresent, saysTheSame } from '../conformance/recordResult.ts';
import { resultOf, saveJudged } from '../conformance/saveConformance.ts';
import { describeFailure } from '../failure.ts';
import { asksForNewsOnly, endsTransaction, type JudgedAgain, type Judging } from './judgeAgain.ts';

/** What became of a study that was judged again. */
export type Again = 'same' | 'changed' | 'failed';

/**
 * Saves what came of judging studies again: a few statements for all of them. What says the same is noted, the rest is saved
 * under the locks of its studies. One that cannot be saved does not keep the others from it.
 *
 * @param judged what came of each study
 */
export async function saveAgain(
  parts: JudgeParts,
  client: pg.PoolClient,
  reason: Reevaluation['reason'],
  judged: ReadonlyMap<number, Judging>,
): Promise<Map<number, Again>> {
  const outcomes = new Map<number, Again>();
  const confirmed: JudgedAgain[] = [];
  const others: JudgedAgain[] = [];
  const unjudged: number[] = [];
  for (const [studyId, one] of judged) {
    outcomes.set(studyId, one === 'failed' ? 'failed' : 'same');
    if (one === 'unjudged') unjudged.push(studyId);
    else if (one !== null && one !== 'failed') (isConfirmed(reason, one) ? confirmed : others).push(one);
  }
  await confirmResults(
    client,
    confirmed.map((one) => ({ next: resultOf(one), resultId: one.present.resultId })),
  );
  for (const [studyId, outcome] of await saveApart(parts, client, others)) outcomes.set(studyId, outcome);
  // In the usual way, with the hours until they are settled.
  await publishToBeJudged(client, unjudged);
  return outcomes;
}

/** Whether there is nothing to write but with what it was judged; a summary that was made anew is to be kept. */
function isConfirmed(reason: Reevaluation['reason'], judged: JudgedAgain): boolean {
  return (
    asksForNewsOnly(reason) &&
    judged.summarized.toKeep === null &&
    saysTheSame(judged.present, resultOf(judged))
  );
}

/** Saves studies at once; when that fails, the transaction is as before, and each half of them is tried. */
async function saveApart(
  parts: JudgeParts,
  client: pg.PoolClient,
  judged: readonly JudgedAgain[],
): Promise<[number, Again][]> {
  const [first] = judged;
  if (first === undefined) return [];
  await client.query('SAVEPOINT studies');
  try {
    const saved = await save(parts, client, judged);
    await client.query('RELEASE SAVEPOINT studies');
    return saved;
  } catch (error) {
    if (endsTransaction(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT studies');
    const { studyId } = first.study;
    if (judged.length === 1) {
      parts.log.warn({ studyId, reason: describeFailure(error) }, 'could not be saved when judged again');
      return [[studyId, 'failed']];
    }
    const half = judged.length >> 1;
    const before = await saveApart(parts, client, judged.slice(0, half));
    return [...before, ...(await saveApart(parts, client, judged.slice(half)))];
  }
}

async function save(
  { config }: JudgeParts,
  client: pg.PoolClient,
  judged: readonly JudgedAgain[],
): Promise<[number, Again][]> {
  const locked = await lockStudies(
    client,
    judged.map(({ study }) => study.studyId),
  );
  // Somebody is at work on these, maybe only to decide a verdict: they are judged when that is done.
  await publishToBeJudged(
    client,
    judged.flatMap(({ study }) => (locked.has(study.studyId) ? [] : [study.studyId])),
  );
  const present = await readPresent(client, [...locked.keys()]);
  // Others changed, which the event of the change sees to, or were judged meanwhile in the usual way, by what is in force.
  const current = judged.filter(
    ({ study, present: read }) =>
      locked.get(study.studyId) === study.revision && present.get(study.studyId)?.resultId === read.resultId,
  );
  if (current.length === 0) return [];
  const saved = await saveJudged(client, current, present, config.regionName);
  return [...saved].map(([studyId, { changed }]) => [studyId, changed ? 'changed' : 'same']);
}

/**
 * Locks studies to the end of the transaction, without waiting: who stores into one of many that are locked here must not
 * wait for who works on another. Returns the revisions of those that were free.
 */
async function lockStudies(client: pg.PoolClient, studyIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await client.query<{ id: number; revision: number }>(
    `SELECT study_id AS id, conformance_revision AS revision FROM study
      WHERE study_id = ANY ($1::bigint[]) ORDER BY study_id FOR NO KEY UPDATE SKIP LOCKED`,
    [studyIds],
  );
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}
