import type { Frame } from './frames.ts';
import { normalOf } from './measure.ts';

/** More parts than this mean a multi-parametric or dynamic series that is better judged as one. */
const MOST_PARTS = 6;
/** A stack of fewer images beside another plane is a localizer's, not one of a diagnostic scan. */
const LEAST_STACK = 8;

export interface Part {
  part: string | null;
  frames: Frame[];
}

/**
 * Divides the images of one stored series where it holds things that are judged apart: maps beside the
 * images they were made of, phase beside magnitude, the echoes of a dual-echo spin echo, stacks of several
 * planes, and CT acquisitions that cover the same range one after the other. Everything else stays one
 * series: b-values and time points are kept as lists, which the requirements on them need together.
 */
export function divide(modality: string, frames: Frame[]): Part[] {
  if (modality === 'MR') return byKey(frames, mrKey(frames));
  if (modality === 'CT' && repeatsRange(frames))
    return byKey(frames, (frame) => String(frame.acquisitionNumber ?? ''));
  return [{ part: null, frames }];
}

function byKey(frames: Frame[], keyOf: (frame: Frame) => string): Part[] {
  const parts = new Map<string, Frame[]>();
  for (const frame of frames) {
    const key = keyOf(frame);
    const list = parts.get(key);
    if (list === undefined) parts.set(key, [frame]);
    else list.push(frame);
  }
  if (parts.size <= 1 || parts.size > MOST_PARTS) return [{ part: null, frames }];
  return [...parts].map(([part, list]) => ({ part, frames: list }));
}

/** ImageType values (from the third on) of images made from others, or of another component of the signal. */
const APART = new Set([
  'ADC',
  'EADC',
  'FA',
  'TTP',
  'MTT',
  'RCBF',
  'RCBV',
  'CBF',
  'CBV',
  'TRACEW',
  'TRACE',
  'PHASE MAP',
  'P',
  'WATER',
  'W',
  'FAT',
  'F',
  'IN_PHASE',
  'IP',
  'OPP_PHASE',
  'OUT_PHASE',
  'OP',
  'T1 MAP',
  'T2 MAP',
  'T2_STAR MAP',
]);

function mrKey(frames: Frame[]): (frame: Frame) => string {
  const echoes = new Set(frames.map((frame) => Math.round(frame.te ?? 0)));
  const diffusion = frames.some((frame) => frame.b !== null && frame.b.value > 0);
  const byEcho = echoes.size > 1 && echoes.size <= 3 && !diffusion;
  const byPlane = holdsStacks(frames);
  return (frame) => {
    const map = frame.imageType.slice(2).find((token) => APART.has(token)) ?? '';
    const phase = map === '' && frame.complexComponent === 'PHASE' ? 'P' : map;
    return [phase, byEcho ? `TE${Math.round(frame.te ?? 0)}` : '', byPlane ? axisOf(frame) : '']
      .filter((word) => word !== '')
      .join(' ');
  };
}

function axisOf(frame: Frame): string {
  const normal = frame.orientation === null ? null : normalOf(frame.orientation);
  if (normal === null) return '';
  const sizes = normal.map(Math.abs);
  return ['SAG', 'COR', 'TRA'][sizes.indexOf(Math.max(...sizes))] ?? '';
}

/** True where several planes are each imaged as a whole stack, and the series is no localizer. */
function holdsStacks(frames: Frame[]): boolean {
  const counts = new Map<string, number>();
  for (const frame of frames) {
    if (frame.imageType.includes('LOCALIZER')) return false;
    const axis = axisOf(frame);
    counts.set(axis, (counts.get(axis) ?? 0) + 1);
  }
  return counts.size > 1 && [...counts.values()].every((count) => count >= LEAST_STACK);
}

/** True where two acquisition numbers of a CT series cover the same table range. */
function repeatsRange(frames: Frame[]): boolean {
  const ranges = new Map<number, [number, number]>();
  for (const frame of frames) {
    if (frame.acquisitionNumber === null || frame.position === null) return false;
    const z = frame.position[2] ?? 0;
    const range = ranges.get(frame.acquisitionNumber);
    if (range === undefined) ranges.set(frame.acquisitionNumber, [z, z]);
    else {
      range[0] = Math.min(range[0], z);
      range[1] = Math.max(range[1], z);
    }
    if (ranges.size > MOST_PARTS) return false;
  }
  if (ranges.size < 2) return false;
  const list = [...ranges.values()].sort((a, b) => a[0] - b[0]);
  return list.slice(1).some((range, index) => {
    const before = list[index];
    return (
      before !== undefined &&
      Math.min(before[1], range[1]) - range[0] > 0.5 * Math.min(before[1] - before[0], range[1] - range[0])
    );
  });
}
