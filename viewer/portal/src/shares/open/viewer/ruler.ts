/** Lengths on a picture, in millimetres where the image says how large its pixels are. Pure. */
import type { Point } from './gestures.ts';
import type { FrameFacts } from './pixels/frameFacts.ts';

/** From one place to another, in pixels of the image. */
export interface Ruler {
  from: Point;
  to: Point;
}

export interface Length {
  value: number;
  unit: 'mm' | 'px';
  /** Measured where the beam met the detector: larger than in the patient. */
  onDetector: boolean;
}

/** Length of a ruler; in pixels where nothing says how large they are. */
export function lengthOf({ from, to }: Ruler, spacing: FrameFacts['spacing']): Length {
  const across = (to.x - from.x) * (spacing?.column ?? 1);
  const down = (to.y - from.y) * (spacing?.row ?? 1);
  return {
    value: Math.hypot(across, down),
    unit: spacing === null ? 'px' : 'mm',
    onDetector: spacing?.place === 'detector',
  };
}

/** A length as it is written beside its line: one decimal for millimetres, none for pixels. */
export const lengthText = ({ value, unit }: Length): string =>
  `${unit === 'mm' ? value.toFixed(1) : Math.round(value)} ${unit}`;

/** A stroke shorter than this many pixels of the screen is a tap. */
export const SHORTEST_RULER_PX = 10;
