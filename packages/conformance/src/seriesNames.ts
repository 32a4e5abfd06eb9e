import type { SeriesSummary } from './summary.ts';
import type { TextFacts } from './text.ts';

/** The text that names a series' technique, and the attribute it stands in. */
export interface SeriesName {
  text: TextFacts;
  source: 'SeriesDescription' | 'ProtocolName';
}

function namesTechnique(text: TextFacts): boolean {
  return (
    text.read('special').length > 0 ||
    text.read('base').length > 0 ||
    text.read('implied').length > 0 ||
    text.bValues().length > 0
  );
}

/**
 * The description where it names a technique, else the protocol name. GE keeps the name of the whole exam in
 * ProtocolName, which says nothing of a single series.
 */
export function nameOfSeries(
  series: SeriesSummary,
  description: TextFacts,
  protocol: TextFacts,
): SeriesName | null {
  if (namesTechnique(description)) return { text: description, source: 'SeriesDescription' };
  const exam = /^ge\b|ge medical/i.test(series.manufacturer);
  return !exam && namesTechnique(protocol) ? { text: protocol, source: 'ProtocolName' } : null;
}
