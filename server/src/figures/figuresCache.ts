import { calculateFigures, type HutongConfig } from '@hutong/storage-config';
import type { Figures } from '@hutong/recognition';
import type { Pool } from 'pg';
import { calculatedBy } from './view.ts';

/** How long figures that were calculated are shown, in milliseconds: many look at the same page. */
const SHOWN_MS = 15_000;
/** Those of months before the present one, in the row of months. */
const KEPT = 256;

/**
 * Calculates figures for pages: the same question is asked of the index once at a time, and one after another, so that pages
 * that many open do not take the index from those who store.
 */
export class FiguresCache {
  readonly #index: Pool;
  readonly #config: HutongConfig;
  readonly #known = new Map<string, { figures: Promise<Figures>; at: number }>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(index: Pool, config: HutongConfig) {
    this.#index = index;
    this.#config = config;
  }

  /** @param olderMs takes figures that were calculated so many milliseconds ago */
  read(month: string, hospital: string | null, olderMs = SHOWN_MS): Promise<Figures> {
    const key = `${month} ${hospital ?? ''}`;
    const before = this.#known.get(key);
    if (before !== undefined && performance.now() - before.at < olderMs) return before.figures;
    const figures = this.#last.then(() =>
      calculateFigures(this.#index, { month, hospital, ...calculatedBy(this.#config), asOf: null }),
    );
    this.#last = figures.catch(() => undefined);
    const entry = { figures, at: performance.now() };
    this.#known.delete(key);
    this.#known.set(key, entry);
    figures.catch(() => {
      if (this.#known.get(key) === entry) this.#known.delete(key);
    });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(oldest);
    }
    return figures;
  }
}
