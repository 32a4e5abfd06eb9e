import type { DicomJson } from '@hutong/dicom';

/** What the Image Pixel module says about the frames of an instance (PS3.3 C.7.6.3), checked. */
export interface PixelDescription {
  transferSyntaxUid: string;
  rows: number;
  columns: number;
  samplesPerPixel: number;
  /** Upper case; `MONOCHROME2`, `RGB`, `YBR_FULL_422`, `PALETTE COLOR`, … */
  photometricInterpretation: string;
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  /** True for two's complement samples. */
  signed: boolean;
  /** 0 colour by pixel, 1 colour by plane. */
  planarConfiguration: 0 | 1;
  numberOfFrames: number;
  /**
   * Whole numbers of Pixel Data (7FE0,0010), or IEEE 754 numbers of Float or Double Float Pixel Data (PS3.3 C.7.6.24,
   * C.7.6.25). Of the latter Bits Stored is Bits Allocated, and `signed` is true.
   */
  sampleType: 'integer' | 'float';
  /**
   * Bytes of the big-endian words that the value lies in; absent where it is little endian or lies in bytes. Such frames
   * are cut out by `frameCut`, and described by `littleEndian` from then on.
   */
  bigEndianWord?: 2 | 4 | 8;
}

/**
 * One frame as native little-endian samples, colour by pixel, `bitsAllocated` bits each (1-bit frames packed, from the
 * lowest bit of the first byte). The description says what the samples are: decoders that convert colour say so there.
 */
export interface NativeFrame {
  description: PixelDescription;
  bytes: Uint8Array;
}

/** One frame in a target transfer syntax, and the attributes of the dataset that must follow it (PS3.5 §8.2, PS3.3 C.7.6.1.1.5). */
export interface EncodedFrame {
  bytes: Uint8Array;
  transferSyntaxUid: string;
  /** Attributes that differ from the source's: PhotometricInterpretation, PlanarConfiguration, LossyImageCompression, … */
  changedAttributes: DicomJson;
}

/** What a caller may ask of an encoder. */
export interface TranscodeOptions {
  /** Lossy encodings only: 1 (smallest) to 100; 90 when absent. */
  quality?: number;
  /** Compression ratios and methods that the dataset records of earlier steps; the new ones are appended. */
  earlierRatios?: number[];
  earlierMethods?: string[];
}

/** Why pixels cannot be had; never wrong pixels instead. Mapped to 406. */
export type PixelErrorCode =
  /** No codec for the transfer syntax, or not for this depth or sample layout. */
  | 'UNSUPPORTED'
  /** The bytes are no frame of what the description says. */
  | 'CORRUPT'
  /** The description contradicts itself, or lacks what is needed. */
  | 'DESCRIPTION'
  /** More pixels, memory or time than one image may take. */
  | 'TOO_LARGE';

/** VOI window of a request or a dataset (PS3.3 C.11.2.1.2). */
export interface Window {
  center: number;
  width: number;
  function: 'linear' | 'linear-exact' | 'sigmoid';
}

/** `viewport` of PS3.18 8.3.5.1.3: size of the answer, and the region of the source that fills it; negative region sizes flip. */
export interface Viewport {
  width: number;
  height: number;
  region?: { x: number; y: number; width: number; height: number };
}

export type IccProfile = 'no' | 'yes' | 'srgb' | 'adobergb' | 'rommrgb';

/** How frames become a picture (PS3.18 8.3.5.1). */
export interface RenderSettings {
  mediaType: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/jp2';
  /** 1–100; null: the default. */
  quality: number | null;
  viewport: Viewport | null;
  /** null: the dataset's own first window or VOI LUT, else the range of the pixels. */
  window: Window | null;
  iccProfile: IccProfile;
  /** Lines burnt into the corners; empty for none. Never given for thumbnails. */
  annotations: { corner: 'topLeft' | 'topRight' | 'bottomLeft' | 'bottomRight'; lines: string[] }[];
  /** Lines written all over the picture, so that it says who looked at it; absent or empty: none. */
  watermark?: readonly string[];
  /** Presentation state to apply (PS3.4 N): a Grayscale or Color Softcopy Presentation State's dataset, bulk values inline. */
  presentationState: DicomJson | null;
  /** Frame number (1-based) of each given frame, for multi-frame functional groups and presentation states. */
  frameNumbers: number[];
}

export interface RenderedPicture {
  bytes: Uint8Array;
  mediaType: string;
  width: number;
  height: number;
}
