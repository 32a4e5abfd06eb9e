import type { Attributes, Value } from '../../catalogues/headerTypes.ts';
import type { SeriesHeaders } from '../../catalogues/headers.ts';
import { bValueOf, equipment, mrImageType } from './makers.ts';
import { mrName, type NameHabit } from './mrNames.ts';
import { mrPhysics } from './mrPhysics.ts';
import { ORIENTATION } from './orientation.ts';
import type { MrStep, Style } from './plan.ts';
import { randomFrom } from './random.ts';
import { timeOf } from './time.ts';

const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';

/** Headers of one MR step; contrast attributes follow the habit of the site. */
export function mrHeaders(
  step: MrStep,
  style: Style,
  habit: NameHabit,
  common: Attributes,
  seed: string,
): SeriesHeaders {
  const { maker } = style;
  const name = mrName(step, style, habit);
  const pixel = Number((step.field / 320).toFixed(4));
  const attributes: Record<string, Value> = {
    SOPClassUID: MR_IMAGE,
    Modality: 'MR',
    ...equipment(maker, 'MR'),
    SeriesDescription: name,
    ProtocolName: protocolName(style, name),
    ImageType: mrImageType(maker, step),
    ...mrPhysics(maker, step, randomFrom(protocolKey(step, seed))),
    SliceThickness: step.thickness,
    SpacingBetweenSlices: Number((step.thickness + step.gap).toFixed(2)),
    Rows: 320,
    Columns: 320,
    PixelSpacing: [pixel, pixel],
    AcquisitionNumber: 1,
    AcquisitionTime: timeOf(step.at),
    SeriesTime: timeOf(step.at),
    FrameOfReferenceUID: '2.25.9',
    ...common,
  };
  const stack = {
    start: (-(step.slices - 1) * (step.thickness + step.gap)) / 2,
    step: step.thickness + step.gap,
    slices: step.slices,
  };
  const series: SeriesHeaders = {
    attributes,
    orientation: ORIENTATION[step.plane],
    stack,
    centre: step.centre,
    ...(style.enhanced && step.product === 'source' ? { enhanced: true } : {}),
  };
  if (step.product === 'localizer') return localizer(series);
  if (step.product === 'source' && step.b !== undefined)
    return { ...series, repeats: step.b.map((b) => bValueOf(maker, b)) };
  if (step.timePoints !== undefined && step.product === 'source')
    return { ...series, repeats: timePoints(step, maker === 'siemens') };
  return series;
}

/** The same sequence of the same study has the same timing, before and after contrast. */
function protocolKey(step: MrStep, seed: string): string {
  return [
    seed,
    step.timing ?? step.technique,
    step.plane,
    step.fatSat,
    step.thickness,
    step.role === 'localizer',
  ].join(' ');
}

function protocolName(style: Style, name: string): string {
  if (style.naming === 'none') return '';
  // GE writes the name of the whole protocol, the other makers that of the sequence.
  if (style.maker === 'ge') return 'Protocol 12';
  return style.maker === 'philips' ? `WIP ${name}` : name;
}

/** Three crossing stacks, as every localizer has. */
function localizer(series: SeriesHeaders): SeriesHeaders {
  const planes = [ORIENTATION.axial, ORIENTATION.sagittal, ORIENTATION.coronal];
  const images = planes.flatMap((orientation) =>
    [-20, 0, 20].map((along) => ({
      ImageOrientationPatient: orientation,
      ImagePositionPatient: [-150 + along, -150, 150 + along],
    })),
  );
  return { attributes: series.attributes, images };
}

function timePoints(step: MrStep, byAcquisition: boolean): Attributes[] {
  const points = step.timePoints ?? 1;
  return Array.from({ length: points }, (_, index) => ({
    AcquisitionTime: timeOf(step.at + index * (step.interval ?? 20)),
    ...(byAcquisition
      ? { AcquisitionNumber: index + 1 }
      : { TemporalPositionIdentifier: index + 1, NumberOfTemporalPositions: points }),
  }));
}
