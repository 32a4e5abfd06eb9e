import type { Uid } from '@hutong/dicom';

import { toInstance, type FactoryInstance } from '../instance.ts';
import type { Dataset } from '../part10.ts';
import { uidFrom } from '../random.ts';

/** Attributes of one image beside those of its series, and its pixels, rendered when asked for. */
export interface ImageContent {
  headers: Dataset;
  pixels: () => Uint8Array;
}

/** A series: what all its images share, how many there are, and how to make one. */
export interface SeriesSpec {
  /** Unique within the study; the UIDs follow from it. */
  key: string;
  headers: Dataset;
  count: number;
  /** Another frame of reference than the study's. */
  frameOfReference?: string;
  image: (index: number) => ImageContent;
}

/** A study: what all its series share, and the series. UIDs follow from the seed. */
export interface StudySpec {
  seed: string;
  headers: Dataset;
  series: SeriesSpec[];
}

export const studyUid = (seed: string): Uid => uidFrom(`${seed}/study`);
export const seriesUid = (seed: string, series: string): Uid => uidFrom(`${seed}/series/${series}`);
export const instanceUid = (seed: string, series: string, index: number): Uid =>
  uidFrom(`${seed}/instance/${series}/${index}`);

/** The dataset of one image with its identity, without its pixel data (nothing is rendered). */
export function imageHeaders(study: StudySpec, series: SeriesSpec, index: number): Dataset {
  const { headers } = series.image(index);
  return {
    ...study.headers,
    ...series.headers,
    InstanceNumber: index + 1,
    ...headers,
    StudyInstanceUID: studyUid(study.seed),
    SeriesInstanceUID: seriesUid(study.seed, series.key),
    SOPInstanceUID: instanceUid(study.seed, series.key, index),
    FrameOfReferenceUID: uidFrom(`${study.seed}/frame of reference/${series.frameOfReference ?? 'study'}`),
    PositionReferenceIndicator: '',
  };
}

/** The dataset of one image with its identity and its picture. */
export function imageDataset(study: StudySpec, series: SeriesSpec, index: number): Dataset {
  return { ...imageHeaders(study, series, index), PixelData: series.image(index).pixels() };
}

/** Makes the instances one by one, in the order a modality sends them, without those in `skip`. */
export function* instancesOf(
  study: StudySpec,
  skip: ReadonlySet<string> = new Set(),
): Generator<FactoryInstance> {
  for (const series of study.series) {
    for (let index = 0; index < series.count; index++) {
      if (skip.has(instanceUid(study.seed, series.key, index))) continue;
      yield toInstance(imageDataset(study, series, index));
    }
  }
}

/** SOPInstanceUIDs of all instances, without making a picture. */
export function sopInstanceUids(study: StudySpec): Uid[] {
  return study.series.flatMap((series) =>
    Array.from({ length: series.count }, (_, index) => instanceUid(study.seed, series.key, index)),
  );
}
