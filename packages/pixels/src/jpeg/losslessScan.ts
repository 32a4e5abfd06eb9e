import { BitReader } from './bitReader.ts';
import { damaged, type JpegFrame, type JpegScan } from './markers.ts';

/**
 * Decodes one scan of the lossless process 14 (ITU-T T.81 Annex H) into samples that are kept component by component
 * inside each pixel.
 *
 * @param out rows × columns × components of the frame
 * @returns where the entropy-coded bytes end
 * @throws PixelError CORRUPT
 */
export function decodeLosslessScan(
  bytes: Uint8Array,
  frame: JpegFrame,
  scan: JpegScan,
  start: number,
  out: Uint16Array,
): number {
  const { columns, rows, precision } = frame;
  const { spectralStart: predictor, pointTransform, restartInterval } = scan;
  if (predictor < 1 || predictor > 7 || pointTransform >= precision)
    throw damaged('its predictor or point transform is wrong', '预测器或点变换错误');
  if (restartInterval % columns !== 0) throw damaged('its restart interval is wrong', '重启间隔错误');
  const reader = new BitReader(bytes, start);
  const step = frame.components.length;
  const stride = columns * step;
  const first = 1 << (precision - pointTransform - 1);
  const rowsPerRestart = restartInterval / columns;
  const tables = scan.components.map(({ dc }) => dc);
  const offsets = scan.components.map(({ index }) => index);
  const one = tables.length === 1;

  for (let row = 0; row < rows; row++) {
    const restarted = row === 0 || (rowsPerRestart > 0 && row % rowsPerRestart === 0);
    if (restarted && row > 0) reader.restart();
    const line = row * stride;
    for (let column = 0; column < columns; column++) {
      for (let c = 0; c < tables.length; c++) {
        const at = line + column * step + (one ? (offsets[0] as number) : (offsets[c] as number));
        const length = reader.symbol(tables[c] as (typeof tables)[number]);
        if (length > 16) throw damaged('a difference is too long', '差值过长');
        // Of 16 bits there is one difference alone, which needs no bits of its own (T.81 H.1.2.2).
        const difference = length === 16 ? 32_768 : reader.difference(length);
        let predicted: number;
        if (restarted) predicted = column === 0 ? first : (out[at - step] as number);
        else if (column === 0) predicted = out[at - stride] as number;
        else predicted = predict(predictor, out, at, step, stride);
        out[at] = predicted + difference;
      }
    }
  }
  const end = reader.end();
  if (pointTransform > 0) {
    for (const offset of offsets)
      for (let at = offset; at < out.length; at += step) out[at] = (out[at] as number) << pointTransform;
  }
  return end;
}

/** Predictors of ITU-T T.81 Table H.1 from the samples to the left (a), above (b), and above left (c). */
function predict(predictor: number, out: Uint16Array, at: number, step: number, stride: number): number {
  const a = out[at - step] as number;
  if (predictor === 1) return a;
  const b = out[at - stride] as number;
  const c = out[at - stride - step] as number;
  switch (predictor) {
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}
