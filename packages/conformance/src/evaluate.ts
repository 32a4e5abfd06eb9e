import type { Catalogue } from './catalogue.ts';
import { classifySeries } from './classify.ts';
import { settleContrast, type OrderContrast } from './contrast.ts';
import { eligible } from './eligible.ts';
import { identify } from './identify.ts';
import type { EvaluationOptions } from './options.ts';
import { judgeItem } from './judgeItem.ts';
import { contrastOf } from './order.ts';
import { settlePhases } from './phase.ts';
import type { StudySummary } from './summary.ts';
import { readText } from './text.ts';
import type { ItemResult, StudyConformance } from './types.ts';

/** Raised with every change of the rules; stored beside each result. */
export const ENGINE_VERSION = '0.2.0';

/**
 * Judges one study against a catalogue. Pure: the same summary, catalogue and options give the same result.
 * Every verdict names the series that prove it; what headers cannot tell is UNDECIDED and goes to a person.
 */
export function evaluateStudy(
  summary: StudySummary,
  catalogue: Catalogue,
  options: EvaluationOptions,
): StudyConformance {
  const series = summary.series.map(classifySeries);
  const contrast = settleContrast(series, orderContrast(summary));
  const acquisitions = settlePhases(series, contrast.bolusStart);
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
