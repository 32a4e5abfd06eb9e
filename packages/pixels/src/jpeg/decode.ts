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
  const state: { frame?: JpegFrame; planes: ComponentPlane[]; lossless: Uint16Array | null } = {
    planes: [],
    lossless: null,
  };
  const decoded = new Set<number>();
  const hints = readJpeg(bytes, {
    frame(frame) {
      check(frame);
      state.frame = frame;
      if (frame.process === 'lossless') state.lossless = roomForLossless(frame);
      else if (frame.precision === 8 || frame.precision === 12) state.planes = componentPlanes(frame);
      else throw damaged('its precision is wrong', '精度错误');
    },
    scan(scan, start) {
      const frame = state.frame as JpegFrame;
      for (const { index } of scan.components) decoded.add(index);
      return state.lossless === null
        ? decodeSequentialScan(bytes, frame, scan, start, state.planes)
        : decodeLosslessScan(bytes, frame, scan, start, state.lossless);
    },
  });
  const { frame, planes, lossless } = state;
  if (frame === undefined || decoded.size < frame.components.length)
    throw damaged('a component is missing', '缺少分量');
  if (lossless !== null) return { frame, lossless: true, samples: lossless, hints };
  return { frame, lossless: false, samples: joined(frame, planes), hints };
}

function roomForLossless({ rows, columns, components, precision }: JpegFrame): Uint16Array {
  if (precision < 2 || precision > 16) throw damaged('its precision is wrong', '精度错误');
  if (components.length > 1 && components.some(({ h, v }) => h !== 1 || v !== 1))
    throw unsupported('subsampled lossless JPEG is not decoded', '不支持下采样的无损 JPEG');
  return new Uint16Array(rows * columns * components.length);
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
