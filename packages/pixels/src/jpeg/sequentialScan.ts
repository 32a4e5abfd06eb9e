import { BitReader } from './bitReader.ts';
import { inverseDct, ZIGZAG } from './idct.ts';
import { damaged, type JpegFrame, type JpegScan } from './markers.ts';

/** Samples of one component as coded: subsampled, and padded to whole blocks. */
export interface ComponentPlane {
  samples: Uint8Array | Uint16Array;
  stride: number;
  /** Samples that belong to the image. */
  columns: number;
  rows: number;
  blocksPerRow: number;
  blockRows: number;
}

/** Room for the components of a sequential frame (ITU-T T.81 A.1). */
export function componentPlanes(frame: JpegFrame): ComponentPlane[] {
  const { maxH, maxV } = largestFactors(frame);
  const mcusPerRow = Math.ceil(frame.columns / (8 * maxH));
  const mcuRows = Math.ceil(frame.rows / (8 * maxV));
  return frame.components.map(({ h, v }) => {
    const stride = mcusPerRow * h * 8;
    const length = stride * mcuRows * v * 8;
    const columns = Math.ceil((frame.columns * h) / maxH);
    const rows = Math.ceil((frame.rows * v) / maxV);
    return {
      samples: frame.precision > 8 ? new Uint16Array(length) : new Uint8Array(length),
      stride,
      columns,
      rows,
      blocksPerRow: Math.ceil(columns / 8),
      blockRows: Math.ceil(rows / 8),
    };
  });
}

export function largestFactors(frame: JpegFrame): { maxH: number; maxV: number } {
  return {
    maxH: Math.max(...frame.components.map(({ h }) => h)),
    maxV: Math.max(...frame.components.map(({ v }) => v)),
  };
}

/**
 * Decodes one scan of the sequential DCT processes 1, 2 and 4 (ITU-T T.81 Annex F).
 *
 * @returns where the entropy-coded bytes end
 * @throws PixelError CORRUPT
 */
export function decodeSequentialScan(
  bytes: Uint8Array,
  frame: JpegFrame,
  scan: JpegScan,
  start: number,
  planes: readonly ComponentPlane[],
): number {
  const reader = new BitReader(bytes, start);
  const { maxH, maxV } = largestFactors(frame);
  const coded = scan.components.map(({ index, dc, ac }) => {
    const component = frame.components[index] as JpegFrame['components'][number];
    const quantisation = scan.quantisation[component.quantisation];
    if (quantisation === undefined || ac === null) throw damaged('a table is missing', '缺少表');
    const plane = planes[index] as ComponentPlane;
    return { plane, h: component.h, v: component.v, quantisation, dc, ac, predicted: 0 };
  });
  type Coded = (typeof coded)[number];
  const block = new Int32Array(64);

  function decodeBlock(component: Coded, column: number, row: number): void {
    const { plane, quantisation, dc, ac } = component;
    block.fill(0);
    component.predicted += reader.difference(Math.min(16, reader.symbol(dc)));
    block[0] = component.predicted * (quantisation[0] as number);
    for (let k = 1; k < 64; k++) {
      const symbol = reader.symbol(ac);
      const length = symbol & 15;
      const run = symbol >> 4;
      if (length === 0) {
        if (run < 15) break;
        k += 15;
        continue;
      }
      k += run;
      if (k > 63) throw damaged('a block has too many coefficients', '块系数过多');
      block[ZIGZAG[k] as number] = reader.difference(length) * (quantisation[k] as number);
    }
    inverseDct(block, frame.precision, plane.samples, row * 8 * plane.stride + column * 8, plane.stride);
  }

  const single = coded.length === 1 ? (coded[0] as Coded) : null;
  // A scan of one component counts its own blocks; one of several counts groups of them (T.81 A.2).
  const perRow = single === null ? Math.ceil(frame.columns / (8 * maxH)) : single.plane.blocksPerRow;
  const lines = single === null ? Math.ceil(frame.rows / (8 * maxV)) : single.plane.blockRows;
  let untilRestart = scan.restartInterval;
  for (let line = 0; line < lines; line++) {
    for (let mcu = 0; mcu < perRow; mcu++) {
      if (scan.restartInterval > 0 && untilRestart-- === 0) {
        reader.restart();
        for (const component of coded) component.predicted = 0;
        untilRestart = scan.restartInterval - 1;
      }
      if (single !== null) {
        decodeBlock(single, mcu, line);
        continue;
      }
      for (const component of coded)
        for (let v = 0; v < component.v; v++)
          for (let h = 0; h < component.h; h++)
            decodeBlock(component, mcu * component.h + h, line * component.v + v);
    }
  }
  return reader.end();
}
