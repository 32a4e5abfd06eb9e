/** Windows of pictures (PS3.3 C.11.2.1.2): presets, dragging, and what a change looks like before it is rendered. */
export interface Window {
  center: number;
  width: number;
}

export type Preset = 'auto' | 'lung' | 'soft' | 'abdomen' | 'bone' | 'brain';

/** In Hounsfield units; `auto` is what the image itself says. */
export const CT_PRESETS: readonly (readonly [Preset, Window | null])[] = [
  ['auto', null],
  ['lung', { center: -600, width: 1500 }],
  ['soft', { center: 40, width: 400 }],
  ['abdomen', { center: 60, width: 300 }],
  ['bone', { center: 450, width: 1800 }],
  ['brain', { center: 40, width: 80 }],
];

/** Pixels of a drag that double or halve the width, and that move the centre by one width. */
const DRAG_PX = 240;

/** The window after a drag: right is wider, down is darker, each in proportion to the width. */
export function dragged({ center, width }: Window, dx: number, dy: number): Window {
  return {
    center: Math.round((center + (dy / DRAG_PX) * width) * 10) / 10,
    width: Math.max(1, Math.round(width * 2 ** (dx / DRAG_PX) * 10) / 10),
  };
}

/**
 * How the grey values (0 to 1) of a picture with one window become about those of another: `value * slope + intercept`.
 * What the first window cut off is not in the picture, so this is for the moment of dragging alone.
 */
export function preview(from: Window, to: Window): { slope: number; intercept: number } {
  return {
    slope: from.width / to.width,
    intercept: (from.center - from.width / 2 - (to.center - to.width / 2)) / to.width,
  };
}

/** The `window` parameter of PS3.18 8.3.5.1.4. */
export const windowParameter = ({ center, width }: Window): string => `${center},${width},linear`;
