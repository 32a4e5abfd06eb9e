/** Share of `part` in `whole` with its 95 % interval (Wilson score), in per cent. */
export interface Share {
  part: number;
  whole: number;
  percent: number;
  low: number;
  high: number;
}

const Z = 1.959964;

export function share(part: number, whole: number): Share {
  if (whole === 0) return { part, whole, percent: NaN, low: NaN, high: NaN };
  const p = part / whole;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * whole)) / (1 + z2 / whole);
  const half = (Z / (1 + z2 / whole)) * Math.sqrt((p * (1 - p)) / whole + z2 / (4 * whole * whole));
  return {
    part,
    whole,
    percent: 100 * p,
    low: 100 * Math.max(0, centre - half),
    high: 100 * Math.min(1, centre + half),
  };
}

/** For example `1.2 % (0.8–1.9), 12 of 1000`; `–` where there is nothing to divide by. */
export function words({ part, whole, percent, low, high }: Share): string {
  if (whole === 0) return '–';
  return `${percent.toFixed(1)} % (${low.toFixed(1)}–${high.toFixed(1)}), ${part} of ${whole}`;
}
