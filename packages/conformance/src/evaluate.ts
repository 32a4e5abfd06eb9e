import type { Catalogue } from './catalogue.ts';
import { classifySeries } from './classify.ts';
import { settleContrast, type OrderContrast } from './contrast.ts';
import { eligible } from './eligible.ts';
import { identify } from './identify.ts';
import type { EvaluationOptions } from './options.ts';
import { judgeItem } from './judgeItem.ts';
import { contrastOf } from './order.ts';
import { settlePhases } from './phase.ts';
import type { SeriesSummary, StudySummary } from './summary.ts';
import { readText } from './text.ts';
import type { ItemResult, StudyConformance } from './types.ts';

/** Raised with every change of the rules; stored beside each result. */
export const ENGINE_VERSION = '0.3.0';

/**
 * Judges one study against a catalogue. Pure: the same summary, catalogue and options give the same result.
 * Every verdict names the series that prove it; what headers cannot tell is UNDECIDED and goes to a person.
 */
export function evaluateStudy(
  received: StudySummary,
  catalogue: Catalogue,
  options: EvaluationOptions,
): StudyConformance {
  const summary = inOrder(received);
  const series = summary.series.map(classifySeries);
  const contrast = settleContrast(series, orderContrast(summary));
  const acquisitions = settlePhases(series, contrast);
  const identified = identify(summary, series, catalogue, contrast, options.examMapping ?? []);
  const results: ItemResult[] = [];
  for (const candidate of identified.candidates) {
    const judgedParts = candidate.parts.map((regions) => ({
      item: candidate.item,
      study: summary,
      eligible: eligible(summary, series, regions, identified.severalParts || candidate.parts.length > 1),
      acquisitions,
      contrast,
      regions,
      regionDoubt: candidate.regionDoubt,
      settled: options.settled,
    }));
    results.push(judgeItem(candidate, judgedParts, catalogue, options));
  }
  return {
    engineVersion: ENGINE_VERSION,
    catalogue: { id: catalogue.id, version: catalogue.version },
    settled: options.settled,
    ...(identified.notListed === null || identified.notListed === undefined
      ? {}
      : { notListed: identified.notListed }),
    results,
    series: series.map((one) => one.facts),
  };
}

/** Sources of exam texts, most trusted first. */
const TRUST = [
  'RequestedProcedureCodeSequence',
  'ProcedureCodeSequence',
  'RequestedProcedureDescription',
  'ScheduledProcedureStepDescription',
  'ScheduledProtocolCodeSequence',
  'StudyDescription',
  'PerformedProcedureStepDescription',
];

/** Instances arrive in any order; series are judged by number, exam texts by trust, so that the result is the same. */
function inOrder(summary: StudySummary): StudySummary {
  const number = (one: SeriesSummary): number => one.seriesNumber ?? Infinity;
  const rank = (source: string): number => (TRUST.includes(source) ? TRUST.indexOf(source) : TRUST.length);
  return {
    ...summary,
    series: summary.series.toSorted(
      (a, b) =>
        (number(a) === number(b) ? 0 : number(a) - number(b)) ||
        compare(a.seriesInstanceUid, b.seriesInstanceUid) ||
        compare(a.part ?? '', b.part ?? ''),
    ),
    orderTexts: summary.orderTexts.toSorted(
      (a, b) => rank(a.source) - rank(b.source) || compare(a.text, b.text),
    ),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function orderContrast(summary: StudySummary): OrderContrast {
  for (const { text } of summary.orderTexts) {
    const value = contrastOf(text);
    if (value !== null) return value;
    if (
      readText(text)
        .read('angio')
        .some((id) => id === 'cta' || id === 'ctu')
    )
      return 'post';
  }
  return null;
}
