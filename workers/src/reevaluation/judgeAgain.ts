import {
  type CatalogueChoice,
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
import type { StudyToJudge } from '../conformance/readStudy.ts';
import { type Summarized, summaryOf } from '../conformance/studySummary.ts';
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
  const outcomes = new Map<number, Again>(studies.map(({ study }) => [study.studyId, 'same']));
  const wanted: Wanted[] = [];
  for (const one of studies) {
    const found = await attempt(parts, one.study.studyId, () => want(parts, client, reason, inForce, one));
    if (found === 'failed') outcomes.set(one.study.studyId, 'failed');
    else if (found !== null) wanted.push(found);
  }
  const mappingsOf = await readMappings(client, wanted);
  const confirmed: Judged[] = [];
  for (const one of wanted) {
    const { studyId } = one.study;
    const judged = await attempt(parts, studyId, () => evaluate(parts, client, one, mappingsOf(one)));
    if (judged === 'failed') outcomes.set(studyId, 'failed');
    else if (judged !== null && isConfirmed(reason, judged)) confirmed.push(judged);
    else if (judged !== null)
      outcomes.set(studyId, await saveApart(parts, client, withExams(reason, judged)));
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

/** A mapping changes which exams count as mapped, and a summary made anew may name others; else those recorded stand. */
function withExams(reason: Reevaluation['reason'], judged: Judged): Judged {
  const stand = (reason === 'catalogue' || reason === 'engine') && judged.summarized.toKeep === null;
  return stand ? { ...judged, exams: null } : judged;
}

const resultOf = ({ study, conformance, choice }: JudgedStudy) => ({
  studyId: study.studyId,
  revision: study.revision,
  settled: study.settled,
  conformance,
  choice,
});

/** A study that has to be judged, and by what. */
interface Wanted {
  study: StudyToJudge;
  present: PresentResult;
  choice: CatalogueChoice;
  summarized: Summarized;
  exams: ExamName[];
}

/** What is needed to judge a study again; null where it need not be judged. */
async function want(
  { index, config }: JudgeParts,
  client: pg.PoolClient,
  reason: Reevaluation['reason'],
  inForce: readonly CatalogueInForce[],
  { study, present, kept, underWay }: StudyToJudgeAgain,
): Promise<Wanted | null> {
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
  const summarized = await summaryOf(index, study.studyId, study.revision, kept);
  return { study, present, choice, summarized, exams: examNamesOf(summarized.summary) };
}

/** What the present list and rules say of a study; null when the list is gone. */
async function evaluate(
  { catalogues }: JudgeParts,
  client: pg.PoolClient,
  wanted: Wanted,
  mappings: ExamMappingEntry[],
): Promise<Judged | null> {
  const { study, choice, summarized } = wanted;
  const catalogue = await catalogues.read(client, choice.id, choice.version);
  if (catalogue === null) return null;
  const conformance = evaluateStudy(summarized.summary, catalogue, {
    settled: study.settled,
    examMapping: mappings,
  });
  const present = (await withDigest(client, wanted.present)) ?? wanted.present;
  return { ...wanted, present, choice: choice.reason, conformance, mappings };
}

async function save(parts: JudgeParts, client: pg.PoolClient, judged: Judged): Promise<Again> {
  const { studyId, revision } = judged.study;
  if ((await lockStudy(client, studyId)) !== revision) return 'same';
  const present = await readPresent(client, studyId);
  // Judged meanwhile in the usual way, by what is in force.
  if (present?.resultId !== judged.present.resultId) return 'same';
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

/** The mappings that speak of each study's exams, with one look-up for each hospital. */
async function readMappings(
  client: pg.PoolClient,
  wanted: readonly Wanted[],
): Promise<(one: Wanted) => ExamMappingEntry[]> {
  const ofHospitals = new Map<string, ExamMappingEntry[]>();
  for (const hospital of new Set(wanted.map(({ study }) => study.hospitalCode))) {
    const exams = wanted.flatMap((one) => (one.study.hospitalCode === hospital ? one.exams : []));
    ofHospitals.set(hospital, await readExamMappings(client, hospital, exams));
  }
  // As readExamMappings finds them for one study.
  return ({ study, exams }) =>
    (ofHospitals.get(study.hospitalCode) ?? []).filter((entry) =>
      exams.some(({ code, name }) =>
        entry.code === undefined ? name !== '' && entry.name === name : entry.code === code,
      ),
    );
}
