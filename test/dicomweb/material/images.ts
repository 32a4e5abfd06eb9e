import { randomFrom } from '../../factories/random.ts';
import { SOP_CLASS } from '../../factories/instance.ts';
import { dicomFile, type Dataset, type FileOptions } from './dataset.ts';
import {
  encodeHtj2k,
  encodeJpeg2000,
  encodeJpegBaseline,
  encodeJpegLossless,
  encodeJpegLs,
  encodeRle,
  type Samples,
} from './encoders.ts';

/** UIDs of transfer syntaxes by the names the rows use. */
export const TS = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  bigEndian: '1.2.840.10008.1.2.2',
  jpegBaseline: '1.2.840.10008.1.2.4.50',
  jpegExtended: '1.2.840.10008.1.2.4.51',
  jpegLossless: '1.2.840.10008.1.2.4.70',
  jpegLs: '1.2.840.10008.1.2.4.80',
  jpegLsNear: '1.2.840.10008.1.2.4.81',
  jpeg2000: '1.2.840.10008.1.2.4.90',
  htj2k: '1.2.840.10008.1.2.4.201',
  htj2kRpcl: '1.2.840.10008.1.2.4.202',
  rle: '1.2.840.10008.1.2.5',
} as const;

export const ROWS = 24;
export const COLUMNS = 20;

/** A synthetic image: its file, and what each frame decodes to. */
export interface TestImage {
  kind: ImageKind;
  file: Buffer;
  transferSyntaxUid: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  /** Native little-endian bytes of each frame, as Pixel Data of Explicit VR Little Endian would hold them. */
  frames: Buffer[];
  /** Encoded frames as stored; empty for native transfer syntaxes. */
  encoded: Buffer[];
  dataset: Dataset;
}

interface Shape {
  bitsAllocated: 1 | 8 | 16 | 32;
  bitsStored: number;
  signed?: boolean;
  samplesPerPixel?: 1 | 3;
  photometric?: string;
  planar?: 0 | 1;
  frames?: number;
}

interface Kind extends Shape {
  transferSyntaxUid?: string;
  encode?: (samples: Samples) => Buffer | Promise<Buffer>;
  /** How the encoded frames become fragments and an offset table. */
  fragments?: 'bot' | 'no-bot' | 'split-bot' | 'split-single' | 'eot';
  /** Decoding gives other samples than were encoded. */
  lossy?: boolean;
  extra?: Dataset;
}

const palette = (seed: number): Uint8Array => {
  const table = Buffer.alloc(512);
  for (let i = 0; i < 256; i++) table.writeUInt16LE(((i * seed) % 256) * 257, i * 2);
  return table;
};

/** Kinds of images, each a way in which servers go wrong. */
export const KINDS = {
  u8: { bitsAllocated: 8, bitsStored: 8 },
  s8: { bitsAllocated: 8, bitsStored: 8, signed: true },
  u12: { bitsAllocated: 16, bitsStored: 12 },
  u16: { bitsAllocated: 16, bitsStored: 16 },
  s16: { bitsAllocated: 16, bitsStored: 16, signed: true },
  u32: { bitsAllocated: 32, bitsStored: 32 },
  bits: { bitsAllocated: 1, bitsStored: 1, frames: 3 },
  rgb: { bitsAllocated: 8, bitsStored: 8, samplesPerPixel: 3, photometric: 'RGB', planar: 0 },
  rgbPlanar: { bitsAllocated: 8, bitsStored: 8, samplesPerPixel: 3, photometric: 'RGB', planar: 1 },
  bigEndianPlanar: {
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: 3,
    photometric: 'RGB',
    planar: 1,
    transferSyntaxUid: TS.bigEndian,
  },
  deflatedPlanar: {
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: 3,
    photometric: 'RGB',
    planar: 1,
    transferSyntaxUid: TS.deflated,
  },
  ybrFull: { bitsAllocated: 8, bitsStored: 8, samplesPerPixel: 3, photometric: 'YBR_FULL', planar: 0 },
  palette: {
    bitsAllocated: 8,
    bitsStored: 8,
    photometric: 'PALETTE COLOR',
    extra: {
      RedPaletteColorLookupTableDescriptor: { vr: 'US', value: [256, 0, 16] },
      GreenPaletteColorLookupTableDescriptor: { vr: 'US', value: [256, 0, 16] },
      BluePaletteColorLookupTableDescriptor: { vr: 'US', value: [256, 0, 16] },
      RedPaletteColorLookupTableData: { vr: 'OW', value: palette(1) },
      GreenPaletteColorLookupTableData: { vr: 'OW', value: palette(3) },
      BluePaletteColorLookupTableData: { vr: 'OW', value: palette(5) },
    },
  },
  mono1: { bitsAllocated: 8, bitsStored: 8, photometric: 'MONOCHROME1' },
  multiframe: { bitsAllocated: 16, bitsStored: 12, frames: 5 },
  multiframeRgb: {
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: 3,
    photometric: 'RGB',
    planar: 0,
    frames: 3,
  },
  implicit: { bitsAllocated: 16, bitsStored: 12, transferSyntaxUid: TS.implicit },
  bigEndian: { bitsAllocated: 16, bitsStored: 16, signed: true, transferSyntaxUid: TS.bigEndian },
  bigEndianFrames: { bitsAllocated: 16, bitsStored: 12, frames: 3, transferSyntaxUid: TS.bigEndian },
  deflated: { bitsAllocated: 16, bitsStored: 16, signed: true, transferSyntaxUid: TS.deflated },
  deflatedFrames: { bitsAllocated: 16, bitsStored: 12, frames: 3, transferSyntaxUid: TS.deflated },
  rle16: { bitsAllocated: 16, bitsStored: 16, signed: true, transferSyntaxUid: TS.rle, encode: encodeRle },
  rleFrames: {
    bitsAllocated: 16,
    bitsStored: 12,
    frames: 4,
    transferSyntaxUid: TS.rle,
    encode: encodeRle,
    fragments: 'bot',
  },
  rleNoTable: {
    bitsAllocated: 16,
    bitsStored: 12,
    frames: 4,
    transferSyntaxUid: TS.rle,
    encode: encodeRle,
    fragments: 'no-bot',
  },
  rleRgb: {
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: 3,
    photometric: 'RGB',
    planar: 0,
    transferSyntaxUid: TS.rle,
    encode: encodeRle,
  },
  rlePlanar: {
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: 3,
    photometric: 'RGB',
    planar: 1,
    transferSyntaxUid: TS.rle,
    encode: encodeRle,
  },
  jpeg: {
    bitsAllocated: 8,
    bitsStored: 8,
    transferSyntaxUid: TS.jpegBaseline,
    encode: (samples: Samples) => encodeJpegBaseline(samples),
    lossy: true,
  },
  jpegRgb: {
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: 3,
    photometric: 'YBR_FULL_422',
    planar: 0,
    transferSyntaxUid: TS.jpegBaseline,
    encode: (samples: Samples) => encodeJpegBaseline(samples),
    lossy: true,
  },
  jpegLossless: {
    bitsAllocated: 16,
    bitsStored: 12,
    transferSyntaxUid: TS.jpegLossless,
    encode: encodeJpegLossless,
  },
  jpegLossless16: {
    bitsAllocated: 16,
    bitsStored: 16,
    transferSyntaxUid: TS.jpegLossless,
    encode: encodeJpegLossless,
  },
  jpegLosslessFrames: {
    bitsAllocated: 16,
    bitsStored: 12,
    frames: 4,
    transferSyntaxUid: TS.jpegLossless,
    encode: encodeJpegLossless,
    fragments: 'split-bot',
  },
  jpegLs: {
    bitsAllocated: 16,
    bitsStored: 12,
    transferSyntaxUid: TS.jpegLs,
    encode: (samples: Samples) => encodeJpegLs(samples),
  },
  jpegLsFrames: {
    bitsAllocated: 16,
    bitsStored: 16,
    frames: 3,
    transferSyntaxUid: TS.jpegLs,
    encode: (samples: Samples) => encodeJpegLs(samples),
    fragments: 'eot',
  },
  jpeg2000: { bitsAllocated: 16, bitsStored: 12, transferSyntaxUid: TS.jpeg2000, encode: encodeJpeg2000 },
  jpeg2000Signed: {
    bitsAllocated: 16,
    bitsStored: 16,
    signed: true,
    transferSyntaxUid: TS.jpeg2000,
    encode: encodeJpeg2000,
    fragments: 'split-single',
  },
  htj2k: { bitsAllocated: 16, bitsStored: 12, transferSyntaxUid: TS.htj2k, encode: encodeHtj2k },
  htj2kFrames: {
    bitsAllocated: 16,
    bitsStored: 16,
    signed: true,
    frames: 3,
    transferSyntaxUid: TS.htj2kRpcl,
    encode: encodeHtj2k,
    fragments: 'no-bot',
  },
} as const satisfies Record<string, Kind>;

export type ImageKind = keyof typeof KINDS;

/** Samples of one frame: a gradient with a mark whose place is the frame's number, and a little noise. */
function frameSamples(kind: Kind, seed: string, frame: number): Buffer {
  const random = randomFrom(`${seed}/${frame}`);
  const samplesPerPixel = kind.samplesPerPixel ?? 1;
  const wide = kind.bitsAllocated === 32 ? 4 : kind.bitsAllocated === 16 ? 2 : 1;
  const out = Buffer.alloc(ROWS * COLUMNS * samplesPerPixel * wide);
  const top = kind.bitsStored === 32 ? 4_000_000_000 : 2 ** kind.bitsStored - 1;
  for (let i = 0; i < ROWS * COLUMNS; i++) {
    const row = Math.floor(i / COLUMNS);
    const column = i % COLUMNS;
    for (let sample = 0; sample < samplesPerPixel; sample++) {
      const slope = [(row + column) / (ROWS + COLUMNS), column / COLUMNS, row / ROWS][sample]!;
      const marked = row === frame && column < 6;
      const unit = marked ? 1 : Math.min(0.98, Math.max(0, slope * 0.9 + random.next() * 0.02));
      const value = Math.floor(unit * top);
      const at = (i * samplesPerPixel + sample) * wide;
      const signed = kind.signed === true ? value - (top + 1) / 2 : value;
      if (wide === 4) out.writeUInt32LE(value, at);
      else if (wide === 2 && kind.signed === true) out.writeInt16LE(signed, at);
      else if (wide === 2) out.writeUInt16LE(value, at);
      else if (kind.signed === true) out.writeInt8(signed, at);
      else out[at] = value;
    }
  }
  return out;
}

/** Colour by plane from colour by pixel. */
function toPlanes(bytes: Buffer): Buffer {
  const size = bytes.length / 3;
  return Buffer.from(bytes.map((_, i) => bytes[(i % size) * 3 + Math.floor(i / size)]!));
}

/** All frames as bits, packed one after the other without padding between frames (PS3.5 §8.1.1). */
function packed(frames: readonly Buffer[]): Buffer {
  const bits = frames.flatMap((frame) => [...frame]);
  const out = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => (out[i >> 3]! |= (bit > 0 ? 1 : 0) << (i & 7)));
  return out;
}

interface Identity {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
}

function encapsulate(encoded: readonly Buffer[], how: Kind['fragments']) {
  const split = how === 'split-bot' || how === 'split-single';
  const evenly = encoded.map((frame) =>
    frame.length % 2 === 0 ? frame : Buffer.concat([frame, Buffer.alloc(1)]),
  );
  const cut = (frame: Buffer): Buffer[] => {
    const middle = Math.floor(frame.length / 4) * 2;
    return [frame.subarray(0, middle), frame.subarray(middle)];
  };
  const groups = evenly.map((frame) => (split ? cut(frame) : [frame]));
  const starts: number[] = [];
  let at = 0;
  for (const group of groups) {
    starts.push(at);
    at += group.reduce((total, fragment) => total + fragment.length + 8, 0);
  }
  const table = how === 'bot' || how === 'split-bot';
  return {
    encapsulated: { fragments: groups.flat(), offsets: table ? starts : [] },
    extended:
      how === 'eot'
        ? {
            ExtendedOffsetTable: { vr: 'OV', value: u64(starts) },
            ExtendedOffsetTableLengths: { vr: 'OV', value: u64(encoded.map((frame) => frame.length)) },
          }
        : {},
  };
}

function u64(values: readonly number[]): Uint8Array {
  const out = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => out.writeBigUInt64LE(BigInt(value), i * 8));
  return out;
}

/** Attributes that make an image findable and renderable. */
export function imageDataset(identity: Identity, more: Dataset): Dataset {
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    ImageType: ['ORIGINAL', 'PRIMARY'],
    SOPClassUID: SOP_CLASS.SECONDARY_CAPTURE,
    SOPInstanceUID: identity.sopInstanceUid,
    StudyDate: '20260102',
    StudyTime: '101112',
    AccessionNumber: 'IMG',
    Modality: 'OT',
    ConversionType: 'SYN',
    ReferringPhysicianName: '',
    PatientName: 'Image^Kind',
    PatientID: 'IMAGES',
    PatientBirthDate: '19800101',
    PatientSex: 'O',
    StudyInstanceUID: identity.studyInstanceUid,
    SeriesInstanceUID: identity.seriesInstanceUid,
    StudyID: '1',
    SeriesNumber: 1,
    InstanceNumber: 1,
    ...more,
  };
}

/** Makes one image of a kind. */
export async function testImage(name: ImageKind, identity: Identity, more: Dataset = {}): Promise<TestImage> {
  const kind: Kind = KINDS[name];
  const count = kind.frames ?? 1;
  const samples = Array.from({ length: count }, (_, frame) => frameSamples(kind, name, frame));
  const samplesPerPixel = kind.samplesPerPixel ?? 1;
  const native = kind.planar === 1 ? samples.map(toPlanes) : samples;
  const dataset = imageDataset(identity, {
    ...(count > 1 ? { NumberOfFrames: count } : {}),
    SamplesPerPixel: samplesPerPixel,
    PhotometricInterpretation: kind.photometric ?? 'MONOCHROME2',
    ...(samplesPerPixel === 3 ? { PlanarConfiguration: kind.planar ?? 0 } : {}),
    Rows: ROWS,
    Columns: COLUMNS,
    BitsAllocated: kind.bitsAllocated,
    BitsStored: kind.bitsStored,
    HighBit: kind.bitsStored - 1,
    PixelRepresentation: kind.signed === true ? 1 : 0,
    ...(kind.lossy === true
      ? { LossyImageCompression: '01', LossyImageCompressionMethod: 'ISO_10918_1' }
      : {}),
    ...kind.extra,
    ...more,
  });
  const transferSyntaxUid = kind.transferSyntaxUid ?? TS.explicit;
  const options: FileOptions = { transferSyntaxUid };
  let encoded: Buffer[] = [];
  if (kind.encode === undefined) {
    const bytes = kind.bitsAllocated === 1 ? packed(samples) : Buffer.concat(native);
    dataset['PixelData'] = {
      vr: kind.bitsAllocated === 16 || kind.bitsAllocated === 32 ? 'OW' : 'OB',
      value: bytes,
    };
  } else {
    const shape = {
      rows: ROWS,
      columns: COLUMNS,
      samplesPerPixel,
      bitsStored: kind.bitsStored,
      signed: kind.signed === true,
    };
    const bitsAllocated = kind.bitsAllocated === 8 ? 8 : 16;
    encoded = [];
    for (const bytes of samples) encoded.push(await kind.encode({ ...shape, bitsAllocated, bytes }));
    const { encapsulated, extended } = encapsulate(encoded, kind.fragments);
    options.encapsulated = encapsulated;
    Object.assign(dataset, extended);
  }
  return {
    kind: name,
    file: dicomFile(dataset, options),
    transferSyntaxUid,
    ...identity,
    frames: kind.bitsAllocated === 1 ? samples.map((frame) => packed([frame])) : native,
    encoded,
    dataset,
  };
}
