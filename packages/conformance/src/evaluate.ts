import type { Catalogue } from './catalogue.ts';
import { classifySeries } from './classify.ts';
import { settleContrast, type ExamOrder } from './contrast.ts';
import { eligible, otherDay } from './eligible.ts';
import type { MappedExam } from './examMapping.ts';
import { identify } from './identify.ts';
import type { EvaluationOptions } from './options.ts';
import { judgeItem } from './judgeItem.ts';
import { contrastOf } from './order.ts';
import { mappedExam } from './orderedExam.ts';
import { settlePhases } from './phase.ts';
import { textsOf } from './seriesEvidence.ts';
import { orderedSide, sidesToJudge } from './sides.ts';
import { withOrder } from './placedOrder.ts';
import type { SeriesSummary, StudySummary } from './summary.ts';
import { readText } from './text.ts';
import type { ItemResult, StudyConformance } from './types.ts';

/** Raised with every change of the rules; stored beside each result. */
export const ENGINE_VERSION = '0.3.1';

/**
 * Judges one study against a catalogue. Pure: the same summary, catalogue and options give the same result.
 * Every verdict names the series that prove it; what headers cannot tell is UNDECIDED and goes to a person.
 */
export function evaluateStudy(
  received: StudySummary,
  catalogue: Catalogue,
  options: EvaluationOptions,
): StudyConformance {
  const ordered = options.order ?? null;
  const own = inOrder(received);
  const { exam: mapped, doubt } = mappedExam(own, catalogue, options.examMapping ?? [], ordered);
  const summary = withOrder(own, ordered);
  const series = summary.series.map(classifySeries);
  const order = orderOf(summary, mapped);
  // the times of a prior exam say nothing of this one
  const today = series.filter((one) => otherDay(summary, one) === null);
  const contrast = settleContrast(today, order);
  const acquisitions = settlePhases(today, contrast, order.angiography);
  const identified = identify(summary, series, catalogue, contrast, mapped);
  for (const candidate of identified.candidates) candidate.doubt ??= doubt;
  const results: ItemResult[] = [];
  for (const candidate of identified.candidates) {
    const severalParts = identified.severalParts || candidate.parts.length > 1;
    const asked = severalParts ? null : orderedSide(textsOf(summary, today));
    const judgedParts = candidate.parts.flatMap((regions) =>
      (severalParts ? [null] : sidesToJudge(candidate.item, regions, asked, today)).map((side) => ({
        item: candidate.item,
        study: summary,
        eligible: eligible(summary, series, regions, {
          severalParts,
          parts: identified.parts,
          attribution: identified.attribution,
          side,
        }),
        acquisitions,
        contrast,
        regions,
        side,
        regionDoubt: candidate.regionDoubt,
        settled: options.settled,
      })),
    );
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
  'ExamOrder',
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

/** What was ordered: the mapped exam, else the exam texts, else the protocol name that all series share. */
function orderOf(summary: StudySummary, mapped: MappedExam | null): ExamOrder {
  const cta = summary.orderTexts.some(({ text }) => readText(text).read('angio').includes('cta'));
  const items = mapped?.items ?? [];
  if (items.length > 0)
    return {
      contrast: mapped?.contrast ?? null,
      angiography: items.every((item) => item.selector.technique === 'cta'),
    };
  for (const { text } of summary.orderTexts) {
    const contrast = contrastIn(text);
    if (contrast !== null) return { contrast, angiography: cta };
  }
  const shared = new Set(summary.series.filter(isScan).map((series) => series.protocolName));
  const [protocol] = shared;
  return {
    contrast: shared.size === 1 && protocol !== undefined ? contrastIn(protocol) : null,
    angiography: cta,
  };
}

function isScan(series: SeriesSummary): boolean {
  return (series.modality === 'CT' || series.modality === 'MR') && series.numberOfFrames >= 3;
}

function contrastIn(text: string): ExamOrder['contrast'] {
  const angio = readText(text).read('angio');
  return contrastOf(text) ?? (angio.includes('cta') || angio.includes('ctu') ? 'post' : null);
}
