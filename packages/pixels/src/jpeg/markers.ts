import { corrupt, unsupported } from '../pixelError.ts';
import { type HuffmanTable, huffmanTable } from './huffman.ts';

export interface JpegComponent {
  id: number;
  /** Sampling factors. */
  h: number;
  v: number;
  quantisation: number;
}

/** The frame header of a JPEG codestream (ITU-T T.81 B.2.2). */
export interface JpegFrame {
  process: 'sequential' | 'lossless';
  precision: number;
  rows: number;
  columns: number;
  components: JpegComponent[];
}

export interface JpegScan {
  /** Indices of the frame's components, with their tables. */
  components: { index: number; dc: HuffmanTable; ac: HuffmanTable | null }[];
  /** Start of the spectral selection, or the predictor of lossless scans. */
  spectralStart: number;
  /** Low nibble of the approximation, or the point transform of lossless scans. */
  pointTransform: number;
  /** MCUs between restart markers; 0 for none. */
  restartInterval: number;
  quantisation: readonly (Uint16Array | undefined)[];
}

/** What the codestream says about its colours. */
export interface JpegColourHints {
  jfif: boolean;
  /** Transform of the Adobe marker; null without one. */
  adobeTransform: number | null;
}

export interface JpegHandlers {
  frame(frame: JpegFrame): void;
  /** Decodes one scan whose entropy-coded bytes start at `start`. @returns where they end */
  scan(scan: JpegScan, start: number): number;
}

const SOF = { baseline: 0xc0, extended: 0xc1, lossless: 0xc3 };
const ZIGZAG_LENGTH = 64;

/**
 * Walks over the markers of a JPEG codestream (ITU-T T.81 Annex B) and hands over its frame header and scans.
 *
 * @throws PixelError CORRUPT; UNSUPPORTED for progressive, hierarchical and arithmetic processes
 */
export function readJpeg(bytes: Uint8Array, handlers: JpegHandlers): JpegColourHints {
  const hints: JpegColourHints = { jfif: false, adobeTransform: null };
  const dc: (HuffmanTable | undefined)[] = [];
  const ac: (HuffmanTable | undefined)[] = [];
  const quantisation: (Uint16Array | undefined)[] = [];
  let frame: JpegFrame | null = null;
  let restartInterval = 0;
  let scans = 0;
  let at = startOfImage(bytes);

  for (;;) {
    while (at < bytes.length && bytes[at] !== 0xff) at++;
    while (at < bytes.length && bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined) {
      // Some encoders leave the end marker out.
      if (scans > 0) return hints;
      throw damaged('it ends before its image data', '在图像数据之前结束');
    }
    if (marker === 0xd9) {
      if (scans > 0) return hints;
      throw damaged('it holds no image data', '不含图像数据');
    }
    if (marker === 0 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + length;
    if (length < 2 || end > bytes.length) throw damaged('a marker segment is cut off', '标记段不完整');
    const segment = bytes.subarray(at + 2, end);
    at = end;
    if (marker === 0xe0 && latin(segment, 5) === 'JFIF\0') hints.jfif = true;
    else if (marker === 0xee && segment.length >= 12 && latin(segment, 5) === 'Adobe')
      hints.adobeTransform = segment[11] ?? null;
    else if (marker === 0xc4) readHuffmanTables(segment, dc, ac);
    else if (marker === 0xdb) readQuantisation(segment, quantisation);
    else if (marker === 0xdd) restartInterval = ((segment[0] ?? 0) << 8) | (segment[1] ?? 0);
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (frame !== null) throw damaged('it has two frames', '含有两个帧');
      frame = readFrame(marker, segment);
      handlers.frame(frame);
    } else if (marker === 0xcc) {
      throw unsupported('arithmetic coding of JPEG is not decoded', '不支持算术编码的 JPEG');
    } else if (marker === 0xda) {
      if (frame === null) throw damaged('a scan comes before the frame header', '扫描出现在帧头之前');
      if (++scans > frame.components.length) throw damaged('it has too many scans', '扫描过多');
      at = handlers.scan({ ...readScan(segment, frame, dc, ac), restartInterval, quantisation }, at);
    }
  }
}

/** Position after the start marker; bytes before it are skipped, as some writers put an offset table there. */
function startOfImage(bytes: Uint8Array): number {
  for (let at = 0; at + 1 < Math.min(bytes.length, 64); at++)
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd8) return at + 2;
  throw damaged('it does not begin with the marker of JPEG', '起始处没有 JPEG 标记');
}

function readFrame(marker: number, segment: Uint8Array): JpegFrame {
  if (marker !== SOF.baseline && marker !== SOF.extended && marker !== SOF.lossless) {
    throw unsupported(
      `the JPEG process of marker FF${marker.toString(16).toUpperCase()} is not decoded (progressive, hierarchical or arithmetic)`,
      `不支持标记 FF${marker.toString(16).toUpperCase()} 的 JPEG 过程（渐进、分层或算术编码）`,
    );
  }
  const count = segment[5] ?? 0;
  if (count < 1 || count > 4 || segment.length < 6 + count * 3)
    throw damaged('its frame header is cut off', '帧头不完整');
  const components = Array.from({ length: count }, (_, i): JpegComponent => {
    const at = 6 + i * 3;
    const sampling = segment[at + 1] as number;
    return {
      id: segment[at] as number,
      h: sampling >> 4,
      v: sampling & 15,
      quantisation: segment[at + 2] as number,
    };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4))
    throw damaged('its sampling factors are wrong', '采样因子错误');
  return {
    process: marker === SOF.lossless ? 'lossless' : 'sequential',
    precision: segment[0] as number,
    rows: ((segment[1] as number) << 8) | (segment[2] as number),
    columns: ((segment[3] as number) << 8) | (segment[4] as number),
    components,
  };
}

function readScan(
  segment: Uint8Array,
  frame: JpegFrame,
  dc: readonly (HuffmanTable | undefined)[],
  ac: readonly (HuffmanTable | undefined)[],
): Omit<JpegScan, 'restartInterval' | 'quantisation'> {
  const count = segment[0] ?? 0;
  if (count < 1 || count > frame.components.length || segment.length < 4 + count * 2)
    throw damaged('a scan header is cut off', '扫描头不完整');
  const components = Array.from({ length: count }, (_, i) => {
    const id = segment[1 + i * 2] as number;
    const tables = segment[2 + i * 2] as number;
    const index = frame.components.findIndex((component) => component.id === id);
    const dcTable = dc[tables >> 4];
    const acTable = ac[tables & 15] ?? null;
    if (index < 0 || dcTable === undefined || (frame.process === 'sequential' && acTable === null))
      throw damaged('a scan refers to a component or table it does not have', '扫描引用了不存在的分量或表');
    return { index, dc: dcTable, ac: acTable };
  });
  if (new Set(components.map(({ index }) => index)).size !== count)
    throw damaged('a scan has a component twice', '扫描中分量重复');
  return {
    components,
    spectralStart: segment[1 + count * 2] as number,
    pointTransform: (segment[3 + count * 2] as number) & 15,
  };
}

function readHuffmanTables(
  segment: Uint8Array,
  dc: (HuffmanTable | undefined)[],
  ac: (HuffmanTable | undefined)[],
): void {
  let at = 0;
  while (at < segment.length) {
    const selector = segment[at] as number;
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(at + 17, at + 17 + total);
    if (counts.length < 16 || symbols.length < total || (selector & 15) > 3 || selector >> 4 > 1)
      throw damaged('a Huffman table is cut off', '哈夫曼表不完整');
    (selector >> 4 === 0 ? dc : ac)[selector & 15] = huffmanTable(counts, symbols);
    at += 17 + total;
  }
}

function readQuantisation(segment: Uint8Array, tables: (Uint16Array | undefined)[]): void {
  let at = 0;
  while (at < segment.length) {
    const selector = segment[at] as number;
    const wide = selector >> 4 === 1;
    const bytes = ZIGZAG_LENGTH * (wide ? 2 : 1);
    if (at + 1 + bytes > segment.length || (selector & 15) > 3)
      throw damaged('a quantisation table is cut off', '量化表不完整');
    tables[selector & 15] = Uint16Array.from({ length: ZIGZAG_LENGTH }, (_, i) =>
      wide
        ? ((segment[at + 1 + i * 2] as number) << 8) | (segment[at + 2 + i * 2] as number)
        : (segment[at + 1 + i] as number),
    );
    at += 1 + bytes;
  }
}

const latin = (bytes: Uint8Array, length: number): string =>
  String.fromCharCode(...bytes.subarray(0, length));

export function damaged(why: string, whyZh: string): Error {
  return corrupt(`the JPEG codestream cannot be decoded: ${why}`, `JPEG 码流无法解码：${whyZh}`);
}
