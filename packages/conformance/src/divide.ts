import type { Frame } from './frames.ts';

/** More parts than this mean a multi-parametric or dynamic series that is better judged as one. */
const MOST_PARTS = 6;

export interface Part {
  part: string | null;
  frames: Frame[];
}

/**
 * Divides the images of one stored series where it holds things that are judged apart: maps beside the
 * images they were made of, the echoes of a dual-echo spin echo, and CT acquisitions that cover the same
 * range one after the other. Everything else stays one series.
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

const MAPS = [
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
];

function mrKey(frames: Frame[]): (frame: Frame) => string {
  const echoes = new Set(frames.map((frame) => Math.round(frame.te ?? 0)));
  const diffusion = frames.some((frame) => frame.b !== null && frame.b.value > 0);
  const byEcho = echoes.size > 1 && echoes.size <= 3 && !diffusion;
  return (frame) => {
    const map = frame.imageType.slice(2).find((token) => MAPS.includes(token)) ?? '';
    return byEcho ? `${map} TE${Math.round(frame.te ?? 0)}`.trim() : map;
  };
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
  }
  if (ranges.size < 2 || ranges.size > MOST_PARTS) return false;
  const list = [...ranges.values()].sort((a, b) => a[0] - b[0]);
  return list.slice(1).some((range, index) => {
    const before = list[index];
    return (
      before !== undefined &&
      Math.min(before[1], range[1]) - range[0] > 0.5 * Math.min(before[1] - before[0], range[1] - range[0])
    );
  });
}
