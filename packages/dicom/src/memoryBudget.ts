/** Memory that several readers share, in bytes as estimated by them. */
export interface MemoryBudget {
  readonly limit: number;
  /** What a reader may hold whatever the others do. */
  readonly guaranteed: number;
  /** What all hold together. */
  readonly used: number;
  /** Takes memory on top of what the reader holds; false where it is not to be had. */
  take(bytes: number, held: number): boolean;
  giveBack(bytes: number): void;
}

/**
 * A budget for the readers of one process. A dataset that was read takes many times the memory of its bytes (an
 * element of ten bytes some 350), so what many hostile objects take together has to be bounded as well as each.
 *
 * Each reader is guaranteed a little, so that ordinary objects are read also while others exhaust the budget; all
 * together hold at most `limit` and what is guaranteed to each.
 *
 * @param limit Bytes for all.
 * @param guaranteed Bytes for each. Default 1 MiB, some 3,000 attributes.
 */
export function createMemoryBudget(limit: number, guaranteed: number = 1024 * 1024): MemoryBudget {
  let used = 0;
  return {
    limit,
    guaranteed,
    get used() {
      return used;
    },
    take: (bytes, held) => {
      if (held + bytes > guaranteed && used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    giveBack: (bytes) => {
      used -= bytes;
    },
  };
}
