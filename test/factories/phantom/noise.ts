import { randomFrom } from '../random.ts';

/** A smooth random field: mean 0, within −1 and 1, the argument in mm. */
export type Noise = (x: number, y: number, z: number) => number;

const SIDE = 32;
const MASK = SIDE - 1;

/** Lattice noise with cells of `cellMm`, the same for the same seed; repeats after 32 cells. */
export function valueNoise(seed: string, cellMm: number): Noise {
  const random = randomFrom(seed);
  const lattice = Float32Array.from({ length: SIDE * SIDE * SIDE }, () => random.between(-1, 1));
  const scale = 1 / cellMm;
  return (x, y, z) => {
    const px = x * scale;
    const py = y * scale;
    const pz = z * scale;
    const ix = Math.floor(px);
    const iy = Math.floor(py);
    const iz = Math.floor(pz);
    let fx = px - ix;
    let fy = py - iy;
    let fz = pz - iz;
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    fz = fz * fz * (3 - 2 * fz);
    const x0 = ix & MASK;
    const x1 = (ix + 1) & MASK;
    const y0 = (iy & MASK) * SIDE;
    const y1 = ((iy + 1) & MASK) * SIDE;
    const z0 = (iz & MASK) * SIDE * SIDE;
    const z1 = ((iz + 1) & MASK) * SIDE * SIDE;
    const a = lerp(lattice[z0 + y0 + x0], lattice[z0 + y0 + x1], fx);
    const b = lerp(lattice[z0 + y1 + x0], lattice[z0 + y1 + x1], fx);
    const c = lerp(lattice[z1 + y0 + x0], lattice[z1 + y0 + x1], fx);
    const d = lerp(lattice[z1 + y1 + x0], lattice[z1 + y1 + x1], fx);
    const near = a + (b - a) * fy;
    return near + (c + (d - c) * fy - near) * fz;
  };
}

function lerp(from = 0, to = 0, t: number): number {
  return from + (to - from) * t;
}

/** Sum of octaves of {@link valueNoise}: each half as large and half as strong. */
export function fractalNoise(seed: string, cellMm: number, octaves: number): Noise {
  const parts = Array.from({ length: octaves }, (_, octave) =>
    valueNoise(`${seed}/${octave}`, cellMm / 2 ** octave),
  );
  const norm = 1 / parts.reduce((sum, _, octave) => sum + 0.5 ** octave, 0);
  return (x, y, z) => {
    let sum = 0;
    let weight = norm;
    for (const part of parts) {
      sum += part(x, y, z) * weight;
      weight *= 0.5;
    }
    return sum;
  };
}
