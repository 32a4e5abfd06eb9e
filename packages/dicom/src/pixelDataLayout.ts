import { number, text } from './dicomJson.ts';
import type { PixelDataElement } from './parserState.ts';
import type { Fragments } from './fragments.ts';
import type { ReaderBudget } from './readerLimits.ts';
import { TAG } from './attributes.ts';
import type { TransferSyntax } from './transferSyntaxes.ts';
import type { ByteRange, DicomJson, PixelDataLayout } from './types.ts';

/** Where the frames of an instance lie, worked out once all of it has been seen. */
export function pixelDataLayout(
  element: PixelDataElement,
  dataset: DicomJson,
  syntax: TransferSyntax | undefined,
  extended: Uint8Array | null,
  budget: ReaderBudget,
): PixelDataLayout {
  const numberOfFrames = count(dataset, TAG.NumberOfFrames) ?? 1;
  const { value } = element;
  if (element.fragments === null) {
    if (syntax?.encapsulated === true) budget.warn('TRANSFER_SYNTAX_MISMATCH', element.tag);
    return {
      encapsulated: false,
      value,
      numberOfFrames,
      ...nativeFrames(element, dataset, numberOfFrames, budget),
    };
  }
  if (syntax?.encapsulated === false) budget.warn('TRANSFER_SYNTAX_MISMATCH', element.tag);
  return {
    encapsulated: true,
    value,
    numberOfFrames,
    ...encapsulatedFrames(element.fragments, numberOfFrames, syntax, extended, budget),
  };
}

function nativeFrames(
  element: PixelDataElement,
  dataset: DicomJson,
  numberOfFrames: number,
  budget: ReaderBudget,
): Pick<PixelDataLayout, 'frameLength' | 'undividedReason'> {
  const samples = nativeSamples(dataset);
  const bits = bitsOfSample(element.tag, dataset);
  const rows = count(dataset, TAG.Rows);
  const columns = count(dataset, TAG.Columns);
  if (rows === null || columns === null || bits === null || samples === null) {
    return { undividedReason: 'Rows, Columns, BitsAllocated or SamplesPerPixel is absent or no count' };
  }
  const frameBits = rows * columns * samples * bits;
  if (frameBits % 8 !== 0 && numberOfFrames > 1) return { undividedReason: 'frames do not end on a byte' };
  const frameLength = Math.ceil(frameBits / 8);
  const expected = frameLength * numberOfFrames;
  // One byte of padding is regular (PS3.5 §8.1.1).
  if (element.value.length > expected + 1) budget.warn('PIXEL_DATA_LENGTH', element.tag);
  if (element.value.length >= expected) return { frameLength };
  budget.warn('PIXEL_DATA_LENGTH', element.tag);
  return {
    undividedReason: `the value has ${element.value.length} bytes, ${numberOfFrames} frames need ${expected}`,
  };
}

/** A positive integer, or null. */
function count(dataset: DicomJson, tag: string): number | null {
  const value = number(dataset, tag);
  return value !== null && Number.isSafeInteger(value) && value > 0 ? value : null;
}

function bitsOfSample(pixelDataTag: string, dataset: DicomJson): number | null {
  if (pixelDataTag === TAG.FloatPixelData) return 32;
  return pixelDataTag === TAG.DoubleFloatPixelData ? 64 : count(dataset, TAG.BitsAllocated);
}

/** Samples stored for a pixel: with chroma halved in the native form, two of three (PS3.3 §C.7.6.3.1.2). */
function nativeSamples(dataset: DicomJson): number | null {
  if (dataset[TAG.SamplesPerPixel] === undefined) return 1;
  const samples = count(dataset, TAG.SamplesPerPixel);
  return samples === 3 && text(dataset, TAG.PhotometricInterpretation) === 'YBR_FULL_422' ? 2 : samples;
}

type Divided = Pick<PixelDataLayout, 'frames' | 'undividedReason'>;

function encapsulatedFrames(
  fragments: Fragments,
  numberOfFrames: number,
  syntax: TransferSyntax | undefined,
  extended: Uint8Array | null,
  budget: ReaderBudget,
): Divided {
  const fragmentCount = fragments.offsets.length;
  if (fragments.broken) return { undividedReason: 'the fragments are damaged' };
  if (fragmentCount === 0) return { undividedReason: 'there are no fragments' };
  if (numberOfFrames === 1) return { frames: group(fragments, [0]) };
  if (syntax?.video === true) return { undividedReason: 'the frames are pictures of a video stream' };

  const starts =
    startsByTable(fragments, extendedOffsets(extended, numberOfFrames), numberOfFrames) ??
    startsByTable(fragments, fragments.basicOffsets, numberOfFrames);
  if (starts === null && (fragments.basicOffsets.length > 0 || extended !== null)) {
    budget.warn('INVALID_OFFSET_TABLE', TAG.PixelData);
  }
  if (starts !== null) return { frames: group(fragments, starts) };
  if (fragmentCount === numberOfFrames)
    return {
      frames: group(
        fragments,
        Array.from({ length: fragmentCount }, (_, index) => index),
      ),
    };
  const marked = fragments.starts.flatMap((begins, index) => (begins ? [index] : []));
  if (marked.length === numberOfFrames && marked[0] === 0) return { frames: group(fragments, marked) };
  return { undividedReason: `${fragmentCount} fragments cannot be assigned to ${numberOfFrames} frames` };
}

/** The fragments at which frames start by an offset table, or null where the table cannot be right. */
function startsByTable(
  fragments: Fragments,
  table: readonly number[] | null,
  numberOfFrames: number,
): number[] | null {
  if (table?.length !== numberOfFrames || table[0] !== 0) return null;
  const starts: number[] = [];
  let fragment = 0;
  for (const offset of table) {
    const wanted = fragments.origin + offset + 8;
    while (fragment < fragments.offsets.length && (fragments.offsets[fragment] ?? 0) < wanted) fragment++;
    if (fragments.offsets[fragment] !== wanted) return null;
    starts.push(fragment++);
  }
  return starts;
}

function extendedOffsets(table: Uint8Array | null, numberOfFrames: number): number[] | null {
  if (table?.length !== numberOfFrames * 8) return null;
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  return Array.from({ length: numberOfFrames }, (_, index) => Number(view.getBigUint64(index * 8, true)));
}

/** Frames as the fragments from each start up to the next; a frame's last fragment loses no padding. */
function group({ offsets, lengths }: Fragments, starts: readonly number[]): ByteRange[][] {
  return starts.map((start, frame) => {
    const ranges: ByteRange[] = [];
    const end = starts[frame + 1] ?? offsets.length;
    for (let at = start; at < end; at++) ranges.push({ offset: offsets[at] ?? 0, length: lengths[at] ?? 0 });
    return ranges;
  });
}
