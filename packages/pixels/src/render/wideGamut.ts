import { Buffer } from 'node:buffer';

/** An RGB colour space of three primaries: its colorants relative to D50 (ICC.1 §9.2), and how samples become light. */
interface ColourSpace {
  description: string;
  /** XYZ of red, green and blue. */
  colorants: readonly [Triple, Triple, Triple];
  /** Light (0–1) of a sample (0–1). */
  toLight: (sample: number) => number;
  fromLight: (light: number) => number;
}

type Triple = readonly [number, number, number];

const SRGB: ColourSpace = {
  description: 'sRGB',
  colorants: [
    [0.43607, 0.22249, 0.01392],
    [0.38515, 0.71687, 0.09708],
    [0.14307, 0.06061, 0.7141],
  ],
  toLight: (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4),
  fromLight: (y) => (y <= 0.0031308 ? y * 12.92 : 1.055 * y ** (1 / 2.4) - 0.055),
};

const ADOBE_GAMMA = 563 / 256;
const ROMM_GAMMA = 1.8;
/** Below this the curve of ROMM RGB is a line (ISO 22028-2). */
const ROMM_TOE = 1 / 512;

/** Colour spaces that `iccprofile` names beside sRGB (PS3.18 8.3.5.1.5): Adobe RGB (1998) and ROMM RGB (ISO 22028-2). */
export const WIDE_GAMUTS = {
  adobergb: {
    description: 'Adobe RGB (1998) compatible',
    colorants: [
      [0.60974, 0.31111, 0.01947],
      [0.20528, 0.62567, 0.06087],
      [0.14919, 0.06322, 0.74457],
    ],
    toLight: (v: number) => v ** ADOBE_GAMMA,
    fromLight: (y: number) => y ** (1 / ADOBE_GAMMA),
  },
  rommrgb: {
    description: 'ROMM RGB',
    colorants: [
      [0.79767, 0.28804, 0],
      [0.13519, 0.71188, 0],
      [0.03134, 0.00009, 0.82491],
    ],
    toLight: (v: number) => (v < 16 * ROMM_TOE ? v / 16 : v ** ROMM_GAMMA),
    fromLight: (y: number) => (y < ROMM_TOE ? y * 16 : y ** (1 / ROMM_GAMMA)),
  },
} as const satisfies Record<string, ColourSpace>;

export type WideGamut = keyof typeof WIDE_GAMUTS;

/** Steps of the table from light to samples: fine enough for 8 bits in the dark. */
const LIGHT_STEPS = 16_384;

/** Samples of sRGB, three a pixel, as samples of another space. */
export function fromSrgb(samples: Uint8Array, target: WideGamut): Uint8Array {
  const space: ColourSpace = WIDE_GAMUTS[target];
  const light = Float64Array.from({ length: 256 }, (_, v) => SRGB.toLight(v / 255));
  const encoded = Uint8Array.from({ length: LIGHT_STEPS + 1 }, (_, y) =>
    Math.round(255 * space.fromLight(y / LIGHT_STEPS)),
  );
  const m = product(inverse(columns(space)), columns(SRGB));
  const result = new Uint8Array(samples.length);
  const channel = (row: Triple, r: number, g: number, b: number): number => {
    const y = row[0] * r + row[1] * g + row[2] * b;
    return encoded[Math.round(Math.min(1, Math.max(0, y)) * LIGHT_STEPS)] ?? 0;
  };
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const r = light[samples[i] ?? 0] ?? 0;
    const g = light[samples[i + 1] ?? 0] ?? 0;
    const b = light[samples[i + 2] ?? 0] ?? 0;
    result[i] = channel(m[0], r, g, b);
    result[i + 1] = channel(m[1], r, g, b);
    result[i + 2] = channel(m[2], r, g, b);
  }
  return result;
}

type Matrix = readonly [Triple, Triple, Triple];

/** The matrix from light of the space to XYZ, by rows. */
function columns({ colorants: [r, g, b] }: ColourSpace): Matrix {
  return [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ];
}

function product(a: Matrix, b: Matrix): Matrix {
  const row = (r: Triple): Triple => [
    r[0] * b[0][0] + r[1] * b[1][0] + r[2] * b[2][0],
    r[0] * b[0][1] + r[1] * b[1][1] + r[2] * b[2][1],
    r[0] * b[0][2] + r[1] * b[1][2] + r[2] * b[2][2],
  ];
  return [row(a[0]), row(a[1]), row(a[2])];
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const over = (value: number): number => value / determinant;
  return [
    [over(e * i - f * h), over(c * h - b * i), over(b * f - c * e)],
    [over(f * g - d * i), over(a * i - c * g), over(c * d - a * f)],
    [over(d * h - e * g), over(b * g - a * h), over(a * e - b * d)],
  ];
}

const CURVE_STEPS = 1024;
const D50: Triple = [0.9642, 1, 0.8249];

/** A profile of the space (ICC.1:2001-04, version 2.4: three colorants and their curves). */
export function profileOfGamut(target: WideGamut): Buffer {
  const space: ColourSpace = WIDE_GAMUTS[target];
  const curve = curveTag(space);
  const tags: [signature: string, data: Buffer][] = [
    ['desc', descriptionTag(space.description)],
    ['cprt', textTag('No copyright, use freely')],
    ['wtpt', xyzTag(D50)],
    ['rXYZ', xyzTag(space.colorants[0])],
    ['gXYZ', xyzTag(space.colorants[1])],
    ['bXYZ', xyzTag(space.colorants[2])],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const places = new Map<Buffer, number>();
  let end = 128 + table.length;
  tags.forEach(([signature, data], n) => {
    const place = places.get(data) ?? end;
    if (!places.has(data)) {
      places.set(data, place);
      end += data.length;
    }
    table.write(signature, 4 + 12 * n, 'latin1');
    table.writeUInt32BE(place, 8 + 12 * n);
    table.writeUInt32BE(data.length, 12 + 12 * n);
  });
  return Buffer.concat([header(end), table, ...places.keys()]);
}

function header(size: number): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt32BE(0x02400000, 8);
  bytes.write('mntrRGB XYZ ', 12, 'latin1');
  // A fixed date: the profile is the same whenever it is made.
  [2026, 1, 1, 0, 0, 0].forEach((part, i) => bytes.writeUInt16BE(part, 24 + 2 * i));
  bytes.write('acsp', 36, 'latin1');
  D50.forEach((value, i) => bytes.writeInt32BE(fixed(value), 68 + 4 * i));
  return bytes;
}

/** s15Fixed16Number (ICC.1 §5.3.3). */
const fixed = (value: number): number => Math.round(value * 65_536);

function typed(type: string, body: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
  return Buffer.concat([Buffer.from(`${type}\0\0\0\0`, 'latin1'), body, padding]);
}

function xyzTag(values: Triple): Buffer {
  const body = Buffer.alloc(12);
  values.forEach((value, i) => body.writeInt32BE(fixed(value), 4 * i));
  return typed('XYZ ', body);
}

function curveTag({ toLight }: ColourSpace): Buffer {
  const body = Buffer.alloc(4 + 2 * CURVE_STEPS);
  body.writeUInt32BE(CURVE_STEPS, 0);
  for (let i = 0; i < CURVE_STEPS; i += 1)
    body.writeUInt16BE(Math.round(65_535 * toLight(i / (CURVE_STEPS - 1))), 4 + 2 * i);
  return typed('curv', body);
}

const textTag = (text: string): Buffer => typed('text', Buffer.from(`${text}\0`, 'latin1'));

/** textDescriptionType: the ASCII form alone, its Unicode and ScriptCode forms empty (ICC.1:2001-04 §6.5.17). */
function descriptionTag(text: string): Buffer {
  const ascii = Buffer.from(`${text}\0`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(ascii.length, 0);
  return typed('desc', Buffer.concat([length, ascii, Buffer.alloc(4 + 4 + 2 + 1 + 67)]));
}
