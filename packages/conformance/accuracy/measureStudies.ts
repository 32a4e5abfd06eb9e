import { judge, type Judged } from './judge.ts';
import { studies, type Split } from './studies/generate.ts';
import { mutationsOf } from './studies/mutations.ts';
import { seriesTruth } from './studies/truth.ts';
import { share, type Share } from './wilson.ts';

/** What is kept of one judged study: enough to count, nothing of its headers. */
export interface Record {
  mutation: string | null;
  category: string;
  maker: string;
  language: string;
  exam: string;
  naming: string;
  hard: string | null;
  truth: Judged['truth']['verdict'];
  listed: boolean;
  outcome: Judged['outcome'];
}

export interface Figures {
  falsePass: Share;
  falseFail: Share;
  item: Share;
  missing: Share;
  coverage: Share;
}

export interface FactTally {
  right: number;
  wrong: number;
  unknown: number;
}

export interface Measured {
  records: Record[];
  /** Series facts of the generated studies against what was acquired. */
  facts: Map<string, FactTally>;
}

/** Generates a split, judges it, mutates the first `mutated` rounds and judges those. */
export function measureStudies(split: Split, rounds: number, mutated: number): Measured {
  const measured: Measured = { records: [], facts: new Map() };
  for (const plan of studies(split, rounds)) {
    const judged = judge(plan);
    measured.records.push(record(judged, null));
    if (plan.hard === null) countSeries(judged, measured.facts);
  }
  for (const plan of studies(split, mutated)) {
    for (const { name, plan: changed } of mutationsOf(plan))
      measured.records.push(record(judge(changed), name));
  }
  return measured;
}

function record({ plan, truth, outcome }: Judged, mutation: string | null): Record {
  return {
    mutation,
    category: plan.item?.slice(0, 2) ?? 'none',
    maker: plan.style.maker,
    language: plan.style.language,
    exam: plan.style.exam,
    naming: plan.style.naming,
    hard: plan.hard,
    truth: truth.verdict,
    listed: truth.item !== null,
    outcome,
  };
}

/** The five figures of a set of records. */
export function figuresOf(records: readonly Record[]): Figures {
  const mustPass = records.filter((one) => one.truth === 'PASS');
  const mustNot = records.filter((one) => one.truth !== 'PASS');
  const decidable = records.filter(
    (one) => one.truth === 'PASS' || one.truth === 'FAIL' || one.truth === 'NOT_LISTED',
  );
  const count = (list: readonly Record[], test: (one: Record) => boolean): Share =>
    share(list.filter(test).length, list.length);
  const unchanged = records.filter((one) => one.mutation === null);
  return {
    // A PASS of another item than the exam's is wrong as well, whatever became of its own.
    falsePass: share(records.filter((one) => one.outcome.falsePass).length, mustNot.length),
    falseFail: count(mustPass, (one) => one.outcome.falseFail),
    item: count(unchanged.length > 0 ? unchanged : records, (one) => one.outcome.itemRight),
    missing: count(
      records.filter((one) => one.outcome.missingRight !== null),
      (one) => one.outcome.missingRight === true,
    ),
    coverage: count(decidable, (one) => !one.outcome.undecided),
  };
}

/** Compares series facts with the plan, series by series; a divided series counts by any of its parts. */
function countSeries({ plan, said }: Judged, facts: Map<string, FactTally>): void {
  for (const [index, step] of plan.steps.entries()) {
    const truth = seriesTruth(step);
    const parts = said.series.filter((one) => one.seriesInstanceUid === `2.25.1.${index + 1}`);
    for (const fact of ['weighting', 'plane', 'contrast', 'phase'] as const) {
      const wanted = truth[fact];
      if (wanted === undefined) continue;
      const words = parts.map((one) => one[fact] ?? 'unknown');
      const said = words.find((word) => word === wanted) ?? words[0] ?? 'unknown';
      const tally = facts.get(fact) ?? { right: 0, wrong: 0, unknown: 0 };
      facts.set(fact, tally);
      if (said === wanted) tally.right += 1;
      else if (said === 'unknown') tally.unknown += 1;
      else tally.wrong += 1;
    }
  }
}
