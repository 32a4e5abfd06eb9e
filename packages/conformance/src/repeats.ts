import type { ClassifiedSeries } from './classify.ts';

/** Start of a series' acquisition in seconds, comparable inside the study. */
export function startOf(series: ClassifiedSeries): number | null {
  return series.summary.time.acquisition?.min ?? null;
}

/** True where two CT series are reconstructions of one acquisition: same acquisition number and same start. */
export function sameAcquisition(a: ClassifiedSeries, b: ClassifiedSeries): boolean {
  const [x, y] = [startOf(a), startOf(b)];
  if (x === null || y === null || Math.abs(x - y) > 3) return false;
  const numbers = b.summary.time.acquisitionNumbers;
  return (
    a.summary.time.acquisitionNumbers.length === 0 ||
    numbers.length === 0 ||
    a.summary.time.acquisitionNumbers.some((n) => numbers.includes(n))
  );
}

/** Share of the shorter range that two stacks of one plane have in common, 0 to 1; 1 where positions are missing. */
export function overlap(a: ClassifiedSeries, b: ClassifiedSeries): number {
  const [x, y] = [a.summary.geometry.extent, b.summary.geometry.extent];
  if (x === null || y === null) return 1;
  const flipped =
    (a.summary.geometry.normals[0]?.normal ?? [0, 0, 1]).reduce(
      (sum, v, i) => sum + v * (b.summary.geometry.normals[0]?.normal[i] ?? 0),
      0,
    ) < 0;
  const z = flipped ? { min: -y.max, max: -y.min } : y;
  const shared = Math.min(x.max, z.max) - Math.max(x.min, z.min);
  const shorter = Math.min(x.max - x.min, z.max - z.min);
  return shorter <= 0 ? (shared >= 0 ? 1 : 0) : Math.max(0, shared / shorter);
}

/** Same plane, thickness, range and, in MR, timing: one scan made again. */
export function sameScan(first: ClassifiedSeries, second: ClassifiedSeries): boolean {
  const [a, b] = [first.summary, second.summary];
  if (a.modality !== b.modality) return false;
  if (first.facts.plane !== second.facts.plane || first.facts.thicknessMm !== second.facts.thicknessMm)
    return false;
  if (overlap(first, second) < 0.8) return false;
  if (a.mr === null || b.mr === null) return true;
  const close = (p: number | undefined, q: number | undefined): boolean =>
    p !== undefined && q !== undefined && Math.abs(p - q) <= 0.1 * Math.max(p, q);
  return (
    close(a.mr.te?.min, b.mr.te?.min) &&
    close(a.mr.tr?.min, b.mr.tr?.min) &&
    first.facts.fatSat === second.facts.fatSat
  );
}

/** The name says that a scan was made again because it had failed. */
export function isRetake(series: ClassifiedSeries): boolean {
  return /repeat|rpt|redo|retake|motion|重扫|重复|补扫|重做/.test(series.description.normal);
}

/** Time points that one MR series holds; the images of a Dixon set are not time points. */
export function timePointsOf(series: ClassifiedSeries): number {
  const { time, imageTypes, mr } = series.summary;
  const kinds = Math.max(1, imageTypes.length);
  const echoes = mr?.te === null || mr?.te === undefined ? false : mr.te.max - mr.te.min > 0.3;
  const repeats = echoes ? 1 : Math.floor(time.repeats / kinds);
  return Math.max(1, time.temporalPositions, repeats);
}
