/** What a frame's dataset (DICOM JSON, PS3.18 F.2) says of how it is drawn and measured. Pure. */
import type { Window } from '../windows.ts';

export type Dataset = Readonly<Record<string, { vr?: string; Value?: unknown[] } | undefined>>;

/** Where a distance between pixels is measured: in the patient, or on the detector (enlarged by the beam). */
export type SpacingPlace = 'patient' | 'detector';

export interface FrameFacts {
  rows: number;
  columns: number;
  /** Millimetres between rows and between columns; null where nothing says so. */
  spacing: { row: number; column: number; place: SpacingPlace } | null;
  /** Height of a pixel by its width, as it is drawn. */
  aspect: number;
  /** The window that the image asks for; null: none. */
  window: Window | null;
  /** Frames a second it was acquired or is meant to be played with; null: nothing says so. */
  rate: number | null;
  /** Values, after rescaling, that fill what is no picture (PS3.3 C.7.5.1.1.2); null: none. */
  padding: { from: number; to: number } | null;
  /** Bytes of the frame when it is not compressed. */
  nativeBytes: number;
  /** Whether values are Hounsfield units. */
  hounsfield: boolean;
  colour: boolean;
}

const PHOTOMETRIC = new Set(['MONOCHROME1', 'MONOCHROME2', 'RGB']);
const YBR = /^YBR_(?:FULL|FULL_422|ICT|RCT)$/;

const first = (dataset: Dataset, tag: string): unknown => dataset[tag]?.Value?.[0];
const text = (dataset: Dataset, tag: string): string => {
  const found = first(dataset, tag);
  return typeof found === 'string' ? found : '';
};
function numbers(dataset: Dataset, tag: string): number[] {
  return (dataset[tag]?.Value ?? []).map(Number).filter(Number.isFinite);
}
const positive = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) && value > 0 ? value : null;

/** The dataset with what the functional groups say of one frame laid over it (PS3.3 C.7.6.16). */
export function ofFrame(dataset: Dataset, frame: number): Dataset {
  const groups = (tag: string, index: number): Dataset => {
    const item = dataset[tag]?.Value?.[index];
    if (typeof item !== 'object' || item === null) return {};
    const inner = Object.values(item as Dataset).flatMap((group) => {
      const one = group?.Value?.[0];
      return typeof one === 'object' && one !== null ? Object.entries(one as Dataset) : [];
    });
    return Object.fromEntries(inner);
  };
  return { ...dataset, ...groups('52009229', 0), ...groups('52009230', frame - 1) };
}

/**
 * Facts of one frame, 1-based; null where our own drawing would not be what a reading station shows (palettes, look-up
 * tables, inverted presentation): then the server's rendering is the better picture.
 */
export function frameFacts(dataset: Dataset, frame: number): FrameFacts | null {
  const here = ofFrame(dataset, frame);
  const photometric = text(here, '00280004');
  const rows = positive(numbers(here, '00280010')[0]);
  const columns = positive(numbers(here, '00280011')[0]);
  const colour = photometric === 'RGB' || YBR.test(photometric);
  if (rows === null || columns === null || (!PHOTOMETRIC.has(photometric) && !colour)) return null;
  const hasTable = here['00283000'] !== undefined;
  const windows = numbers(here, '00281050');
  const widths = numbers(here, '00281051');
  if (hasTable || (here['00283010'] !== undefined && windows.length === 0)) return null;
  if (text(here, '20500020') === 'INVERSE' && photometric === 'MONOCHROME2') return null;
  const [center] = windows;
  const [width] = widths;
  // Ultrasound says the ratio alone; what draws would not know it.
  const [high, wide] = numbers(here, '00280034');
  if (high !== wide) return null;
  const modality = text(here, '00080060');
  const spacing = pixelSpacing(here);
  return {
    rows,
    columns,
    spacing: spacing ?? regionSpacing(here),
    aspect: spacing === null ? 1 : spacing.row / spacing.column,
    window: center !== undefined && width !== undefined && width >= 1 ? { center, width } : null,
    rate: rateOf(here),
    padding: paddingOf(here),
    nativeBytes:
      rows *
      columns *
      (numbers(here, '00280002')[0] ?? 1) *
      Math.ceil((numbers(here, '00280100')[0] ?? 8) / 8),
    hounsfield: modality === 'CT' && text(here, '00281054') !== 'US' && !/LOCALIZER/.test(imageType(here)),
    colour,
  };
}

const imageType = (dataset: Dataset): string => (dataset['00080008']?.Value ?? []).join('\\');

/** Pixel Spacing is of the patient, Imager Pixel Spacing of the detector (PS3.3 10.7.1.3). */
function pixelSpacing(dataset: Dataset): FrameFacts['spacing'] {
  const pair = (tag: string, place: SpacingPlace): FrameFacts['spacing'] => {
    const [row, column] = numbers(dataset, tag).map((each) => positive(each));
    return row == null || column == null ? null : { row, column, place };
  };
  const own = pair('00280030', 'patient');
  const imager = pair('00181164', 'detector');
  if (own !== null) {
    // Projections without a calibration repeat the detector's spacing.
    const same = imager !== null && imager.row === own.row && imager.column === own.column;
    return same && dataset['00280A02'] === undefined ? imager : own;
  }
  return imager;
}

function paddingOf(dataset: Dataset): FrameFacts['padding'] {
  const [value] = numbers(dataset, '00280120');
  if (value === undefined) return null;
  const limit = numbers(dataset, '00280121')[0] ?? value;
  const slope = numbers(dataset, '00281053')[0] ?? 1;
  const intercept = numbers(dataset, '00281052')[0] ?? 0;
  const [a, b] = [value * slope + intercept, limit * slope + intercept];
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

/** The window of all values that are picture, for images that ask for none. */
export function windowOf(values: ArrayLike<number>, padding: FrameFacts['padding']): Window {
  const { from, to } = padding ?? { from: 1, to: 0 };
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value >= from && value <= to) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { center: 0, width: 1 };
  return { center: (low + high + 1) / 2, width: Math.max(1, high - low + 1) };
}

const CENTIMETRES = 3;

/** Of ultrasound: only where one region is the whole picture in centimetres both ways (PS3.3 C.8.5.5). */
function regionSpacing(dataset: Dataset): FrameFacts['spacing'] {
  const regions = dataset['00186011']?.Value ?? [];
  const [region] = regions as Dataset[];
  if (regions.length !== 1 || region === undefined) return null;
  const unit = ['00186024', '00186026'].map((tag) => numbers(region, tag)[0]);
  const [column, row] = ['0018602C', '0018602E'].map((tag) =>
    positive(Math.abs(numbers(region, tag)[0] ?? 0)),
  );
  if (unit.some((each) => each !== CENTIMETRES) || column == null || row == null) return null;
  return { row: row * 10, column: column * 10, place: 'patient' };
}

function rateOf(dataset: Dataset): number | null {
  const of = (tag: string): number | null => positive(numbers(dataset, tag)[0]);
  const frameTime = of('00181063');
  return of('00082144') ?? of('00180040') ?? (frameTime === null ? null : 1000 / frameTime);
}
