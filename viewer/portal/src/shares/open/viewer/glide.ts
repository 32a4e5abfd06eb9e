/** How scrolling goes on when the finger has left, and how fast a series plays. Pure. */

/** Slices a millisecond below which it stands still. */
const SLOWEST = 0.004;
const FASTEST = 0.25;
/** Time in which the speed falls to a third, in milliseconds. */
const DECAY_MS = 260;
/** What the finger did longer ago than this does not count. */
const REMEMBERED_MS = 120;

export interface Moment {
  at: number;
  slices: number;
}

/** Slices a millisecond at which the finger left; 0 when it had come to rest. */
export function speedOf(moments: readonly Moment[], now: number): number {
  const recent = moments.filter(({ at }) => now - at <= REMEMBERED_MS);
  const [first] = recent;
  const last = recent.at(-1);
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  const speed = (last.slices - first.slices) / (last.at - first.at);
  return Math.abs(speed) < SLOWEST ? 0 : Math.max(-FASTEST, Math.min(FASTEST, speed));
}

/** Slices gone after some time of gliding; it never goes back, and ends. */
export function glided(speed: number, elapsedMs: number): number {
  return speed * DECAY_MS * (1 - Math.exp(-elapsedMs / DECAY_MS));
}

export const isGliding = (speed: number, elapsedMs: number): boolean =>
  Math.abs(speed) * Math.exp(-elapsedMs / DECAY_MS) >= SLOWEST;

/** Frames a second that can be chosen. */
export const RATES = [4, 8, 15, 25] as const;
export type Rate = (typeof RATES)[number];

/** The rate to begin with: the nearest to what the image says, else a slow one for stacks, a moving one for frames. */
export function firstRate(said: number | null, isMultiFrame: boolean): Rate {
  const wanted = said ?? (isMultiFrame ? 15 : 8);
  return RATES.reduce((nearest, each) =>
    Math.abs(each - wanted) < Math.abs(nearest - wanted) ? each : nearest,
  );
}
