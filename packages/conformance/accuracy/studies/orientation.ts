import type { PlaneName } from './plan.ts';

const TILT = Math.PI / 4.6;

/** Row and column cosines of the planes; the oblique ones are turned by 39° about the body axis. */
export const ORIENTATION: Readonly<Record<PlaneName, readonly number[]>> = {
  axial: [1, 0, 0, 0, 1, 0],
  sagittal: [0, 1, 0, 0, 0, -1],
  coronal: [1, 0, 0, 0, 0, -1],
  'oblique-coronal': [Math.cos(TILT), -Math.sin(TILT), 0, 0, 0, -1],
  'oblique-sagittal': [Math.sin(TILT), Math.cos(TILT), 0, 0, 0, -1],
};
