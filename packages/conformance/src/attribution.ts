import type { ClassifiedSeries } from './classify.ts';
import { compatible } from './regions.ts';
import { sameAcquisition, startOf } from './repeats.ts';

/** Which of several ordered parts each series is of; series that cannot be told are absent. */
export type Attribution = ReadonlyMap<ClassifiedSeries, number>;

/** Head to foot, for telling stacks of one scanner position apart. */
const HEAD_TO_FOOT = [
  ['head', 'head-neck', 'sinus', 'orbit', 'iac', 'inner-ear', 'pituitary', 'face'],
  ['nasopharynx'],
  ['neck', 'cspine'],
  ['chest', 'tspine', 'coronary', 'pulmonary-artery', 'left-atrium'],
  ['upper-abdomen', 'abdomen', 'whole-abdomen'],
  ['mid-abdomen', 'lspine', 'adrenal'],
  ['lower-abdomen', 'sacrum', 'hip', 'pelvis-bone', 'sacroiliac'],
  ['knee'],
  ['ankle'],
];
/** Usual length of a part along the body (mm), for one range that holds several neighbours. */
const LENGTH: Readonly<Record<string, number>> = {
  neck: 180,
  chest: 300,
  'upper-abdomen': 200,
  abdomen: 200,
  'mid-abdomen': 120,
  'lower-abdomen': 200,
  'whole-abdomen': 400,
};
/** Bodies differ: this share of the usual length suffices. */
const SHARE = 0.85;

/**
 * Tells the series of a study with several ordered parts apart: by words and codes; by what was scanned in
 * the same position or the same acquisition; by BodyPartExamined where it divides the study into blocks of
 * time, one for each part; and in CT by the order of the ranges along the body.
 */
export function attribute(
  all: readonly ClassifiedSeries[],
  parts: readonly (readonly string[])[],
): Map<ClassifiedSeries, number> {
  const found = new Map<ClassifiedSeries, number>();
  if (parts.length < 2) return found;
  const series = all.filter((one) => one.acquired || one.facts.derived !== null);
  const only = (regions: readonly string[]): number | null => {
    const fits = parts.flatMap((part, index) =>
      regions.some((region) => compatible(region, part)) ? [index] : [],
    );
    return fits.length === 1 ? (fits[0] ?? null) : null;
  };
  for (const one of series) {
    const part = only(one.regions.strong);
    if (part !== null) found.set(one, part);
  }
  spread(series, found, sameAcquisition);
  spread(series, found, samePosition(series, found));
  byBodyPart(series, parts, only, found);
  byRange(series, parts, found);
  return found;
}

/** Series without a part take that of the series they go with, where those agree. */
function spread(
  series: readonly ClassifiedSeries[],
  found: Map<ClassifiedSeries, number>,
  together: (a: ClassifiedSeries, b: ClassifiedSeries) => boolean,
): void {
  for (const one of series) {
    if (found.has(one) || one.regions.strong.length > 0) continue;
    const parts = new Set(series.flatMap((other) => (together(one, other) ? (found.get(other) ?? []) : [])));
    const [part] = parts;
    if (parts.size === 1 && part !== undefined) found.set(one, part);
  }
}

/** One frame of reference is one position of the body, unless it holds several parts that are told. */
function samePosition(
  series: readonly ClassifiedSeries[],
  found: ReadonlyMap<ClassifiedSeries, number>,
): (a: ClassifiedSeries, b: ClassifiedSeries) => boolean {
  const frames = new Map<string, Set<number>>();
  for (const one of series) {
    const part = found.get(one);
    const frame = one.summary.geometry.frameOfReferenceUid;
    if (part !== undefined && frame !== '') frames.set(frame, (frames.get(frame) ?? new Set()).add(part));
  }
  return (a, b) =>
    a.summary.modality === 'MR' &&
    b.summary.modality === 'MR' &&
    a.summary.geometry.frameOfReferenceUid === b.summary.geometry.frameOfReferenceUid &&
    frames.get(a.summary.geometry.frameOfReferenceUid)?.size === 1;
}

/** BodyPartExamined counts where every series has one, every part is there, and parts were scanned one after the other. */
function byBodyPart(
  series: readonly ClassifiedSeries[],
  parts: readonly (readonly string[])[],
  only: (regions: readonly string[]) => number | null,
  found: Map<ClassifiedSeries, number>,
): void {
  const open = series.filter((one) => one.acquired && !found.has(one));
  if (open.length === 0 || open.some((one) => one.regions.strong.length > 0)) return;
  const told = new Map<ClassifiedSeries, number>(found);
  for (const one of open) {
    const part = only(one.regions.weak);
    if (part === null) return;
    told.set(one, part);
  }
  if (new Set(told.values()).size < parts.length) return;
  const inTime = [...told]
    .filter(([one]) => one.acquired)
    .sort(
      ([a], [b]) =>
        (startOf(a) ?? 0) - (startOf(b) ?? 0) || (a.facts.seriesNumber ?? 0) - (b.facts.seriesNumber ?? 0),
    );
  const byNumber = inTime.toSorted(([a], [b]) => (a.facts.seriesNumber ?? 0) - (b.facts.seriesNumber ?? 0));
  const blocks = (list: readonly (readonly [ClassifiedSeries, number])[]): number =>
    list.filter(([, part], index) => index === 0 || list[index - 1]?.[1] !== part).length;
  if (Math.min(blocks(inTime), blocks(byNumber)) > parts.length) return;
  for (const one of open) {
    const part = told.get(one);
    if (part !== undefined) found.set(one, part);
  }
}

/** CT ranges that lie apart along the body are the ordered parts from head to foot, where there are as many of them. */
function byRange(
  series: readonly ClassifiedSeries[],
  parts: readonly (readonly string[])[],
  found: Map<ClassifiedSeries, number>,
): void {
  const ct = series.filter(
    (one) =>
      one.acquired &&
      one.summary.modality === 'CT' &&
      one.facts.plane === 'axial' &&
      one.summary.geometry.z !== null,
  );
  const open = ct.filter((one) => !found.has(one) && one.regions.strong.length === 0);
  if (open.length === 0 || new Set(ct.map((one) => one.summary.geometry.frameOfReferenceUid)).size > 1)
    return;
  const ranks = parts.map((part) =>
    HEAD_TO_FOOT.findIndex((level) => part.some((region) => level.includes(region))),
  );
  if (ranks.includes(-1) || new Set(ranks).size < ranks.length) return;
  const clusters: ClassifiedSeries[][] = [];
  for (const one of ct) {
    const known = clusters.find((cluster) => cluster.some((other) => mostlyShared(one, other)));
    if (known === undefined) clusters.push([one]);
    else known.push(one);
  }
  if (clusters.length !== parts.length) return;
  const middle = (cluster: readonly ClassifiedSeries[]): number =>
    Math.max(
      ...cluster.map((one) => ((one.summary.geometry.z?.min ?? 0) + (one.summary.geometry.z?.max ?? 0)) / 2),
    );
  const headFirst = clusters.toSorted((a, b) => middle(b) - middle(a));
  const order = ranks.map((rank, index) => ({ rank, index })).sort((a, b) => a.rank - b.rank);
  const agrees = headFirst.every((cluster, at) =>
    cluster.every((one) => (found.get(one) ?? order[at]?.index) === order[at]?.index),
  );
  if (!agrees) return;
  for (const [at, cluster] of headFirst.entries()) {
    const part = order[at]?.index;
    for (const one of cluster) if (open.includes(one) && part !== undefined) found.set(one, part);
  }
}

function mostlyShared(a: ClassifiedSeries, b: ClassifiedSeries): boolean {
  const [x, y] = [a.summary.geometry.z, b.summary.geometry.z];
  if (x === null || y === null) return false;
  const shared = Math.min(x.max, y.max) - Math.max(x.min, y.min);
  return shared > 0.5 * Math.min(x.max - x.min, y.max - y.min);
}

/** One long CT range holds all the parts that were ordered, where they are neighbours; upper and lower abdomen are. */
export function holdsAll(series: ClassifiedSeries, parts: readonly (readonly string[])[]): boolean {
  if (series.summary.modality !== 'CT' || series.facts.plane !== 'axial') return false;
  const lengths = parts.map((part) => Math.max(0, ...part.map((region) => LENGTH[region] ?? 0)));
  if (lengths.includes(0)) return false;
  const ranks = parts
    .map((part) => HEAD_TO_FOOT.findIndex((level) => part.some((region) => level.includes(region))))
    .sort((a, b) => a - b);
  const neighbours = ranks.every(
    (rank, at) => at === 0 || rank - (ranks[at - 1] ?? rank) <= 1 || (ranks[at - 1] === 4 && rank === 6),
  );
  return neighbours && (series.facts.coverageMm ?? 0) >= SHARE * lengths.reduce((sum, one) => sum + one, 0);
}
