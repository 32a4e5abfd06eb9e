import { type Dataset } from '../part10.ts';
import { paintHead } from '../phantom/head.ts';
import { HEAD_TISSUES, type HeadLesion } from '../phantom/headTissues.ts';
import { HEAD_MAGNETISM, type Sequence } from '../phantom/magnetic.ts';
import { type Plane } from '../phantom/render.ts';
import { once } from '../study/ct.ts';
import { AXIAL, CORONAL, SAGITTAL, stack } from '../study/geometry.ts';
import { mrSeries, type MrSeriesOptions } from '../study/mr.ts';
import { type SeriesSpec } from '../study/study.ts';

export const T1: Sequence = { repetitionTime: 500, echoTime: 9 };

export const T2: Sequence = { repetitionTime: 4500, echoTime: 100, flipAngle: 150 };

export const FLAIR: Sequence = {
  repetitionTime: 9000,
  echoTime: 110,
  inversionTime: 2500,
  flipAngle: 150,
  fatLeft: 0.4,
};

export const DIFFUSION: Sequence = { repetitionTime: 5200, echoTime: 80, fatLeft: 0.04 };

export const WHITE = { T1: 0.5, T2: 0.78, FLAIR: 0.32, B0: 0.85, B1000: 0.28 };

export const tissues = HEAD_TISSUES.map((tissue) => HEAD_MAGNETISM[tissue]);

export const head = (seed: string, lesion: HeadLesion) =>
  once(() => paintHead(seed, { min: [-95, -115, -100], max: [95, 115, 98] }, 1, lesion));

/** Planes tilted a little from front to back, as technologists lay them along the corpus callosum. */
const tilted = { row: [1, 0, 0], column: [0, 0.992115, -0.125333] } as const;

export const axial = (rows: number, pixel: number): Plane[] =>
  stack({ ...tilted, centre: [0, 0, 18], rows, columns: rows, pixel, count: 20, step: 6, thickness: 5 });

export const sagittal = stack({
  ...SAGITTAL,
  centre: [0, 0, 8],
  rows: 320,
  columns: 320,
  pixel: 0.72,
  count: 19,
  step: -6,
  thickness: 5,
});

export const coronal = stack({
  ...CORONAL,
  centre: [0, 0, 10],
  rows: 320,
  columns: 320,
  pixel: 0.72,
  count: 20,
  step: 6.5,
  thickness: 5,
});

export type Shared = Pick<MrSeriesOptions, 'labels' | 'tissues' | 'clock' | 'step' | 'noise'>;

/** Three planes through the middle in one series. */
export function localizer(shared: Shared, number: number, headers: Dataset): SeriesSpec {
  const size = { rows: 256, columns: 256, pixel: 1, count: 1, step: 8, thickness: 8 };
  const planes = [AXIAL, CORONAL, SAGITTAL].flatMap((axes) =>
    stack({ ...axes, centre: [0, 0, 10], ...size }),
  );
  return mrSeries({
    ...shared,
    key: 'localizer',
    number,
    description: 'localizer',
    headers,
    planes,
    step: 8,
    pictures: [{ sequence: { repetitionTime: 8.6, echoTime: 4, flipAngle: 20 } }],
    white: 0.012,
    start: 5,
  });
}
