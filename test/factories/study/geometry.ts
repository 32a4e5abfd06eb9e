import type { Plane } from '../phantom/render.ts';
import { add, cross } from '../phantom/shapes.ts';
import type { Vec3 } from '../phantom/volume.ts';
import type { Dataset } from '../part10.ts';

export interface StackOptions {
  /** Middle of the stack in mm. */
  centre: Vec3;
  row: Vec3;
  column: Vec3;
  rows: number;
  columns: number;
  /** Pixel size in mm, square. */
  pixel: number;
  count: number;
  /** From one slice to the next along row × column; negative runs the other way. */
  step: number;
  thickness: number;
}

/** Parallel planes at equal distances. */
export function stack(options: StackOptions): Plane[] {
  const { centre, row, column, rows, columns, pixel, count, step, thickness } = options;
  const normal = cross(row, column);
  const corner = add(add(centre, row, (-(columns - 1) / 2) * pixel), column, (-(rows - 1) / 2) * pixel);
  return Array.from({ length: count }, (_, slice) => ({
    position: add(corner, normal, (slice - (count - 1) / 2) * step),
    row,
    column,
    rows,
    columns,
    spacing: [pixel, pixel],
    thickness,
  }));
}

export const AXIAL = { row: [1, 0, 0] as Vec3, column: [0, 1, 0] as Vec3 };
export const CORONAL = { row: [1, 0, 0] as Vec3, column: [0, 0, -1] as Vec3 };
export const SAGITTAL = { row: [0, 1, 0] as Vec3, column: [0, 0, -1] as Vec3 };

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5 + 0;

/** Image Plane attributes (PS3.3 C.7.6.2) of a plane. */
export function imagePlane(plane: Plane, spacingBetweenSlices: number): Dataset {
  const normal = cross(plane.row, plane.column);
  const location =
    plane.position[0] * normal[0] + plane.position[1] * normal[1] + plane.position[2] * normal[2];
  return {
    SliceThickness: plane.thickness,
    SpacingBetweenSlices: rounded(Math.abs(spacingBetweenSlices)),
    ImagePositionPatient: plane.position.map(rounded),
    ImageOrientationPatient: [...plane.row, ...plane.column].map(rounded),
    SliceLocation: rounded(location),
    PixelSpacing: [rounded(plane.spacing[0]), rounded(plane.spacing[1])],
    Rows: plane.rows,
    Columns: plane.columns,
  };
}
