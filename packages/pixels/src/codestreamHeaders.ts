import { corrupt } from './pixelError.ts';

/** What a codestream says of its image, read by us before a library is trusted with it. */
export interface CodestreamHeader {
  rows: number;
  columns: number;
  components: number;
  /** Bits of each component, all the same. */
  precision: number;
}

export interface Jpeg2000Header extends CodestreamHeader {
  signed: boolean;
  /** True where the first three components were transformed together. */
  colourTransform: boolean;
  reversible: boolean;
  decompositions: number;
  /** Bytes in which the codestream begins and ends, without the boxes of a JP2 file around it. */
  start: number;
  /** Offsets of the bytes that say each component's depth and sign. */
  depthBytes: number[];
  tiles: number;
  /** True for high-throughput block coding. */
  highThroughput: boolean;
}

const SIZ = 0xff51;
const COD = 0xff52;
const SOT = 0xff90;
/** Tiles of one image; each costs a decoder memory, however small it is. */
const MAX_TILES = 16_384;

/**
 * Main header of a JPEG 2000 codestream (ITU-T T.800 Annex A), also inside a JP2 file.
 *
 * @throws PixelError CORRUPT
 */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = codestreamStart(bytes, view);
  let at = start + 2;
  let header: Omit<Jpeg2000Header, 'colourTransform' | 'reversible' | 'decompositions'> | null = null;
  let coding: Pick<Jpeg2000Header, 'colourTransform' | 'reversible' | 'decompositions'> | null = null;
  let highThroughput = false;
  for (;;) {
    if (at + 4 > bytes.length) throw broken();
    const marker = view.getUint16(at);
    if (marker === SOT) break;
    const length = view.getUint16(at + 2);
    if (marker < 0xff01 || length < 2 || at + 2 + length > bytes.length) throw broken();
    if (marker === SIZ) header = readSiz(view, at + 4, length - 2, start);
    else if (marker === COD) {
      if (length < 12) throw broken();
      highThroughput = (view.getUint8(at + 12) & 0x40) !== 0;
      coding = {
        colourTransform: view.getUint8(at + 8) !== 0,
        decompositions: view.getUint8(at + 9),
        reversible: view.getUint8(at + 13) === 1,
      };
    }
    at += 2 + length;
  }
  if (header === null || coding === null || coding.decompositions > 32) throw broken();
  checkTileParts(view, at, header.tiles);
  return { ...header, ...coding, highThroughput };
}

/** JP2 files begin with a signature box; the codestream is the content of the box `jp2c`. */
function codestreamStart(bytes: Uint8Array, view: DataView): number {
  if (bytes.length < 12) throw broken();
  if (view.getUint32(0) === 0xff4fff51) return 0;
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x6a703263) {
      const start = at + (length === 1 ? 16 : 8);
      if (start + 4 <= bytes.length && view.getUint32(start) === 0xff4fff51) return start;
      throw broken();
    }
    if (length < 8) throw broken();
    at += length;
  }
  throw broken();
}

function readSiz(
  view: DataView,
  at: number,
  length: number,
  start: number,
): Omit<Jpeg2000Header, 'colourTransform' | 'reversible' | 'decompositions'> {
  if (length < 39) throw broken();
  const u32 = (offset: number): number => view.getUint32(at + offset);
  const [columns, rows] = [u32(2) - u32(10), u32(6) - u32(14)];
  const [tileWidth, tileHeight] = [u32(18), u32(22)];
  const components = view.getUint16(at + 34);
  if (columns < 1 || rows < 1 || tileWidth < 1 || tileHeight < 1 || components < 1) throw broken();
  if (length < 36 + components * 3) throw broken();
  const tiles = Math.ceil(columns / tileWidth) * Math.ceil(rows / tileHeight);
  if (tiles > MAX_TILES) throw broken();
  const depthBytes = Array.from({ length: components }, (_, i) => at + 36 + i * 3);
  const depths = new Set(depthBytes.map((offset) => view.getUint8(offset)));
  const subsampled = depthBytes.some(
    (offset) => view.getUint8(offset + 1) !== 1 || view.getUint8(offset + 2) !== 1,
  );
  const [depth = 0] = depths;
  if (depths.size > 1 || subsampled || u32(10) !== 0 || u32(14) !== 0) {
    throw corrupt(
      'the components of the codestream differ in size or depth, or it does not begin at the origin',
      '码流各分量的大小或位数不一致，或起点不在原点',
    );
  }
  return {
    rows,
    columns,
    components,
    precision: (depth & 0x7f) + 1,
    signed: (depth & 0x80) !== 0,
    start,
    depthBytes,
    tiles,
    highThroughput: false,
  };
}

const EOC = 0xffd9;
const SOT_BYTES = 12;

/**
 * Walks over the tile-parts (ITU-T T.800 A.4.2), for decoders make pictures of codestreams that are cut off, too: each
 * must be whole, and after the last one the codestream must end, or say that no part is missing.
 */
function checkTileParts(view: DataView, start: number, tiles: number): void {
  const parts = new Map<number, { seen: number; expected: number }>();
  let at = start;
  while (at + SOT_BYTES <= view.byteLength && view.getUint16(at) === SOT) {
    const tile = view.getUint16(at + 4);
    const length = view.getUint32(at + 6);
    const part = parts.get(tile) ?? { seen: 0, expected: 0 };
    part.seen++;
    part.expected = Math.max(part.expected, view.getUint8(at + 11));
    parts.set(tile, part);
    if (length === 0) {
      // The last part may reach to the end of the codestream, which then must be there.
      for (let end = view.byteLength - 2; end > at; end--) if (view.getUint16(end) === EOC) return;
      throw broken();
    }
    if (length < SOT_BYTES || at + length > view.byteLength) throw broken();
    at += length;
  }
  const ended = at + 2 <= view.byteLength && view.getUint16(at) === EOC;
  const whole = [...parts.values()].every(({ seen, expected }) => expected > 0 && seen >= expected);
  if (parts.size < tiles || (!ended && !whole)) throw broken();
}

export interface JpegLsHeader extends CodestreamHeader {
  /** Largest error of a sample; 0 for lossless. */
  near: number;
}

/** Frame and first scan header of a JPEG-LS codestream (ITU-T T.87 C.2). @throws PixelError CORRUPT */
export function readJpegLsHeader(bytes: Uint8Array): JpegLsHeader {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw broken();
  let frame: CodestreamHeader | null = null;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw broken();
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const byte = (offset: number): number => bytes[at + offset] ?? 0;
    const length = (byte(2) << 8) | byte(3);
    if (length < 2 || at + 2 + length > bytes.length) throw broken();
    if (marker === 0xf7) {
      frame = {
        precision: byte(4),
        rows: (byte(5) << 8) | byte(6),
        columns: (byte(7) << 8) | byte(8),
        components: byte(9),
      };
      for (let i = 0; i < frame.components; i++) if (byte(11 + i * 3) !== 0x11) throw broken();
    } else if (marker === 0xda) {
      if (frame === null) throw broken();
      return { ...frame, near: byte(5 + byte(4) * 2) };
    }
    at += 2 + length;
  }
  throw broken();
}

function broken(): Error {
  return corrupt('the header of the codestream is damaged or cut off', '码流头部已损坏或不完整');
}
