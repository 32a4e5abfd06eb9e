import { fractalNoise } from './noise.ts';
import type { Volume } from './volume.ts';

/** Attenuation relative to water: bone counts for more at the energies of radiography. */
function attenuation(hounsfield: number): number {
  const density = Math.max(0, 1 + hounsfield / 1000);
  return hounsfield > 120 ? density + (hounsfield - 120) / 620 : density;
}

/**
 * Line integrals (mm of water) of a volume along y (towards the detector, seen from behind as in PA) or x.
 * The picture has one pixel per voxel, the head upwards.
 */
export function project(
  volume: Volume,
  axis: 'x' | 'y',
): { values: Float32Array; rows: number; columns: number } {
  const [nx, ny, nz] = volume.size;
  const columns = axis === 'y' ? nx : ny;
  const values = new Float32Array(columns * nz);
  const table = new Float32Array(6000);
  for (let at = 0; at < table.length; at++) table[at] = attenuation(at - 1024) * volume.spacing;
  for (let k = 0; k < nz; k++) {
    const line = (nz - 1 - k) * columns;
    for (let j = 0; j < ny; j++) {
      const from = (k * ny + j) * nx;
      for (let i = 0; i < nx; i++) {
        const at = line + (axis === 'y' ? i : j);
        values[at] = (values[at] ?? 0) + (table[(volume.data[from + i] ?? -1024) + 1024] ?? 0);
      }
    }
  }
  return { values, rows: nz, columns };
}

/** Enlarges a picture with cubic interpolation (Catmull-Rom). */
export function enlarge(
  source: { values: Float32Array; rows: number; columns: number },
  rows: number,
  columns: number,
  place: (row: number, column: number) => readonly [number, number],
): Float32Array {
  const out = new Float32Array(rows * columns);
  const weights = (t: number): [number, number, number, number] => [
    ((-t + 2) * t - 1) * t * 0.5,
    ((3 * t - 5) * t * t + 2) * 0.5,
    ((-3 * t + 4) * t + 1) * t * 0.5,
    (t - 1) * t * t * 0.5,
  ];
  const pixel = (j: number, i: number): number =>
    source.values[
      Math.min(source.rows - 1, Math.max(0, j)) * source.columns +
        Math.min(source.columns - 1, Math.max(0, i))
    ] ?? 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [v, u] = place(row, column);
      const [j, i] = [Math.floor(v), Math.floor(u)];
      const [wv, wu] = [weights(v - j), weights(u - i)];
      let sum = 0;
      for (let b = 0; b < 4; b++) {
        let part = 0;
        for (let a = 0; a < 4; a++) part += pixel(j - 1 + b, i - 1 + a) * (wu[a] ?? 0);
        sum += part * (wv[b] ?? 0);
      }
      out[row * columns + column] = sum;
    }
  }
  return out;
}

export type MammogramView = 'CC' | 'MLO';

/**
 * A breast as a mammogram: signal from 0 (air) upwards, the chest wall on the left edge of the picture.
 * Glandular tissue fans out from the nipple; MLO shows the pectoral muscle.
 */
export function mammogram(
  seed: string,
  view: MammogramView,
  rows: number,
  columns: number,
  pixelMm: number,
): Float32Array {
  const clouds = fractalNoise(`${seed}/${view}/clouds`, 26, 4);
  const strands = fractalNoise(`${seed}/${view}/strands`, 11, 3);
  const ducts = fractalNoise(`${seed}/${view}/ducts`, 7, 2);
  const values = new Float32Array(rows * columns);
  const height = rows * pixelMm;
  const nippleY = height * (view === 'CC' ? 0.5 : 0.58);
  const [depth, up, down] = view === 'CC' ? [86, 78, 78] : [92, 104, 66];
  const specks = Array.from(
    { length: 7 },
    (_, n) => [38 + clouds(n * 31, 5, 1) * 9, nippleY - 12 + strands(n * 17, 3, 2) * 14] as const,
  );
  for (let row = 0; row < rows; row++) {
    const y = row * pixelMm;
    for (let column = 0; column < columns; column++) {
      const x = column * pixelMm;
      const dy = y - nippleY;
      const span = dy < 0 ? up : down;
      const ex = x / depth;
      const ey = dy / span;
      const nipple = Math.exp(-((dy / 5) ** 2)) * 5;
      const edge =
        (1 - Math.sqrt(ex * ex + ey * ey)) * Math.min(depth, span) + nipple * Math.max(0, ex - 0.5) * 2;
      let value = 0;
      if (edge > 0) {
        // thickness falls off to the skin, which is seen as a bright line
        const thickness = Math.min(1, Math.sqrt(edge / 20));
        const toNipple = Math.atan2(dy, depth + 8 - x);
        const radius = Math.sqrt(dy * dy + (depth + 8 - x) ** 2);
        const fan = ducts(radius * 0.35, toNipple * 60, 3) * 0.5 + strands(x * 0.8, y * 1.1, 1) * 0.5;
        const gland = Math.max(
          0,
          1 - ((x - depth * 0.46) / (depth * 0.42)) ** 2 - ((dy + 4) / (span * 0.62)) ** 2,
        );
        const dense = Math.max(0, gland * 1.1 + clouds(x, y, 2) * 0.75 - 0.22);
        const linear = Math.max(0, 0.12 - Math.abs(fan)) * 2.4;
        value =
          thickness * (0.42 + clouds(x * 0.6, y * 0.6, 9) * 0.05) +
          dense * 0.42 * thickness +
          linear * (0.28 + dense * 0.5) * thickness;
        if (edge < 1.1) value = Math.max(value, 0.25);
        const vessel = Math.abs(dy + 30 + 9 * Math.sin(x / 17) + clouds(x, 7, 7) * 8) - 0.9;
        if (vessel < 0 && x < depth * 0.72) value += 0.07;
      }
      if (view === 'MLO') {
        const muscle = 46 - x - y * 0.4 + Math.sin(y / 30) * 2;
        if (muscle > 0)
          value =
            Math.max(value, 0.3) + Math.min(1, muscle / 6) * (0.36 + strands(x * 0.7 + y, y * 0.4, 5) * 0.07);
      }
      for (const [sx, sy] of specks) if ((x - sx) ** 2 + (y - sy) ** 2 < 0.09) value += 0.35;
      values[row * columns + column] = value;
    }
  }
  return values;
}
