import { unsupported } from '../pixelError.ts';
import { decodeLosslessScan } from './losslessScan.ts';
import { damaged, type JpegColourHints, type JpegFrame, readJpeg } from './markers.ts';
import {
  type ComponentPlane,
  componentPlanes,
  decodeSequentialScan,
  largestFactors,
} from './sequentialScan.ts';
import { upsampleInto } from './upsample.ts';

/** An image as its codestream has it: components interleaved, no colour transform undone. */
export interface JpegImage {
  frame: JpegFrame;
  /** True for the lossless process. */
  lossless: boolean;
  samples: Uint8Array | Uint16Array;
  hints: JpegColourHints;
}

/**
 * Decodes the JPEG processes of DICOM: baseline (1), extended sequential (2 and 4), lossless (14), all with Huffman
 * coding (ITU-T T.81).
 *
 * @param check is given the frame header before anything of its size is allocated; throws where it is not what it should be
 * @throws PixelError CORRUPT, UNSUPPORTED
 */
export function decodeJpeg(bytes: Uint8Array, check: (frame: JpegFrame) => void): JpegImage {
  let frame: JpegFrame | null = null;
  let planes: ComponentPlane[] = [];
  let lossless: Uint16Array | null = null;
  const decoded = new Set<number>();
  const hints = readJpeg(bytes, {
    frame(header) {
      check(header);
      frame = header;
      if (header.process === 'lossless') {
        const subsampled = header.components.some(({ h, v }) => h !== 1 || v !== 1);
        if (header.precision < 2 || header.precision > 16)
          throw damaged('its precision is wrong', '精度错误');
        if (subsampled && header.components.length > 1)
          throw unsupported('subsampled lossless JPEG is not decoded', '不支持下采样的无损 JPEG');
        lossless = new Uint16Array(header.rows * header.columns * header.components.length);
      } else {
        if (header.precision !== 8 && header.precision !== 12)
          throw damaged('its precision is wrong', '精度错误');
        planes = componentPlanes(header);
      }
    },
    scan(scan, start) {
      const header = frame as unknown as JpegFrame;
      for (const { index } of scan.components) decoded.add(index);
      return lossless === null
        ? decodeSequentialScan(bytes, header, scan, start, planes)
        : decodeLosslessScan(bytes, header, scan, start, lossless);
    },
  });
  const header = frame as JpegFrame | null;
  if (header === null || decoded.size < header.components.length)
    throw damaged('a component is missing', '缺少分量');
  if (lossless !== null) return { frame: header, lossless: true, samples: lossless, hints };
  return { frame: header, lossless: false, samples: joined(header, planes), hints };
}

function joined(frame: JpegFrame, planes: readonly ComponentPlane[]): Uint8Array | Uint16Array {
  const { rows, columns, components, precision } = frame;
  const step = components.length;
  const { maxH, maxV } = largestFactors(frame);
  const length = rows * columns * step;
  const out = precision > 8 ? new Uint16Array(length) : new Uint8Array(length);
  for (const [index, plane] of planes.entries()) {
    const { h, v } = components[index] as JpegFrame['components'][number];
    upsampleInto(plane, { x: maxH / h, y: maxV / v }, frame, out, index, step);
  }
  return out;
}
