import { addUsage, isOutage, readUsage } from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';
import { loggableError, problem } from '../problem.ts';

/** How long what a hospital stores and may store is believed, in milliseconds. */
const BELIEVED_MS = 15_000;

interface Room {
  /** Bytes that may still come; null: any number. */
  left: number | null;
  until: number;
}

/**
 * How much each hospital may store. The limit is not sharp: what several servers take within {@link BELIEVED_MS} may go
 * beyond it, for a store that was begun is finished.
 */
export class Quotas {
  readonly #index: ServerParts['index'];
  readonly #log: ServerParts['log'];
  readonly #rooms = new Map<string, Room>();
  #added = new Map<string, { bytes: number; instances: number }>();
  #timer: NodeJS.Timeout | null = null;

  constructor({ index, log }: Pick<ServerParts, 'index' | 'log'>) {
    this.#index = index;
    this.#log = log;
  }

  /** @throws HttpProblem 507 when the hospital has stored as much as it may */
  async check(hospital: string): Promise<void> {
    let room = this.#rooms.get(hospital);
    if (room === undefined || room.until < performance.now()) {
      const [usage] = await readUsage(this.#index, [hospital]);
      const added = this.#added.get(hospital)?.bytes ?? 0;
      const max = usage?.maxBytes ?? null;
      room = {
        left: max === null || usage === undefined ? null : max - usage.bytes - added,
        until: performance.now() + BELIEVED_MS,
      };
      this.#rooms.set(hospital, room);
    }
    if (room.left !== null && room.left <= 0) throw problem('quota-exceeded');
  }

  /** Counts what a store brought. */
  add(hospital: string, bytes: number, instances: number): void {
    if (instances === 0) return;
    const room = this.#rooms.get(hospital);
    if (room !== undefined && room.left !== null) room.left -= bytes;
    const sum = this.#added.get(hospital) ?? { bytes: 0, instances: 0 };
    this.#added.set(hospital, { bytes: sum.bytes + bytes, instances: sum.instances + instances });
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => void this.flush(), BELIEVED_MS / 3);
    this.#timer.unref();
  }

  /** Writes down what was counted; what cannot be written is found by the next count of all. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const added = [...this.#added].map(([hospital, sum]) => ({ hospital, ...sum }));
    this.#added = new Map();
    try {
      await addUsage(this.#index, added);
    } catch (error) {
      if (!isOutage(error)) this.#log.warn({ error: loggableError(error) }, 'usage was not written down');
    }
  }
}
