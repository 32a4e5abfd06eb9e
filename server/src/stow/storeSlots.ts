import { problem } from '../problem.ts';
import type { BodyReader } from './bodyReader.ts';

/** What is asked of a body that is being received. */
type WaitingBody = Pick<BodyReader, 'waitingMs' | 'giveUp'>;

/** The right of one store request to be worked on. */
export interface StoreSlot {
  /** The body, as soon as it is being received. */
  body: WaitingBody | null;
}

const RETRY_AFTER = { 'Retry-After': '2' };
const PATIENCE_MS = 10_000;
/** The patience is at most this part of the time that an upload may be silent. */
const PATIENCE_SHARE = 1 / 4;

/**
 * Bounds the stores that are worked on at once. While slots are free a slow client may take its time; when all are
 * taken, the one that has sent next to nothing for longest loses its slot to the one that asks, so that a few
 * clients that trickle bytes cannot keep everyone else from storing.
 */
export class StoreSlots {
  readonly #count: number;
  readonly #patienceMs: number;
  readonly #taken = new Set<StoreSlot>();

  /** @param idleMs how long an upload may be silent while slots are free, in milliseconds */
  constructor(count: number, idleMs: number) {
    this.#count = count;
    this.#patienceMs = Math.min(PATIENCE_MS, idleMs * PATIENCE_SHARE);
  }

  /** @throws HttpProblem 503 with Retry-After when all are taken by clients that send */
  take(): StoreSlot {
    if (this.#taken.size >= this.#count && !this.#takeFromSlowest())
      throw problem('busy', { headers: RETRY_AFTER });
    const slot: StoreSlot = { body: null };
    this.#taken.add(slot);
    return slot;
  }

  release(slot: StoreSlot): void {
    this.#taken.delete(slot);
  }

  #takeFromSlowest(): boolean {
    const waiting = (slot: StoreSlot): number => slot.body?.waitingMs ?? 0;
    const slowest = [...this.#taken].reduce((a, b) => (waiting(b) > waiting(a) ? b : a));
    if (waiting(slowest) < this.#patienceMs) return false;
    slowest.body?.giveUp();
    return this.#taken.delete(slowest);
  }
}
