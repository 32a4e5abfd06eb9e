import type { ItemResult, SeriesFacts } from './types.ts';

/** Raised only when the text below changes its form; that makes every decision bound to an older form stale. */
const FORM = 'hutong-evidence-1';

/**
 * The canonical text of what a verdict rests on: catalogue, item, how the exam was identified, every
 * requirement with its status and evidence series, and what was understood of those series. Where something
 * required is missing or undecided, the verdict rests on all acquired series, which are then all named.
 * It is free of sentences, series names, order of arrival and versions, so that its SHA-256 can bind a
 * person's decision: the digest changes when the evidence does, and only then.
 */
export function evidenceOf(result: ItemResult, series: readonly SeriesFacts[]): string {
  const lines = [
    FORM,
    `catalogue ${result.catalogue.id}`,
    `item ${result.itemCode}`,
    `identified ${sorted(result.identifiedBy.map((reason) => reason.source)).join(',')}`,
  ];
  const named = new Set<string>();
  for (const requirement of sortedBy(result.requirements, (one) => one.id)) {
    const uids = sorted(requirement.evidence.map((one) => one.seriesInstanceUid));
    for (const uid of uids) named.add(uid);
    lines.push(
      `requirement ${requirement.id} ${requirement.level} ${requirement.status} ${uids.join(',')}`.trimEnd(),
    );
  }
  const whole = result.requirements.some((one) => one.level === 'must' && one.status !== 'SATISFIED');
  const facts = series.filter(
    (one) => named.has(one.seriesInstanceUid) || (whole && one.derived === null && isImage(one)),
  );
  lines.push(...facts.map(line).sort());
  return `${lines.join('\n')}\n`;
}

const IMAGES = new Set(['CT', 'MR', 'DX', 'CR', 'DR', 'RG', 'MG']);

function isImage(series: SeriesFacts): boolean {
  return IMAGES.has(series.modality);
}

function line(series: SeriesFacts): string {
  const facts: readonly (readonly [string, string | number | null])[] = [
    ['modality', series.modality],
    ['instances', series.numberOfInstances],
    ['derived', series.derived],
    ['weighting', series.weighting],
    ['fatSat', series.fatSat],
    ['plane', series.plane],
    ['contrast', series.contrast],
    ['phase', series.phase],
    ['region', sorted(series.bodyRegion).join('+')],
    ['side', series.laterality],
    ['view', series.view],
    ['b', [...series.bValues].sort((a, b) => a - b).join('+')],
    ['thickness', series.thicknessMm],
    ['coverage', series.coverageMm],
  ];
  const known = facts.filter(([, value]) => value !== null && value !== '');
  return `series ${series.seriesInstanceUid} ${known.map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function sortedBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return values.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
