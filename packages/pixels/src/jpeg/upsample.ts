import type { ComponentPlane } from './sequentialScan.ts';

type Samples = Uint8Array | Uint16Array;

/**
 * Brings a subsampled component to the size of the image and writes it to every `step`-th place of `out`. Halves are
 * interpolated by a triangle filter, with the rounding that the usual decoders have; other factors repeat samples.
 */
export function upsampleInto(
  plane: ComponentPlane,
  scale: { x: number; y: number },
  image: { columns: number; rows: number },
  out: Samples,
  offset: number,
  step: number,
): void {
  const { samples, stride } = plane;
  const { columns, rows } = image;
  const smooth = scale.x === 2 && plane.columns > 2;
  const line = new Int32Array(plane.columns);
  for (let row = 0; row < rows; row++) {
    let to = offset + row * columns * step;
    const from = Math.min(plane.rows - 1, Math.floor(row / scale.y)) * stride;
    if (scale.x === 1 && scale.y === 1) {
      for (let x = 0; x < columns; x++, to += step) out[to] = samples[from + x] as number;
    } else if (smooth && scale.y === 1) {
      for (let x = 0; x < plane.columns; x++) line[x] = samples[from + x] as number;
      horizontally(line, columns, out, to, step, { weight: 1, even: 1, odd: 2, bits: 2 });
    } else if (smooth && scale.y === 2) {
      // Lines of the image lie a quarter off the lines of the component: three parts of the nearer, one of the other.
      const near = row >> 1;
      const far = Math.min(plane.rows - 1, Math.max(0, near + ((row & 1) === 0 ? -1 : 1)));
      for (let x = 0; x < plane.columns; x++)
        line[x] = (samples[near * stride + x] as number) * 3 + (samples[far * stride + x] as number);
      horizontally(line, columns, out, to, step, { weight: 4, even: 8, odd: 7, bits: 4 });
    } else {
      for (let x = 0; x < columns; x++, to += step)
        out[to] = samples[from + Math.min(plane.columns - 1, Math.floor(x / scale.x))] as number;
    }
  }
}

/** Doubles a line. `weight` is what its values carry already; `even` and `odd` round in turn up and down. */
function horizontally(
  line: Int32Array,
  columns: number,
  out: Samples,
  at: number,
  step: number,
  { weight, even, odd, bits }: { weight: number; even: number; odd: number; bits: number },
): void {
  const last = line.length - 1;
  let to = at;
  for (let x = 0; x < columns; x++, to += step) {
    const near = line[x >> 1] as number;
    const rightward = (x & 1) === 1;
    const neighbour = (x >> 1) + (rightward ? 1 : -1);
    if (neighbour < 0 || neighbour > last) {
      out[to] = weight === 1 ? near : (near * 4 + (rightward ? odd : even)) >> bits;
    } else {
      out[to] = (near * 3 + (line[neighbour] as number) + (rightward ? odd : even)) >> bits;
    }
  }
}
