import type { Frame } from './frames.ts';
import type { Geometry, Range, Timing } from './summary.ts';

type Vector = [number, number, number];

/** Normals closer than this (cosine) belong to one stack. */
const SAME_NORMAL = 0.985;

/** Unit normal of an ImageOrientationPatient value (PS3.3 §C.7.6.2.1.1), or null where it is degenerate. */
export function normalOf(orientation: readonly number[]): Vector | null {
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = orientation;
  const normal: Vector = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const length = Math.hypot(...normal);
  if (!(length > 0.5 && length < 1.5)) return null;
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

/** Most slice positions told apart in one series. */
const MOST_POSITIONS = 16_384;

function dot(a: readonly number[], b: readonly number[]): number {
  return (a[0] ?? 0) * (b[0] ?? 0) + (a[1] ?? 0) * (b[1] ?? 0) + (a[2] ?? 0) * (b[2] ?? 0);
}

/** Stacks by normal, slice extent along the commonest normal, field of view and centre of a set of images. */
export function summarizeGeometry(frames: readonly Frame[], frameOfReferenceUid: string): Geometry {
  const normals: Geometry['normals'] = [];
  for (const frame of frames) {
    const normal = frame.orientation === null ? null : normalOf(frame.orientation);
    if (normal === null) continue;
    const known = normals.find((other) => Math.abs(dot(other.normal, normal)) > SAME_NORMAL);
    if (known !== undefined) known.images += 1;
    else if (normals.length < 16) normals.push({ normal, images: 1 });
  }
  normals.sort((a, b) => b.images - a.images);
  const main = normals[0]?.normal ?? null;
  const along = new Set<number>();
  let extent: Range | null = null;
  let z: Range | null = null;
  let centreSum = 0;
  let centreCount = 0;
  let spacing: number | null = null;
  for (const frame of frames) {
    if (frame.position === null) continue;
    z = widen(z, frame.position[2] ?? 0);
    if (main !== null) {
      const distance = dot(frame.position, main);
      // the corner of a tiled image is off by the tiling, but the length of its stack is right
      const step = frame.spacing ?? frame.thickness ?? 0;
      extent = widen(widen(extent, distance), distance + (frame.tiles - 1) * step);
      for (let tile = 0; tile < frame.tiles && along.size < MOST_POSITIONS; tile += 1)
        along.add(Math.round((distance + tile * step) * 10));
    }
    const centre = centreX(frame);
    if (centre !== null) {
      centreSum += centre;
      centreCount += 1;
    }
  }
  const first = frames.find((frame) => frame.pixelSpacing.length === 2);
  if (along.size > 1) {
    const sorted = [...along].sort((a, b) => a - b);
    const gaps = sorted.slice(1).map((value, index) => value - (sorted[index] ?? value));
    gaps.sort((a, b) => a - b);
    spacing = (gaps[Math.floor(gaps.length / 2)] ?? 0) / 10;
  }
  const thickness = frames.reduce<Range | null>(
    (range, f) => (f.thickness === null ? range : widen(range, f.thickness)),
    null,
  );
  return {
    normals,
    thicknessMm: thickness,
    spacingMm: spacing ?? frames[0]?.spacing ?? null,
    pixelSpacingMm: first?.pixelSpacing[0] ?? null,
    fieldOfViewMm:
      first?.rows == null || first.columns === null
        ? null
        : [first.rows * (first.pixelSpacing[0] ?? 0), first.columns * (first.pixelSpacing[1] ?? 0)],
    distinctPositions: along.size,
    extent,
    z,
    centreX: centreCount > 0 ? centreSum / centreCount : null,
    frameOfReferenceUid,
  };
}

function widen(range: Range | null, value: number): Range {
  return range === null
    ? { min: value, max: value }
    : { min: Math.min(range.min, value), max: Math.max(range.max, value) };
}

function centreX(frame: Frame): number | null {
  const { orientation, position, rows, columns, pixelSpacing } = frame;
  if (
    orientation === null ||
    position === null ||
    rows === null ||
    columns === null ||
    pixelSpacing.length !== 2
  )
    return null;
  return (
    (position[0] ?? 0) +
    ((orientation[0] ?? 0) * (pixelSpacing[1] ?? 0) * columns) / 2 +
    ((orientation[3] ?? 0) * (pixelSpacing[0] ?? 0) * rows) / 2
  );
}

/** Acquisition numbers, start and end, and the time points of a set of images. */
export function summarizeTiming(frames: readonly Frame[], numberOfTemporalPositions: number): Timing {
  const acquisitionNumbers = new Set<number>();
  const starts = new Map<number, number>();
  let acquisition: Range | null = null;
  const visits = new Map<string, number>();
  for (const frame of frames) {
    if (frame.acquisitionNumber !== null && acquisitionNumbers.size < 256)
      acquisitionNumbers.add(frame.acquisitionNumber);
    if (frame.acquisitionTime !== null) acquisition = widen(acquisition, frame.acquisitionTime);
    if (frame.temporalPosition !== null && starts.size < 512) {
      const known = starts.get(frame.temporalPosition);
      const time = frame.acquisitionTime ?? frame.temporalPosition;
      if (known === undefined || time < known) starts.set(frame.temporalPosition, time);
    }
    if (frame.position !== null) {
      const key = frame.position.map((value) => Math.round(value * 10)).join(',');
      visits.set(key, (visits.get(key) ?? 0) + 1);
    }
  }
  const repeats = visits.size > 0 ? [...visits.values()].reduce((least, n) => Math.min(least, n)) : 1;
  const timePoints =
    starts.size > 1
      ? [...starts.values()].sort((a, b) => a - b)
      : acquisition === null
        ? []
        : [acquisition.min];
  return {
    acquisitionNumbers: [...acquisitionNumbers].sort((a, b) => a - b),
    acquisition,
    repeats,
    timePoints,
    // a header may promise more time points than were made or sent
    temporalPositions: Math.max(
      1,
      starts.size > 0 || visits.size === 0 ? starts.size : 0,
      visits.size > 0 && starts.size === 0 ? Math.min(numberOfTemporalPositions, repeats) : 0,
    ),
  };
}
