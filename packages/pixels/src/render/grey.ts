import { type DicomJson, items, number, numbers, text } from '@hutong/dicom';
import type { PixelDescription, Window } from '../types.ts';
import { attributesOfFrame, MACRO } from './frameAttributes.ts';
import { type LookUpTable, lookUp, tableOf } from './lookUpTable.ts';

/** How stored values become grey levels (PS3.4 N.2): each step in turn, null where there is none. */
export interface GreyPipeline {
  modality: { slope: number; intercept: number } | LookUpTable;
  /** null: the range of the pixels. */
  voi: Window | LookUpTable | null;
  presentation: LookUpTable | null;
  inverse: boolean;
  /** Stored values that are no pixels, from and to. */
  padding: readonly [number, number] | null;
}

const MODALITY_LUT_SEQUENCE = '00283000';
const RESCALE_INTERCEPT = '00281052';
const RESCALE_SLOPE = '00281053';
const VOI_LUT_SEQUENCE = '00283010';
const WINDOW_CENTER = '00281050';
const WINDOW_WIDTH = '00281051';
const VOI_LUT_FUNCTION = '00281056';
const PRESENTATION_LUT_SEQUENCE = '20500010';
const PRESENTATION_LUT_SHAPE = '20500020';
const PIXEL_PADDING_VALUE = '00280120';
const PIXEL_PADDING_RANGE_LIMIT = '00280121';
const FLOAT_PIXEL_PADDING_VALUE = '00280122';
const DOUBLE_FLOAT_PIXEL_PADDING_VALUE = '00280123';
const FLOAT_PIXEL_PADDING_RANGE_LIMIT = '00280124';
const DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT = '00280125';

const FUNCTIONS: Record<string, Window['function']> = {
  LINEAR_EXACT: 'linear-exact',
  SIGMOID: 'sigmoid',
};

/**
 * The pipeline of one frame.
 *
 * @param presentation items of a presentation state that hold for this frame: Modality, VOI and Presentation LUT
 * @throws PixelError DESCRIPTION where a look-up table is incomplete
 */
export function greyPipeline(
  dataset: DicomJson,
  description: PixelDescription,
  frame: number,
  window: Window | null,
  presentation: { state: DicomJson; voi: DicomJson | null } | null,
): GreyPipeline {
  const transformation = attributesOfFrame(dataset, frame, MACRO.pixelValueTransformation);
  const state = presentation?.state ?? {};
  const hasModality = MODALITY_LUT_SEQUENCE in state || RESCALE_SLOPE in state;
  const voiItem = presentation?.voi ?? attributesOfFrame(dataset, frame, MACRO.frameVoiLut);
  const [presentationLut] = items(state, PRESENTATION_LUT_SEQUENCE);
  const modality = modalityOf(hasModality ? state : transformation, description.signed);
  return {
    modality,
    voi: window ?? inReals(description, voiOf(voiItem, description, modality)),
    presentation: presentationLut === undefined ? null : tableOf(presentationLut, false),
    // A presentation state says by its shape what otherwise the photometric interpretation says (PS3.3 C.11.6).
    inverse:
      presentation === null
        ? description.photometricInterpretation === 'MONOCHROME1'
        : text(state, PRESENTATION_LUT_SHAPE) === 'INVERSE',
    padding: paddingOf(dataset, description),
  };
}

function modalityOf(item: DicomJson, signed: boolean): GreyPipeline['modality'] {
  const [sequence] = items(item, MODALITY_LUT_SEQUENCE);
  if (sequence !== undefined) return tableOf(sequence, signed);
  const slope = number(item, RESCALE_SLOPE);
  return {
    slope: slope === null || slope === 0 ? 1 : slope,
    intercept: number(item, RESCALE_INTERCEPT) ?? 0,
  };
}

/**
 * Of a linear window the ends lie half a step inside (PS3.3 C.11.2.1.2.1), where steps are those between whole numbers.
 * Real values have none: their writers say LINEAR of windows as narrow as 1, and mean its ends.
 */
function inReals({ sampleType }: PixelDescription, voi: GreyPipeline['voi']): GreyPipeline['voi'] {
  const isLinear = sampleType === 'float' && voi !== null && 'function' in voi && voi.function === 'linear';
  return isLinear ? { ...voi, function: 'linear-exact' } : voi;
}

/** The first window that is one, else the first VOI LUT. */
function voiOf(
  item: DicomJson,
  { signed, sampleType }: PixelDescription,
  modality: GreyPipeline['modality'],
): Window | LookUpTable | null {
  const signedInput = 'slope' in modality && (signed || modality.intercept < 0);
  const widths = numbers(item, WINDOW_WIDTH);
  const shape = FUNCTIONS[text(item, VOI_LUT_FUNCTION)] ?? 'linear';
  for (const [i, center] of numbers(item, WINDOW_CENTER).entries()) {
    const width = widths[i] ?? 0;
    const needsWhole = shape === 'linear' && sampleType === 'integer';
    if (width >= 1 || (width > 0 && !needsWhole)) return { center, width, function: shape };
  }
  const [sequence] = items(item, VOI_LUT_SEQUENCE);
  return sequence === undefined ? null : tableOf(sequence, signedInput);
}

function paddingOf(dataset: DicomJson, description: PixelDescription): GreyPipeline['padding'] {
  const { signed, bitsStored, sampleType } = description;
  if (sampleType === 'float') return floatPaddingOf(dataset, description);
  const value = number(dataset, PIXEL_PADDING_VALUE);
  if (value === null) return null;
  const limit = number(dataset, PIXEL_PADDING_RANGE_LIMIT) ?? value;
  // The VR of both depends on Pixel Representation, which writers get wrong.
  const stored = (raw: number): number =>
    signed ? (raw << (32 - bitsStored)) >> (32 - bitsStored) : raw < 0 ? raw + 65_536 : raw;
  const [a, b] = [stored(value), stored(limit)];
  return [Math.min(a, b), Math.max(a, b)];
}

/** PS3.3 C.7.5.1.1.2, of Float and Double Float Pixel Data. */
function floatPaddingOf(dataset: DicomJson, { bitsAllocated }: PixelDescription): GreyPipeline['padding'] {
  const isDouble = bitsAllocated === 64;
  const value = number(dataset, isDouble ? DOUBLE_FLOAT_PIXEL_PADDING_VALUE : FLOAT_PIXEL_PADDING_VALUE);
  if (value === null) return null;
  const limitTag = isDouble ? DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT : FLOAT_PIXEL_PADDING_RANGE_LIMIT;
  const limit = number(dataset, limitTag) ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

/** A grey level of 0 to 255 for the value that the modality transformation gave. */
function voiFunction(voi: Window | LookUpTable): (value: number) => number {
  if ('entries' in voi) {
    const largest = 2 ** voi.bits - 1;
    return (value) => (lookUp(voi, value) / largest) * 255;
  }
  const { center, width } = voi;
  if (voi.function === 'sigmoid') return (value) => 255 / (1 + Math.exp((-4 * (value - center)) / width));
  // PS3.3 C.11.2.1.2.1 and C.11.2.1.3.2.
  const exact = voi.function === 'linear-exact';
  const span = exact ? width : width - 1;
  const low = exact ? center - width / 2 : center - 0.5 - span / 2;
  return span === 0 ? (value) => (value <= low ? 0 : 255) : (value) => ((value - low) / span) * 255;
}

/**
 * Grey levels by stored value, which may be negative.
 *
 * @param range smallest and largest stored value of the pixels, for where no window is known
 */
export function greyFunction(
  pipeline: GreyPipeline,
  range: readonly [number, number],
): (stored: number) => number {
  const { modality, presentation, inverse, padding } = pipeline;
  const toModality =
    'entries' in modality
      ? (stored: number): number => lookUp(modality, stored)
      : (stored: number): number => stored * modality.slope + modality.intercept;
  const [a, b] = [toModality(range[0]), toModality(range[1])];
  // A flat image is black, as the lowest value of any other is.
  const full: Window =
    a === b
      ? { center: a + 1, width: 1, function: 'linear-exact' }
      : {
          // Halved first: of doubles the sum and the difference may be more than a number holds.
          center: a / 2 + b / 2,
          width: Math.min(Math.abs(b - a), Number.MAX_VALUE),
          function: 'linear-exact',
        };
  const voi = voiFunction(pipeline.voi ?? full);
  const presented = presentation === null ? null : 2 ** presentation.bits - 1;
  return (stored) => {
    if (padding !== null && stored >= padding[0] && stored <= padding[1]) return 0;
    let grey = voi(toModality(stored));
    grey = grey < 0 ? 0 : grey > 255 ? 255 : grey;
    if (presentation !== null && presented !== null) {
      const input = presentation.first + (grey / 255) * (presentation.entries.length - 1);
      grey = (lookUp(presentation, input) / presented) * 255;
    }
    return Math.round(inverse ? 255 - grey : grey);
  };
}
