/** Where a picture lies on the stage: pure geometry, shared by what draws it and by what measures on it. */
import type { Point, View } from './gestures.ts';

export interface Size {
  width: number;
  height: number;
}

/** How a picture is turned: quarter turns clockwise, after being mirrored left to right. */
export interface Turn {
  degrees: number;
  mirrored: boolean;
}

export const UPRIGHT: Turn = { degrees: 0, mirrored: false };

export interface ImageSize {
  columns: number;
  rows: number;
  /** Height of a pixel by its width. */
  aspect: number;
}

export interface Placement {
  image: ImageSize;
  stage: Size;
  view: View;
  turn: Turn;
}

const isSideways = ({ degrees }: Turn): boolean => Math.round(degrees / 90) % 2 !== 0;

/** Size in CSS pixels of the unturned picture that fits the stage once it is turned. */
export function fittedSize({ columns, rows, aspect }: ImageSize, stage: Size, turn: Turn): Size {
  const width = columns;
  const height = rows * aspect;
  const [across, down] = isSideways(turn) ? [height, width] : [width, height];
  const scale = Math.min(stage.width / across, stage.height / down);
  return { width: width * scale, height: height * scale };
}

/** CSS pixels of the screen that one column of the picture takes. */
export function pixelsPerColumn({ image, stage, view, turn }: Placement): number {
  return (fittedSize(image, stage, turn).width / image.columns) * view.scale;
}

/** Cosine and sine without the crumbs of floating point: turns are quarters. */
function direction(degrees: number): { cos: number; sin: number } {
  const radians = (degrees * Math.PI) / 180;
  return { cos: Math.round(Math.cos(radians)), sin: Math.round(Math.sin(radians)) };
}

/** A place of the stage (from its middle) in pixels of the image: (0, 0) is the outer corner of the first one. */
export function toImage(placement: Placement, { x, y }: Point): Point {
  const { image, view, turn } = placement;
  const side = pixelsPerColumn(placement);
  const { cos, sin } = direction(turn.degrees);
  const [dx, dy] = [x - view.x, y - view.y];
  const along = (dx * cos + dy * sin) / side;
  const down = (dy * cos - dx * sin) / side;
  return {
    x: image.columns / 2 + (turn.mirrored ? -along : along),
    y: image.rows / 2 + down / image.aspect,
  };
}

/** The other way round of {@link toImage}. */
export function toStage(placement: Placement, { x, y }: Point): Point {
  const { image, view, turn } = placement;
  const side = pixelsPerColumn(placement);
  const { cos, sin } = direction(turn.degrees);
  const along = (x - image.columns / 2) * side * (turn.mirrored ? -1 : 1);
  const down = (y - image.rows / 2) * side * image.aspect;
  return { x: view.x + along * cos - down * sin, y: view.y + along * sin + down * cos };
}

type Vector = readonly [number, number, number];
const plus = (a: Vector, b: Vector, by: number): [number, number, number] => [
  a[0] + b[0] * by,
  a[1] + b[1] * by,
  a[2] + b[2] * by,
];

export interface Camera {
  focalPoint: [number, number, number];
  viewUp: [number, number, number];
  viewPlaneNormal: [number, number, number];
  /** Half the height of the stage in the units of the plane. */
  parallelScale: number;
}

/**
 * A camera that sees the plane of an image as the placement says.
 *
 * @param plane its middle, unit vectors along rows and columns, and the distance between columns
 */
export function cameraOf(
  placement: Placement,
  plane: { middle: Vector; alongRow: Vector; alongColumn: Vector; columnSpacing: number },
): Camera {
  const { stage, view, turn } = placement;
  const { cos, sin } = direction(turn.degrees);
  const side = turn.mirrored ? -1 : 1;
  const right = plus([0, 0, 0], plane.alongRow, side);
  const up = plus([0, 0, 0], plane.alongColumn, -1);
  const viewUp = plus(plus([0, 0, 0], up, cos), right, -sin);
  const viewRight = plus(plus([0, 0, 0], right, cos), up, sin);
  const perPixel = plane.columnSpacing / pixelsPerColumn(placement);
  return {
    focalPoint: plus(plus(plane.middle, viewRight, -view.x * perPixel), viewUp, view.y * perPixel),
    viewUp,
    // Towards the eye: right × up.
    viewPlaneNormal: [
      viewRight[1] * viewUp[2] - viewRight[2] * viewUp[1],
      viewRight[2] * viewUp[0] - viewRight[0] * viewUp[2],
      viewRight[0] * viewUp[1] - viewRight[1] * viewUp[0],
    ],
    parallelScale: (stage.height / 2) * perPixel,
  };
}
