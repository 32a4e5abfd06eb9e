/** Gets the wanted pictures, the most wanted first, keeps a bounded number, and gives up what is no longer wanted. */
import { ApiError } from '../../../api/http.ts';
/** What is kept: its size, and how it is let go of. */
export interface Kept {
  bytes: number;
  close: () => void;
}

export interface Wanted<Item extends Kept> {
  key: string;
  load: (signal: AbortSignal) => Promise<Item>;
}

export interface PictureLoader<Item extends Kept> {
  /** Says what is wanted from now on, the shown picture first. What is under way and not in it is given up. */
  want: (wanted: readonly Wanted<Item>[]) => void;
  picture: (key: string) => Item | undefined;
  /** Status of the refusal of a picture; 0: not answered. */
  failure: (key: string) => number | undefined;
  /** Forgets refusals, so that what is wanted is tried again. */
  retry: () => void;
  /** Gives up and lets go of everything. */
  close: () => void;
}

/** How many neighbours are asked for at a time. */
const AT_A_TIME = 3;
const NOT_THERE = 404;
/** Compressed pictures that are kept; what is drawn from pixels has its own limit. */
export const MAX_KEPT_BYTES = 24 * 1024 * 1024;

/**
 * What to ask for and what to give up. The first wanted one, which is looked at, has the network for itself: its
 * neighbours are asked for when it is there.
 */
export function nextSteps(
  wanted: readonly string[],
  isKnown: (key: string) => boolean,
  underWay: ReadonlySet<string>,
  limit = AT_A_TIME,
): { start: string[]; stop: string[] } {
  const stop = [...underWay].filter((key) => !wanted.includes(key));
  const isMissing = (key: string): boolean => !isKnown(key) && !underWay.has(key);
  const [first] = wanted;
  if (first === undefined) return { start: [], stop };
  if (!isKnown(first)) return { start: isMissing(first) ? [first] : [], stop };
  const free = limit - (underWay.size - stop.length);
  return { start: wanted.filter(isMissing).slice(0, Math.max(0, free)), stop };
}

/** A loader that calls `changed` when a picture came or was refused. */
export function pictureLoader<Item extends Kept>(
  changed: () => void,
  maxBytes = MAX_KEPT_BYTES,
): PictureLoader<Item> {
  // Insertion order is the order of last use.
  const kept = new Map<string, Item>();
  const failures = new Map<string, number>();
  const underWay = new Map<string, AbortController>();
  let wanted: readonly Wanted<Item>[] = [];

  const makeRoom = (): void => {
    let bytes = [...kept.values()].reduce((sum, picture) => sum + picture.bytes, 0);
    const needed = new Set(wanted.map(({ key }) => key));
    for (const [key, picture] of kept) {
      if (bytes <= maxBytes) return;
      if (needed.has(key)) continue;
      kept.delete(key);
      picture.close();
      bytes -= picture.bytes;
    }
  };
  const start = async ({ key, load }: Wanted<Item>): Promise<void> => {
    const control = new AbortController();
    underWay.set(key, control);
    try {
      const picture = await load(control.signal);
      if (control.signal.aborted) picture.close();
      else {
        kept.set(key, picture);
        makeRoom();
      }
    } catch (error) {
      if (!control.signal.aborted) failures.set(key, error instanceof ApiError ? error.status : 0);
    }
    // One that was given up may have been begun anew meanwhile.
    if (underWay.get(key) === control) underWay.delete(key);
    if (control.signal.aborted) return;
    changed();
    advance();
  };
  const advance = (): void => {
    const steps = nextSteps(
      wanted.map(({ key }) => key),
      (key) => kept.has(key) || failures.has(key),
      new Set(underWay.keys()),
    );
    for (const key of steps.stop) {
      underWay.get(key)?.abort();
      underWay.delete(key);
    }
    for (const key of steps.start) {
      const one = wanted.find((each) => each.key === key);
      if (one !== undefined) void start(one);
    }
  };
  return {
    want: (next) => {
      const first = next[0]?.key;
      // What failed while it was passed is tried again when somebody stops there; what is not there stays away.
      if (first !== undefined && first !== wanted[0]?.key && failures.get(first) !== NOT_THERE)
        failures.delete(first);
      wanted = next;
      for (const { key } of next) {
        const picture = kept.get(key);
        if (picture === undefined) continue;
        kept.delete(key);
        kept.set(key, picture);
      }
      advance();
    },
    picture: (key) => kept.get(key),
    failure: (key) => failures.get(key),
    retry: () => {
      failures.clear();
      changed();
      advance();
    },
    close: () => {
      wanted = [];
      for (const control of underWay.values()) control.abort();
      for (const picture of kept.values()) picture.close();
      underWay.clear();
      kept.clear();
      failures.clear();
    },
  };
}
