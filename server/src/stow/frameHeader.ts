/** What the beginning of a compressed frame tells of the picture. */
export interface FrameHeader {
  rows: number;
  columns: number;
  components: number;
  /** Bits of a sample. */
  precision: number;
}

/** A frame of JPEG (ITU-T T.81) or JPEG-LS (ISO/IEC 14495-1). */
export interface JpegHeader extends FrameHeader {
  /** The Start of Frame marker (ITU-T T.81 Table B.1). */
  process: number;
  /** Whether the colour components have fewer samples than the first. */
  subsampled: boolean;
  /** Predictor of a lossless JPEG, NEAR of a JPEG-LS. */
  firstOfScan: number;
  /** Whether three components are red, green and blue, as the frame says; else luminance and chrominance. */
  isRgb: boolean;
}

/** A JPEG 2000 codestream (ISO/IEC 15444-1 Annex A). */
export interface CodestreamHeader extends FrameHeader {
  /** Coded in high throughput (ISO/IEC 15444-15). */
  highThroughput: boolean;
  /** By the reversible wavelet, which lossless codestreams have. */
  reversible: boolean;
}

export const SOF = {
  baseline: 0xc0,
  extended: 0xc1,
  progressive: 0xc2,
  lossless: 0xc3,
  jpegLs: 0xf7,
} as const;

const SOS = 0xda;
/** Markers of the frame headers' range that are tables. */
const TABLES = [0xc4, 0xc8, 0xcc];

interface Segment {
  marker: number;
  /** The bytes behind its length. */
  content: Uint8Array;
}

/** Marker segments from a byte on, as long as there are whole ones. */
function* segments(head: Uint8Array, from: number): Iterable<Segment> {
  for (let at = from; at + 4 <= head.length && head[at] === 0xff;) {
    const marker = head[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = uint16(head, at + 2);
    if (length < 2 || at + 2 + length > head.length) return;
    yield { marker, content: head.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);

/** Reads a JPEG or JPEG-LS frame up to its first scan; null where there is none. */
export function jpegHeader(head: Uint8Array): JpegHeader | null {
  if (uint16(head, 0) !== 0xffd8) return null;
  let frame: Segment | null = null;
  let transform: number | null = null;
  let isJfif = false;
  for (const segment of segments(head, 2)) {
    const { marker, content } = segment;
    if (marker === 0xe0 && begins(content, 'JFIF\0')) isJfif = true;
    if (marker === 0xee && begins(content, 'Adobe')) transform = content[11] ?? null;
    if (isFrame(marker)) frame ??= segment;
    if (marker !== SOS) continue;
    if (frame === null) return null;
    return {
      ...describe(frame, { isJfif, transform }),
      firstOfScan: content[1 + 2 * (content[0] ?? 0)] ?? 0,
    };
  }
  return null;
}

function isFrame(marker: number): boolean {
  return marker === SOF.jpegLs || (marker >= 0xc0 && marker <= 0xcf && !TABLES.includes(marker));
}

function describe(
  { marker, content }: Segment,
  { isJfif, transform }: { isJfif: boolean; transform: number | null },
): Omit<JpegHeader, 'firstOfScan'> {
  const components = content[5] ?? 0;
  const of = (byte: number): (number | undefined)[] =>
    Array.from({ length: components }, (_, i) => content[6 + byte + 3 * i]);
  const factors = of(1);
  const isNamedRgb = String.fromCharCode(...of(0).map((id) => id ?? 0)) === 'RGB';
  // As decoders read it: JFIF knows one space, Adobe says which, else the names of the components do.
  const isYcc = isJfif || (transform === null ? marker !== SOF.lossless && !isNamedRgb : transform !== 0);
  return {
    process: marker,
    precision: content[0] ?? 0,
    rows: uint16(content, 1),
    columns: uint16(content, 3),
    components,
    subsampled: factors.some((each) => each !== factors[0]),
    isRgb: components === 3 && !isYcc,
  };
}

const begins = (content: Uint8Array, text: string): boolean =>
  Buffer.from(content.subarray(0, text.length)).toString('latin1') === text;

/**
 * Reads the main header of a JPEG 2000 codestream; null where there is none, as in a JP2 file with its boxes, of which
 * the codestream alone is encapsulated (PS3.5 §A.4.4).
 */
export function codestreamHeader(head: Uint8Array): CodestreamHeader | null {
  if (uint32(head, 0) !== 0xff4fff51) return null;
  let size: FrameHeader | null = null;
  let highThroughput = false;
  for (const { marker, content } of segments(head, 2)) {
    // SIZ: capabilities, then extent and offset of the image, of the tiles, and the components.
    if (marker === 0x51)
      size = {
        columns: uint32(content, 2) - uint32(content, 10),
        rows: uint32(content, 6) - uint32(content, 14),
        components: uint16(content, 34),
        precision: ((content[36] ?? 0) & 0x7f) + 1,
      };
    // CAP: the bit of part 15.
    if (marker === 0x50) highThroughput = (uint32(content, 0) & 0x20000) !== 0;
    if (marker === 0x52 && size !== null) return { ...size, highThroughput, reversible: content[9] === 1 };
  }
  return null;
}
