/** What the engine understood of a series, in the words doctors use. Pure. */
import type { SeriesFacts } from '@hutong/conformance';
import { formatMm } from '../format/format.ts';
import type { Dictionary } from '../i18n/zh.ts';

/** Below this the engine's voters disagreed enough to say so. */
export const LOW_CONFIDENCE = 0.6;

/** The facts of a series that are known and mean something for its modality, most telling first. */
export function factWords(series: SeriesFacts, t: Dictionary): string[] {
  const { facts } = t;
  const projection = series.view !== null;
  const words = [
    series.weighting === null ? '' : facts.weighting[series.weighting],
    series.fatSat === null ? '' : facts.fatSat[series.fatSat],
    series.plane === 'unknown' || projection ? '' : facts.plane[series.plane],
    // A phase says more than pre or post does.
    series.phase === null || series.phase === 'unknown'
      ? facts.contrast[series.contrast]
      : facts.phase[series.phase],
    series.view ?? '',
    series.laterality === null ? '' : facts.laterality[series.laterality],
    series.derived === null ? '' : facts.derived[series.derived],
    series.bValues.length === 0 ? '' : t.detail.bValues(series.bValues.map((b) => String(b)).join(',')),
  ];
  return [...new Set(words.filter((word) => word !== ''))];
}

/** Sizes of a series: images, thickness, coverage. */
export function sizeWords(series: SeriesFacts, t: Dictionary): string[] {
  return [
    t.detail.images(series.numberOfInstances),
    series.thicknessMm === null ? '' : t.detail.thickness(formatMm(series.thicknessMm)),
    series.coverageMm === null ? '' : t.detail.coverage(formatMm(Math.round(series.coverageMm))),
  ].filter((word) => word !== '');
}

/** The short name of a series: its description, else its number, else its modality. */
export function seriesName(series: SeriesFacts, t: Dictionary): string {
  if (series.seriesDescription !== '') return series.seriesDescription;
  return series.seriesNumber === null ? series.modality : t.detail.seriesNumber(String(series.seriesNumber));
}
