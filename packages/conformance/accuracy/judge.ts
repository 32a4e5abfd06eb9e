import {
  defaultCatalogue,
  evaluateStudy,
  summarizeStudy,
  type StudyConformance,
  type StudySummary,
} from '../src/index.ts';
import { expand } from '../catalogues/headers.ts';
import { examHeaders } from './studies/order.ts';
import type { StudyPlan } from './studies/plan.ts';
import { randomFrom } from './studies/random.ts';
import { render } from './studies/render.ts';
import { truthOf, type StudyTruth } from './studies/truth.ts';

export interface Judged {
  plan: StudyPlan;
  truth: StudyTruth;
  summary: StudySummary;
  said: StudyConformance;
  outcome: Outcome;
}

/** How one verdict of the engine compares with what was done. */
export interface Outcome {
  /** PASS of any item although the study must not pass it: the worst error. */
  falsePass: boolean;
  /** FAIL of a study that must pass. */
  falseFail: boolean;
  /** Left to a person, or no verdict at all although the exam is on the list. */
  undecided: boolean;
  /** The item was named, and no other. */
  itemRight: boolean;
  /** Of a FAIL that is right: every missing requirement is named and none besides. Null where there is none. */
  missingRight: boolean | null;
  /** The verdict is the one that had to come. */
  right: boolean;
}

const catalogue = defaultCatalogue();

/** Renders a plan, has the engine judge it, and compares. */
export function judge(plan: StudyPlan): Judged {
  const { mapping } = examHeaders(plan, randomFrom(`${plan.seed} order`));
  const summary = summarizeStudy(expand(render(plan)));
  const said = evaluateStudy(summary, catalogue, { settled: true, examMapping: mapping });
  const truth = truthOf(plan);
  return { plan, truth, summary, said, outcome: compare(truth, said) };
}

/** Compares verdicts with the truth. */
export function compare(truth: StudyTruth, said: StudyConformance): Outcome {
  const passed = said.results.filter((one) => one.verdict === 'PASS').map((one) => one.itemCode);
  const own = said.results.find((one) => one.itemCode === truth.item);
  const falsePass = passed.some((code) => code !== truth.item || truth.verdict !== 'PASS');
  const falseFail = truth.verdict === 'PASS' && own?.verdict === 'FAIL';
  const itemRight =
    truth.item === null
      ? said.results.length === 0
      : said.results.length === 1 && said.results[0]?.itemCode === truth.item;
  const undecided =
    truth.item === null
      ? said.results.some((one) => one.verdict === 'REVIEW')
      : own === undefined || own.verdict === 'REVIEW' || said.results.length > 1;
  const named = own?.requirements
    .filter((one) => one.level === 'must' && one.status === 'NOT_SATISFIED')
    .map((one) => one.id);
  const missingRight =
    truth.verdict === 'FAIL' && own?.verdict === 'FAIL'
      ? JSON.stringify(named?.toSorted()) === JSON.stringify(truth.missing.toSorted())
      : null;
  return {
    falsePass,
    falseFail,
    undecided,
    itemRight,
    missingRight,
    right:
      itemRight &&
      (truth.item === null ||
        own?.verdict === truth.verdict ||
        (truth.verdict === 'NOT_PASS' && own?.verdict !== 'PASS')),
  };
}
