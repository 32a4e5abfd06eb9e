import { SOP_CLASS } from '../instance.ts';
import { signal, type Sequence, type Tissue } from '../phantom/magnetic.ts';
import { blur, noiseTile, sample, toWords, type Plane } from '../phantom/render.ts';
import { withValues, type Volume } from '../phantom/volume.ts';
import type { Dataset } from '../part10.ts';
import { randomFrom } from '../random.ts';
import type { Clock } from './clock.ts';
import { once } from './ct.ts';
import { imagePlane } from './geometry.ts';
import type { SeriesSpec } from './study.ts';

/** One of the pictures of each plane: a series of diffusion images has several. */
export interface MrPicture {
  sequence: Sequence;
  headers?: Dataset;
  /** Apparent diffusion coefficient instead of signal. */
  diffusionMap?: boolean;
}

export interface MrSeriesOptions {
  key: string;
  number: number;
  description: string;
  headers: Dataset;
  planes: readonly Plane[];
  step: number;
  labels: () => Volume;
  /** Tissues in the order of the labels. */
  tissues: readonly Tissue[];
  /** Kinds of pictures, every plane of the first kind first. */
  pictures: readonly [MrPicture, ...MrPicture[]];
  /** Signal that is to be drawn white, between 0 and 1. */
  white: number;
  /** Standard deviation of the noise, in parts of `white`. */
  noise: number;
  clock: Clock;
  start: number;
  duration?: number;
  frameOfReference?: string;
}

const SCALE = 2000;
const whiteNoise = once(() => noiseTile('mr noise', 0.08));

/** An MR series rendered from labelled tissue by the signal equation; every image lies where its header says. */
export function mrSeries(options: MrSeriesOptions): SeriesSpec {
  const { planes, clock, start, duration = 120, pictures } = options;
  const volumes = pictures.map((picture) =>
    once(() =>
      withValues(
        options.labels(),
        options.tissues.map((tissue) =>
          picture.diffusionMap === true
            ? tissue.diffusion * tissue.density * 1000
            : (signal(tissue, picture.sequence) * SCALE) / options.white,
        ),
      ),
    ),
  );
  const [first] = pictures;
  return {
    key: options.key,
    count: planes.length * pictures.length,
    ...(options.frameOfReference === undefined ? {} : { frameOfReference: options.frameOfReference }),
    headers: {
      SOPClassUID: SOP_CLASS.MR,
      Modality: 'MR',
      SeriesNumber: options.number,
      SeriesDescription: options.description,
      SeriesDate: clock.date,
      SeriesTime: clock.time(start),
      AcquisitionDate: clock.date,
      AcquisitionTime: clock.time(start),
      AcquisitionNumber: 1,
      PatientPosition: 'HFS',
      MRAcquisitionType: '2D',
      RepetitionTime: first.sequence.repetitionTime,
      EchoTime: first.sequence.echoTime,
      InversionTime: first.sequence.inversionTime,
      FlipAngle: first.sequence.flipAngle ?? 90,
      NumberOfAverages: 1,
      ImagedNucleus: '1H',
      EchoNumbers: 1,
      PercentSampling: 100,
      PercentPhaseFieldOfView: 100,
      InPlanePhaseEncodingDirection: 'ROW',
      SAR: 0.4,
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      WindowCenter: first.diffusionMap === true ? 1100 : SCALE / 2,
      WindowWidth: first.diffusionMap === true ? 2200 : SCALE,
      ...options.headers,
    },
    image: (index) => {
      const slice = index % planes.length;
      const plane = planes[slice];
      const picture = pictures[Math.floor(index / planes.length)];
      const volume = volumes[Math.floor(index / planes.length)];
      if (plane === undefined || picture === undefined || volume === undefined)
        throw new RangeError(`No image ${index}`);
      return {
        headers: {
          ...imagePlane(plane, options.step),
          ContentDate: clock.date,
          ContentTime: clock.time(start + (duration * slice) / planes.length),
          ...picture.headers,
        },
        pixels: () => {
          const values = sample(volume(), plane, 0);
          blur(values, plane.rows, plane.columns, 0.11);
          shade(
            values,
            plane,
            `${options.key}/${index}`,
            options.noise * (picture.diffusionMap === true ? 900 : SCALE),
            picture.diffusionMap === true,
          );
          return toWords(values, 0, 4095, false);
        },
      };
    },
  };
}

/** Sensitivity of the coil (brighter towards the outside) and Rician noise; a map is empty where there is no signal. */
function shade(values: Float32Array, plane: Plane, seed: string, deviation: number, map: boolean): void {
  const random = randomFrom(seed);
  const { rows, columns } = plane;
  whiteNoise()(random, rows, columns, (at, noise) => {
    const x = (at % columns) / columns - 0.5;
    const y = Math.floor(at / columns) / rows - 0.5;
    const coil = map ? 1 : 0.9 + 0.5 * (x * x + y * y) + 0.05 * x;
    const value = (values[at] ?? 0) * coil;
    values[at] = map && value < 60 ? 0 : Math.sqrt((value + noise * deviation) ** 2 + (deviation * 0.7) ** 2);
  });
}
