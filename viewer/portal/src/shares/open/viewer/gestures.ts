/** How fingers move a picture: pure geometry, in CSS pixels relative to the middle of the stage. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

export const FITTED: View = { scale: 1, x: 0, y: 0 };
const MAX_SCALE = 12;
/** A picture pinched to less than this is fitted again when the fingers leave it. */
const NEARLY_FITTED = 1.05;

export const isZoomed = ({ scale }: View): boolean => scale > NEARLY_FITTED;

/** The view scaled by a factor so that what lies under `at` stays there. */
export function zoomedAt(view: View, factor: number, at: Point): View {
  const scale = Math.max(0.5, Math.min(MAX_SCALE, view.scale * factor));
  const by = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** The view after two fingers went from one pair of places to another. */
export function pinched(view: View, from: readonly [Point, Point], to: readonly [Point, Point]): View {
  const distance = ([a, b]: readonly [Point, Point]): number => Math.hypot(a.x - b.x, a.y - b.y);
  const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const before = middle(from);
  const after = middle(to);
  const zoomed = zoomedAt(view, distance(to) / Math.max(1, distance(from)), before);
  return { ...zoomed, x: zoomed.x + after.x - before.x, y: zoomed.y + after.y - before.y };
}

/** A view that leaves something of the picture on a stage of this size; a nearly fitted one is fitted. */
export function settled(view: View, { width, height }: { width: number; height: number }): View {
  if (!isZoomed(view)) return FITTED;
  const keep = (at: number, side: number): number => {
    const reach = (side * view.scale) / 2;
    return Math.max(-reach, Math.min(reach, at));
  };
  return { scale: view.scale, x: keep(view.x, width), y: keep(view.y, height) };
}

/** Pixels that one slice takes: a stroke over the stage goes through a short series, or a good part of a long one. */
export const pixelsPerSlice = (count: number, height: number): number =>
  Math.max(5, Math.min(28, (height * 0.8) / Math.max(1, count)));

/** Slices that a stroke moves: up or to the left is forward, whichever of the two it mostly was. */
export function slicesOfStroke(dx: number, dy: number, count: number, height: number): number {
  const along = Math.abs(dy) >= Math.abs(dx) ? dy : dx;
  return Math.trunc(-along / pixelsPerSlice(count, height)) || 0;
}
