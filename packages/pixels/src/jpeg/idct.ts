/** Position in the block, row by row, of each coefficient in zig-zag order (ITU-T T.81 Figure 5). */
export const ZIGZAG = Uint8Array.of(
  0,
  1,
  8,
  16,
  9,
  2,
  3,
  10,
  17,
  24,
  32,
  25,
  18,
  11,
  4,
  5,
  12,
  19,
  26,
  33,
  40,
  48,
  41,
  34,
  27,
  20,
  13,
  6,
  7,
  14,
  21,
  28,
  35,
  42,
  49,
  56,
  57,
  50,
  43,
  36,
  29,
  22,
  15,
  23,
  30,
  37,
  44,
  51,
  58,
  59,
  52,
  45,
  38,
  31,
  39,
  46,
  53,
  60,
  61,
  54,
  47,
  55,
  62,
  63,
);

/** Fraction bits of the constants. */
const FRACTION = 13;
const constant = (value: number): number => Math.round(value * (1 << FRACTION));
const C_0_298 = constant(0.298631336);
const C_0_390 = constant(0.390180644);
const C_0_541 = constant(0.5411961);
const C_0_765 = constant(0.765366865);
const C_0_899 = constant(0.899976223);
const C_1_175 = constant(1.175875602);
const C_1_501 = constant(1.50132111);
const C_1_847 = constant(1.847759065);
const C_1_961 = constant(1.96157056);
const C_2_053 = constant(2.053119869);
const C_2_562 = constant(2.562915447);
const C_3_072 = constant(3.072711026);

/**
 * Inverse discrete cosine transform of one block by the method of Loeffler, Ligtenberg and Moschytz (1989) in integers,
 * with the word lengths that the usual decoders have, so that samples agree with theirs to the last bit.
 *
 * @param block dequantised coefficients, row by row; overwritten
 * @param precision 8 or 12
 * @param out samples are written to 8 places from `at` of each line
 */
export function inverseDct(
  block: Int32Array,
  precision: number,
  out: Uint8Array | Uint16Array,
  at: number,
  stride: number,
): void {
  const kept = precision === 8 ? 2 : 1;
  for (let column = 0; column < 8; column++) transform(block, column, 8, FRACTION - kept, kept, false);
  for (let row = 0; row < 8; row++) transform(block, row * 8, 1, FRACTION + kept + 3, kept, true);
  const centre = 1 << (precision - 1);
  const largest = (1 << precision) - 1;
  for (let row = 0; row < 8; row++) {
    let to = at + row * stride;
    for (let i = row * 8; i < row * 8 + 8; i++, to++) {
      const value = (block[i] as number) + centre;
      out[to] = value < 0 ? 0 : value > largest ? largest : value;
    }
  }
}

/** One dimension over eight values that lie `step` apart. */
function transform(
  block: Int32Array,
  at: number,
  step: number,
  shift: number,
  kept: number,
  last: boolean,
): void {
  const i1 = at + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const d0 = block[at] as number;
  const d1 = block[i1] as number;
  const d2 = block[i2] as number;
  const d3 = block[i3] as number;
  const d4 = block[i4] as number;
  const d5 = block[i5] as number;
  const d6 = block[i6] as number;
  const d7 = block[i7] as number;
  const half = 1 << (shift - 1);
  if ((d1 | d2 | d3 | d4 | d5 | d6 | d7) === 0) {
    const flat = last ? (d0 + (1 << (kept + 2))) >> (kept + 3) : d0 << kept;
    block[at] = flat;
    block[i1] = flat;
    block[i2] = flat;
    block[i3] = flat;
    block[i4] = flat;
    block[i5] = flat;
    block[i6] = flat;
    block[i7] = flat;
    return;
  }
  const even = Math.imul(d2 + d6, C_0_541);
  const e2 = even - Math.imul(d6, C_1_847);
  const e3 = even + Math.imul(d2, C_0_765);
  const sum = (d0 + d4) << FRACTION;
  const difference = (d0 - d4) << FRACTION;
  const t10 = sum + e3;
  const t13 = sum - e3;
  const t11 = difference + e2;
  const t12 = difference - e2;

  const z5 = Math.imul(d7 + d3 + d5 + d1, C_1_175);
  const z1 = -Math.imul(d7 + d1, C_0_899);
  const z2 = -Math.imul(d5 + d3, C_2_562);
  const z3 = z5 - Math.imul(d7 + d3, C_1_961);
  const z4 = z5 - Math.imul(d5 + d1, C_0_390);
  const o0 = Math.imul(d7, C_0_298) + z1 + z3;
  const o1 = Math.imul(d5, C_2_053) + z2 + z4;
  const o2 = Math.imul(d3, C_3_072) + z2 + z3;
  const o3 = Math.imul(d1, C_1_501) + z1 + z4;

  block[at] = (t10 + o3 + half) >> shift;
  block[i7] = (t10 - o3 + half) >> shift;
  block[i1] = (t11 + o2 + half) >> shift;
  block[i6] = (t11 - o2 + half) >> shift;
  block[i2] = (t12 + o1 + half) >> shift;
  block[i5] = (t12 - o1 + half) >> shift;
  block[i3] = (t13 + o0 + half) >> shift;
  block[i4] = (t13 - o0 + half) >> shift;
}
