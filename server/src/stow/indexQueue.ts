import { indexInstances, type IndexContext, type IndexResult, type IndexRows } from '@hutong/storage-config';
import type { Logger } from 'pino';

/** What is indexed together: instances of one hospital, stored with the same rights. */
export type IndexRights = Pick<IndexContext, 'hospital' | 'correcting'>;

/** Instances of one transaction at most, and characters of their datasets. */
const MAX_INSTANCES = 128;
const MAX_CHARACTERS = 4 * 1024 * 1024;
/** Transactions at once. A second one begins only when the others have taken this long, in milliseconds. */
const MAX_RUNNING = 3;
const PATIENCE_MS = 30;
/** A transaction waits for instances that are about to come, in milliseconds at most, unless it has this many. */
const GATHER_MS = 4;
const ENOUGH = 8;

interface Entry {
  rights: IndexRights;
  rows: readonly IndexRows[];
  characters: number;
  studies: ReadonlySet<string>;
  /** When it came, in milliseconds. */
  since: number;
  settle: (results: IndexResult[]) => void;
}

interface Running {
  studies: ReadonlySet<string>;
  late: boolean;
}

/**
 * Group commit across the requests of the process: while one transaction runs, what all requests have ready gathers, and
 * the next transaction takes it together; and one that could begin waits a moment for requests that said they are about
 * to come. So many small requests cost few commits, and stores into one study do not queue up at its row. The datasets on their way into the index are bounded too, for the driver copies a text several
 * times while it sends it.
 */
export class IndexQueue {
  readonly #context: Omit<IndexContext, 'hospital' | 'correcting'>;
  readonly #log: Logger;
  #waiting: Entry[] = [];
  readonly #running = new Set<Running>();
  /** Announced and not yet here. */
  #coming = 0;
  #gathering = false;

  constructor(context: Omit<IndexContext, 'hospital' | 'correcting'>, log: Logger) {
    this.#context = context;
    this.#log = log;
  }

  /**
   * Says that instances will come as soon as their objects are durable. The result takes that back, which is due when they
   * came and when none will.
   */
  announce(): () => void {
    let announced = true;
    this.#coming += 1;
    return () => {
      if (!announced) return;
      announced = false;
      this.#coming -= 1;
      this.#start();
    };
  }

  /** Indexes instances whose objects are durable. One result for each, in their order; never rejects. */
  index(rights: IndexRights, rows: readonly IndexRows[]): Promise<IndexResult[]> {
    return new Promise((settle) => {
      const characters = charactersOf(rows);
      const studies = new Set(rows.map((row) => `${rights.hospital} ${row.study.study_instance_uid}`));
      this.#waiting.push({ rights, rows, characters, studies, since: performance.now(), settle });
      this.#start();
    });
  }

  #start(): void {
    while (this.#running.size < MAX_RUNNING && [...this.#running].every(({ late }) => late)) {
      if (this.#gathers()) return;
      const entries = this.#take();
      if (entries.length === 0) return;
      void this.#run(entries);
    }
  }

  /** Whether more is worth waiting for; then it goes on by itself. */
  #gathers(): boolean {
    const [oldest] = this.#waiting;
    if (oldest === undefined || this.#coming === 0) return false;
    const left = oldest.since + GATHER_MS - performance.now();
    if (left <= 0 || this.#waiting.reduce((sum, { rows }) => sum + rows.length, 0) >= ENOUGH) return false;
    if (!this.#gathering) {
      this.#gathering = true;
      setTimeout(() => {
        this.#gathering = false;
        this.#start();
      }, Math.ceil(left));
    }
    return true;
  }

  /** The next entries that may share a transaction; those of a study that is being written wait for it. */
  #take(): Entry[] {
    const busy = new Set([...this.#running].flatMap(({ studies }) => [...studies]));
    const taken: Entry[] = [];
    let instances = 0;
    let characters = 0;
    for (const entry of this.#waiting) {
      const first = taken[0];
      const fits =
        first === undefined ||
        (sameRights(first.rights, entry.rights) &&
          instances + entry.rows.length <= MAX_INSTANCES &&
          characters + entry.characters <= MAX_CHARACTERS);
      if (!fits || [...entry.studies].some((study) => busy.has(study))) continue;
      taken.push(entry);
      instances += entry.rows.length;
      characters += entry.characters;
    }
    if (taken.length > 0) this.#waiting = this.#waiting.filter((entry) => !taken.includes(entry));
    return taken;
  }

  async #run(entries: readonly Entry[]): Promise<void> {
    const [first] = entries;
    if (first === undefined) return;
    const running: Running = {
      studies: new Set(entries.flatMap(({ studies }) => [...studies])),
      late: false,
    };
    this.#running.add(running);
    const timer = setTimeout(() => {
      running.late = true;
      this.#start();
    }, PATIENCE_MS);
    const { results, differingColumns } = await indexInstances(
      { ...this.#context, ...first.rights },
      entries.flatMap(({ rows }) => rows),
    );
    clearTimeout(timer);
    this.#running.delete(running);
    if (differingColumns.length > 0) {
      this.#log.warn(
        { hospital: first.rights.hospital, columns: differingColumns },
        'instances of one study differ in attributes of the study',
      );
    }
    let at = 0;
    for (const { rows, settle } of entries) {
      settle(results.slice(at, at + rows.length));
      at += rows.length;
    }
    this.#start();
  }
}

function sameRights(a: IndexRights, b: IndexRights): boolean {
  const author = ({ correcting }: IndexRights) => correcting?.author.id ?? null;
  return a.hospital === b.hospital && author(a) === author(b);
}

/** What the datasets of some rows take on their way into the index. */
export function charactersOf(rows: readonly IndexRows[]): number {
  return rows.reduce((sum, { instance }) => sum + instance.dataset.length, 0);
}
