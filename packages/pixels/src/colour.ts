/**
 * Colour spaces of 8-bit samples (PS3.3 C.7.6.3.1.2), each converted in place, colour by pixel.
 */

/** Rounds half up and clamps to a byte, in steps of 1/65536. */
function byte(fixed: number): number {
  const value = (fixed + 0x8000) >> 16;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

const CR_TO_R = table((c) => 1.402 * c);
const CB_TO_G = table((c) => -0.344136 * c);
const CR_TO_G = table((c) => -0.714136 * c);
const CB_TO_B = table((c) => 1.772 * c);

function table(share: (chrominance: number) => number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) => Math.round(share(i - 128) * 65_536));
}

/** YBR_FULL as RGB. */
export function ybrToRgb(samples: Uint8Array): void {
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const y = (samples[i] as number) << 16;
    const cb = samples[i + 1] as number;
    const cr = samples[i + 2] as number;
    samples[i] = byte(y + (CR_TO_R[cr] as number));
    samples[i + 1] = byte(y + (CB_TO_G[cb] as number) + (CR_TO_G[cr] as number));
    samples[i + 2] = byte(y + (CB_TO_B[cb] as number));
  }
}

/** YBR_PARTIAL, with luminance from 16 to 235, as RGB. */
export function partialToRgb(samples: Uint8Array): void {
  const luminance = 255 / 219;
  const chrominance = 255 / 224;
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const y = ((samples[i] as number) - 16) * luminance * 65_536;
    const cb = ((samples[i + 1] as number) - 128) * chrominance * 65_536;
    const cr = ((samples[i + 2] as number) - 128) * chrominance * 65_536;
    samples[i] = byte(y + 1.402 * cr);
    samples[i + 1] = byte(y - 0.344136 * cb - 0.714136 * cr);
    samples[i + 2] = byte(y + 1.772 * cb);
  }
}
