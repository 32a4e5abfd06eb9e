import type { ShareContent } from '@hutong/server/contract/shares';

/** A series of pictures, with the study it is of. */
export interface DisplayedSeries {
  study: string;
  series: string;
  exam: string;
  date: string;
  modality: string;
  description: string;
  images: number;
  thumbnail: string;
}

/** Objects that are not pictures: reports, marks, plans, registrations, waveforms, sounds. */
const NO_PICTURES = new Set([
  ...['SR', 'KO', 'PR', 'DOC', 'REG', 'SEG', 'FID', 'RWV', 'AU', 'ECG', 'HD', 'EPS', 'STAIN', 'PLAN'],
  ...['RTSTRUCT', 'RTPLAN', 'RTRECORD', 'ANN'],
]);

/** The series that can be shown, in the order of the share. */
export function displayedSeries(studies: ShareContent['studies']): DisplayedSeries[] {
  return studies.flatMap((study) =>
    study.series
      .filter(({ modality, numberOfInstances }) => !NO_PICTURES.has(modality) && numberOfInstances > 0)
      .map((series) => ({
        study: study.studyInstanceUid,
        series: series.seriesInstanceUid,
        exam: study.description,
        date: study.date,
        modality: series.modality,
        description: series.description,
        images: series.numberOfInstances,
        thumbnail: series.thumbnail,
      })),
  );
}

/** Where one begins: the largest series, so that nobody first sees a localizer. */
export const firstSeries = (series: readonly DisplayedSeries[]): DisplayedSeries | undefined =>
  series.reduce<DisplayedSeries | undefined>(
    (largest, each) => (largest === undefined || each.images > largest.images ? each : largest),
    undefined,
  );
