import {
  type CatalogueChoice,
  type CatalogueInForce,
  chooseCatalogue,
  ENGINE_VERSION,
  evaluateStudy,
  type ExamMappingEntry,
  type ExamName,
  examNamesOf,
  type PlacedOrder,
} from '@hutong/conformance';
import {
  errorCode,
  isOutage,
  ordersOfStudies,
  readMappingsOfStudies,
  type Reevaluation,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { JudgeParts } from '../conformance/judgeStudy.ts';
import type { StudyToJudge } from '../conformance/readStudy.ts';
import { completeDigests, type PresentResult } from '../conformance/recordResult.ts';
import type { JudgedStudy } from '../conformance/saveConformance.ts';
import { type Summarized, summaryOf } from '../conformance/studySummary.ts';
import { describeFailure } from '../failure.ts';
import type { StudyToJudgeAgain } from './pageOfStudies.ts';

/** A study that was judged again, and the result that stood when it was read. */
export interface JudgedAgain extends JudgedStudy {
  present: PresentResult;
}

/**
 * What came of judging a study again; null where it need not be judged, or is left to the event of a change. `unjudged`: it
 * has no result yet, for want of a list or after failures, and nothing is under way.
 */
export type Judging = JudgedAgain | 'failed' | 'unjudged' | null;

/**
 * Judges studies again and saves nothing. One that cannot be judged does not keep the others from it.
 *
 * @returns what came of each, in their order
 */
export async function judgeAgain(
  parts: JudgeParts,
  client: pg.PoolClient,
  reason: Reevaluation['reason'],
  inForce: readonly CatalogueInForce[],
  studies: readonly StudyToJudgeAgain[],
): Promise<Map<number, Judging>> {
  const outcomes = new Map<number, Judging>(studies.map(({ study }) => [study.studyId, null]));
  const wanted: Wanted[] = [];
  const orders = await ordersOfStudies(
    client,
    studies.map(({ study }) => study.studyId),
  );
  for (const one of studies) {
    const { studyId } = one.study;
    const found = await attempt(parts, studyId, () =>
      want(parts, reason, inForce, one, orders.get(studyId) ?? null),
    );
    if (found === null || typeof found === 'string') outcomes.set(studyId, found);
    else wanted.push(found);
  }
  await completeDigests(
    client,
    wanted.map(({ present }) => present),
  );
  const mappings = await readMappingsOfStudies(
    client,
    wanted.map(({ study, exams }) => ({ hospital: study.hospitalCode, names: exams })),
  );
  for (const [at, one] of wanted.entries()) {
    const { studyId } = one.study;
    const used = mappings[at] ?? [];
    outcomes.set(studyId, await attempt(parts, studyId, () => evaluate(parts, client, reason, one, used)));
  }
  return outcomes;
}

/** A study that has to be judged, and by what. */
interface Wanted {
  study: StudyToJudge;
  present: PresentResult;
  choice: CatalogueChoice;
  summarized: Summarized;
  order: PlacedOrder | null;
  exams: ExamName[];
}

/** What is needed to judge a study again, where it has to be. */
async function want(
  { index, config }: JudgeParts,
  reason: Reevaluation['reason'],
  inForce: readonly CatalogueInForce[],
  { study, present, kept, underWay }: StudyToJudgeAgain,
  order: PlacedOrder | null,
): Promise<Wanted | 'unjudged' | null> {
  if (underWay) return null;
  const choice = chooseCatalogue(inForce, study.region, study.day, config.regionCode);
  if (choice === null) return null;
  if (present === null) return 'unjudged';
  const isCurrent =
    present.catalogueId === choice.id &&
    present.judged.version === choice.version &&
    present.judged.engine === ENGINE_VERSION &&
    present.judged.choice === choice.reason;
  if (isCurrent && asksForNewsOnly(reason)) return null;
  const summarized = await summaryOf(index, study.studyId, study.revision, kept);
  return { study, present, choice, summarized, order, exams: examNamesOf(summarized.summary, order) };
}

/**
 * Whether what says the same stands as it is. Who asks by hand wants verdicts and labels brought up to date as well, and a
 * mapping changes which exams count as mapped.
 */
export function asksForNewsOnly(reason: Reevaluation['reason']): boolean {
  return reason === 'catalogue' || reason === 'engine';
}

/** What the present list and rules say of a study; null when the list is gone. */
async function evaluate(
  { catalogues }: JudgeParts,
  client: pg.PoolClient,
  reason: Reevaluation['reason'],
  wanted: Wanted,
  mappings: ExamMappingEntry[],
): Promise<JudgedAgain | null> {
  const { study, present, choice, summarized, order } = wanted;
  const catalogue = await catalogues.read(client, choice.id, choice.version);
  if (catalogue === null) return null;
  const conformance = evaluateStudy(summarized.summary, catalogue, {
    settled: study.settled,
    examMapping: mappings,
    order,
  });
  // A summary that was made anew may name other exams; else those recorded stand.
  const exams = asksForNewsOnly(reason) && summarized.toKeep === null ? null : wanted.exams;
  return { study, present, choice: choice.reason, conformance, summarized, exams, mappings };
}

/** A study that cannot be judged must not keep the others from it; trouble of the index is not the study's. */
async function attempt<T>(
  { log }: JudgeParts,
  studyId: number,
  work: () => Promise<T>,
): Promise<T | 'failed'> {
  try {
    return await work();
  } catch (error) {
    if (endsTransaction(error)) throw error;
    log.warn({ studyId, reason: describeFailure(error) }, 'could not be judged again');
    return 'failed';
  }
}

/** The index is in trouble, or PostgreSQL asks for the whole transaction again or has ended it. */
export function endsTransaction(error: unknown): boolean {
  return isOutage(error) || /^(40|25)/.test(errorCode(error) ?? '');
}
