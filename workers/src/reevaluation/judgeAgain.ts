import {
  type CatalogueInForce,
  chooseCatalogue,
  ENGINE_VERSION,
  evaluateStudy,
  type ExamMappingEntry,
  type ExamName,
  examNamesOf,
} from '@hutong/conformance';
import {
  errorCode,
  isOutage,
  publishStudyChanged,
  readExamMappings,
  type Reevaluation,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { JudgeParts } from '../conformance/judgeStudy.ts';
import {
  confirmResults,
  type PresentResult,
  readPresent,
  saysTheSame,
  withDigest,
} from '../conformance/recordResult.ts';
import { type JudgedStudy, lockStudy, saveJudged } from '../conformance/saveConformance.ts';
import { summaryOf } from '../conformance/studySummary.ts';
import { describeFailure } from '../failure.ts';
import type { StudyToJudgeAgain } from './pageOfStudies.ts';

/** What became of a study that was judged again. */
export type Again = 'same' | 'changed' | 'failed';

interface Judged extends JudgedStudy {
  present: PresentResult;
}

/**
 * Judges studies again in one transaction of the caller: what says the same is noted for all at once, the others are saved
 * one by one, each under the lock of its study. A study that cannot be judged or saved is passed over.
 */
export async function judgeAgain(
  parts: JudgeParts,
  client: pg.PoolClient,
  reason: Reevaluation['reason'],
  inForce: readonly CatalogueInForce[],
  studies: readonly StudyToJudgeAgain[],
): Promise<Map<number, Again>> {
  const outcomes = new Map<number, Again>();
  const mappings = mappingsOf(client);
  const confirmed: Judged[] = [];
  for (const one of studies) {
    const { studyId } = one.study;
    outcomes.set(studyId, 'same');
    const judged = await attempt(parts, studyId, () =>
      evaluate(parts, client, reason, inForce, one, mappings),
    );
    if (judged === 'failed') {
      outcomes.set(studyId, 'failed');
      continue;
    }
    if (judged === null) continue;
    const again = { ...judged, present: (await withDigest(client, judged.present)) ?? judged.present };
    if (isConfirmed(reason, again)) {
      confirmed.push(again);
      continue;
    }
    outcomes.set(studyId, await saveApart(parts, client, again));
  }
  await confirmResults(
    client,
    confirmed.map((judged) => ({ next: resultOf(judged), resultId: judged.present.resultId })),
  );
  return outcomes;
}

/**
 * Whether there is nothing to write but with what it was judged. Who asks by hand wants verdicts and labels brought up to
 * date as well; a mapping changes which exams count as mapped; and a summary that was made anew is to be kept.
 */
function isConfirmed(reason: Reevaluation['reason'], judged: Judged): boolean {
  return (
    (reason === 'catalogue' || reason === 'engine') &&
    judged.summarized.toKeep === null &&
    saysTheSame(judged.present, resultOf(judged))
  );
}

const resultOf = ({ study, conformance, choice }: JudgedStudy) => ({
  studyId: study.studyId,
  revision: study.revision,
  settled: study.settled,
  conformance,
  choice,
});

/** What the present list and rules say of a study; null where it need not be judged. */
async function evaluate(
  { index, config, catalogues }: JudgeParts,
  client: pg.PoolClient,
  reason: Reevaluation['reason'],
  inForce: readonly CatalogueInForce[],
  { study, present, kept, underWay }: StudyToJudgeAgain,
  mappings: Mappings,
): Promise<Judged | null> {
  if (underWay) return null;
  const choice = chooseCatalogue(inForce, study.region, study.day, config.regionCode);
  if (choice === null) return null;
  if (present === null) {
    // Never judged, for want of a list or after failures: in the usual way, with the hours until it is settled.
    await publishStudyChanged(client, study.studyId, 0);
    return null;
  }
  const isCurrent =
    present.catalogueId === choice.id &&
    present.judged.version === choice.version &&
    present.judged.engine === ENGINE_VERSION &&
    present.judged.choice === choice.reason;
  if (isCurrent && (reason === 'catalogue' || reason === 'engine')) return null;
  const catalogue = await catalogues.read(client, choice.id, choice.version);
  if (catalogue === null) return null;
  const summarized = await summaryOf(index, study.studyId, study.revision, kept);
  const exams = examNamesOf(summarized.summary);
  const examMapping = await mappings(study.hospitalCode, exams);
  const conformance = evaluateStudy(summarized.summary, catalogue, { settled: study.settled, examMapping });
  return {
    study,
    conformance,
    choice: choice.reason,
    summarized,
    exams,
    mappings: examMapping,
    present,
  };
}

async function save(parts: JudgeParts, client: pg.PoolClient, judged: Judged): Promise<Again> {
  const { studyId, revision } = judged.study;
  if ((await lockStudy(client, studyId)) !== revision) return 'same';
  // Judged meanwhile in the usual way, by what is in force.
  if ((await readPresent(client, studyId))?.resultId !== judged.present.resultId) return 'same';
  const { changed } = await saveJudged(client, judged, parts.config.regionName);
  return changed ? 'changed' : 'same';
}

/** Saves one study; when that fails, the transaction is as before it. */
async function saveApart(parts: JudgeParts, client: pg.PoolClient, judged: Judged): Promise<Again> {
  await client.query('SAVEPOINT study');
  const saved = await attempt(parts, judged.study.studyId, () => save(parts, client, judged));
  await client.query(saved === 'failed' ? 'ROLLBACK TO SAVEPOINT study' : 'RELEASE SAVEPOINT study');
  return saved;
}

/** A study that cannot be judged or saved must not keep the others from it; trouble of the index is not the study's. */
async function attempt<T>(
  { log }: JudgeParts,
  studyId: number,
  work: () => Promise<T>,
): Promise<T | 'failed'> {
  try {
    return await work();
  } catch (error) {
    if (isOutage(error) || AGAIN.test(errorCode(error) ?? '')) throw error;
    log.warn({ studyId, reason: describeFailure(error) }, 'could not be judged again');
    return 'failed';
  }
}

/** PostgreSQL asks for the whole transaction again, or has ended it. */
const AGAIN = /^(40|25)/;

type Mappings = (hospital: string, exams: readonly ExamName[]) => Promise<ExamMappingEntry[]>;

/** Mappings that speak of a study's exams; each hospital and exam is asked for once. */
function mappingsOf(client: pg.PoolClient): Mappings {
  const known = new Map<string, ExamMappingEntry[]>();
  return async (hospital, exams) => {
    const key = JSON.stringify([hospital, exams.map(({ code, name }) => [code, name])]);
    const found = known.get(key) ?? (await readExamMappings(client, hospital, exams));
    known.set(key, found);
    return found;
  };
}
