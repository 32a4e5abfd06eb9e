import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { Candidate } from './identify.ts';
import { absent, undecided, type Judged, type Outcome } from './judgement.ts';
import { matchSeries } from './matchSeries.ts';
import { sameAcquisition } from './repeats.ts';
import type { RequirementResult } from './types.ts';

/** The enhanced series must cover the range of the plain one. */
const SAME_RANGE = 0.8;

export function sameRange(judged: Judged, outcome: Outcome): Outcome {
  const of = (state: 'pre' | 'post'): ClassifiedSeries[] =>
    judged.eligible
      .map(({ series }) => series)
      .filter(
        (series) =>
          matchSeries(series, { plane: ['TRA'], contrast: [state], original: true }, judged).fit === 'yes',
      );
  const plain = of('pre');
  const enhanced = of('post');
  if (plain.length === 0 || enhanced.some((post) => plain.some((pre) => shareOf(pre, post) >= SAME_RANGE)))
    return outcome;
  return undecided(
    say(
      '增强与平扫的扫描范围不一致，须人工确认',
      'the enhanced and the plain range differ and must be checked by a person',
    ),
    outcome.evidence,
  );
}

function shareOf(pre: ClassifiedSeries, post: ClassifiedSeries): number {
  const [a, b] = [pre.summary.geometry.z, post.summary.geometry.z];
  if (a === null || b === null || a.max === a.min) return 1;
  return (
    (Math.min(a.max, b.max) - Math.max(a.min, b.min)) / Math.min(a.max - a.min, b.max - b.min || Infinity)
  );
}

/**
 * A plain and an enhanced series are both required: where a single acquisition is all there is and nothing
 * shows that contrast was given, the enhanced one is missing whatever that acquisition is.
 */
export function oneCannotBeBoth(
  candidate: Candidate,
  parts: readonly Judged[],
  requirements: RequirementResult[],
  settled: boolean,
): void {
  const [judged] = parts;
  if (judged === undefined || parts.length > 1 || judged.contrast.agentEverywhere) return;
  const asks = (state: 'pre' | 'post'): RequirementResult | undefined => {
    const wanted = candidate.item.requirements.find(
      (one) => one.expr.series?.contrast?.includes(state) === true,
    );
    return requirements.find((result) => result.id === wanted?.id && result.status === 'UNDECIDED');
  };
  const [pre, post] = [asks('pre'), asks('post')];
  if (pre === undefined || post === undefined) return;
  const series = new Set([...pre.evidence, ...post.evidence].map((one) => one.seriesInstanceUid));
  const shown = judged.eligible.filter(({ series: one }) => series.has(one.facts.seriesInstanceUid));
  const [first] = shown;
  if (
    first === undefined ||
    !shown.every(({ series: one }) => one === first.series || sameAcquisition(first.series, one))
  )
    return;
  post.status = 'NOT_SATISFIED';
  const outcome = absent(
    { settled },
    post.label,
    say(
      '只有一次相应采集，且没有任何增强迹象',
      'there is a single acquisition of the kind and no sign of contrast',
    ),
  );
  post.reason = outcome.reason;
}
