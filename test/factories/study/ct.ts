import { SOP_CLASS } from '../instance.ts';
import { blur, noiseTile, sample, toWords, type Plane } from '../phantom/render.ts';
import type { Volume } from '../phantom/volume.ts';
import type { Dataset } from '../part10.ts';
import { randomFrom } from '../random.ts';
import type { Clock } from './clock.ts';
import { imagePlane } from './geometry.ts';
import type { SeriesSpec } from './study.ts';

export interface CtSeriesOptions {
  key: string;
  number: number;
  description: string;
  headers: Dataset;
  planes: readonly Plane[];
  /** Distance from slice to slice in mm. */
  step: number;
  volume: () => Volume;
  /** Takes another picture of the plane than the mean through its thickness. */
  picture?: (volume: Volume, plane: Plane) => Float32Array;
  /** Standard deviation of the noise in HU. */
  noise: number;
  /** 0 sharp to 0.25 soft. */
  softness: number;
  /** Window centre and width of the first picture. */
  window: readonly [number, number];
  clock: Clock;
  /** Seconds after the beginning of the study at which the first slice was taken, and how long the scan ran. */
  start: number;
  duration?: number;
  acquisition: number;
}

const INTERCEPT = -1024;
const noiseOf = new Map<number, ReturnType<typeof noiseTile>>();

function noise(softness: number): ReturnType<typeof noiseTile> {
  const grain = softness < 0.1 ? 0.05 : softness < 0.17 ? 0.14 : 0.2;
  let tile = noiseOf.get(grain);
  if (tile === undefined) noiseOf.set(grain, (tile = noiseTile('ct noise', grain)));
  return tile;
}

/** A CT series rendered from a volume of HU; every image lies where its header says. */
export function ctSeries(options: CtSeriesOptions): SeriesSpec {
  const { planes, clock, start, duration = 6 } = options;
  const shade = noise(options.softness);
  return {
    key: options.key,
    count: planes.length,
    headers: {
      SOPClassUID: SOP_CLASS.CT,
      Modality: 'CT',
      SeriesNumber: options.number,
      SeriesDescription: options.description,
      SeriesDate: clock.date,
      SeriesTime: clock.time(start),
      AcquisitionNumber: options.acquisition,
      PatientPosition: 'HFS',
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      RescaleIntercept: INTERCEPT,
      RescaleSlope: 1,
      RescaleType: 'HU',
      WindowCenter: options.window[0],
      WindowWidth: options.window[1],
      ...options.headers,
    },
    image: (index) => {
      const plane = planes[index];
      if (plane === undefined) throw new RangeError(`No slice ${index} in ${options.description}`);
      const when = start + (duration * index) / planes.length;
      return {
        headers: {
          ...imagePlane(plane, options.step),
          AcquisitionDate: clock.date,
          AcquisitionTime: clock.time(when),
          ContentDate: clock.date,
          ContentTime: clock.time(when + 2),
        },
        pixels: () => {
          const volume = options.volume();
          const values = options.picture?.(volume, plane) ?? sample(volume, plane, -1000);
          blur(values, plane.rows, plane.columns, options.softness);
          shade(
            randomFrom(`${options.key}/${options.description}/${index}`),
            plane.rows,
            plane.columns,
            (at, value) => {
              values[at] = (values[at] ?? 0) + value * options.noise - INTERCEPT;
            },
          );
          return toWords(values, 0, 4095, false);
        },
      };
    },
  };
}

/** Runs a function once and keeps its value: a volume is painted when its first picture is asked for. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Attributes of a helical scan that every maker writes. */
export function helical(kernel: string, extra: Dataset = {}): Dataset {
  return {
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    KVP: 120,
    XRayTubeCurrent: 220,
    ExposureTime: 500,
    Exposure: 110,
    DataCollectionDiameter: 500,
    ReconstructionDiameter: 360,
    DistanceSourceToDetector: 1085.6,
    DistanceSourceToPatient: 595,
    GantryDetectorTilt: 0,
    TableHeight: 152,
    RotationDirection: 'CW',
    FilterType: 'FLAT',
    ConvolutionKernel: kernel,
    ScanOptions: 'HELIX',
    ...extra,
  };
}

/** Contrast/Bolus attributes (PS3.3 C.7.6.4) of an injection that began at a time of the study. */
export function contrast(agent: string, clock: Clock, startSeconds: number): Dataset {
  return {
    ContrastBolusAgent: agent,
    ContrastBolusRoute: 'IV',
    ContrastBolusVolume: 80,
    ContrastBolusStartTime: clock.time(startSeconds),
    ContrastFlowRate: 3.5,
  };
}
