import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { ObjectStore } from '../objectStore.ts';
import { type Author, countEvent, type NewStudyEvent, recordEvent, type StudyEvent } from './events.ts';
import { noChanges, type ObjectChanges, writeTombstone } from './tombstones.ts';

/** Who corrects, and with what. */
export interface Correcting {
  author: Author;
  objects: ObjectStore;
  quietSeconds: number;
}

/**
 * The corrections of one transaction. Each records its event, changes the index and writes its tombstone, which is durable
 * before the transaction commits; tombstones of what was rolled back are taken away again.
 */
export class Corrections {
  readonly author: Author;
  readonly objects: ObjectStore;
  readonly quietSeconds: number;
  #written: string[] = [];
  #rolledBack: string[] = [];

  constructor({ author, objects, quietSeconds }: Correcting) {
    this.author = author;
    this.objects = objects;
    this.quietSeconds = quietSeconds;
  }

  /** The transaction begins, perhaps again after a deadlock. */
  begin(): void {
    this.#rolledBack.push(...this.#written);
    this.#written = [];
  }

  /**
   * Makes one correction. The rows of its studies must be locked, so that tombstones and commits are in one order.
   *
   * @param work changes the index, says what became of which object, and returns how many instances it concerned
   * @throws ObjectStoreUnavailable, ObjectStoreFull; then roll back
   */
  async make(
    client: pg.PoolClient,
    event: Omit<NewStudyEvent, 'author'>,
    work: (event: StudyEvent, changes: ObjectChanges) => Promise<number>,
  ): Promise<StudyEvent> {
    const recorded = await recordEvent(client, { ...event, author: this.author });
    const changes = noChanges();
    const instances = await work(recorded, changes);
    await countEvent(client, recorded.id, instances);
    await writeTombstone(this.objects, { event: recorded, instances, ...changes }, (key) =>
      this.#written.push(key),
    );
    return recorded;
  }

  /**
   * The transaction ended. What cannot be taken away would only be seen by a rebuild of the index: a change that somebody
   * asked for and was told had failed, and that can be recovered.
   */
  async settle(outcome: 'committed' | 'rolledBack' | 'unknown'): Promise<void> {
    const void_ = outcome === 'rolledBack' ? [...this.#rolledBack, ...this.#written] : this.#rolledBack;
    await Promise.all(void_.map((key) => this.objects.delete(key).catch(() => undefined)));
  }
}

/** Runs corrections in one transaction. */
export async function inCorrection<T>(
  index: pg.Pool,
  correcting: Correcting,
  work: (client: pg.PoolClient, corrections: Corrections) => Promise<T>,
): Promise<T> {
  const corrections = new Corrections(correcting);
  const transaction = { committing: false };
  try {
    const result = await inTransaction(index, async (client) => {
      transaction.committing = false;
      corrections.begin();
      // A study may have many thousand instances; a request waits for it, nothing else does.
      await client.query("SET LOCAL statement_timeout = '5min'");
      const done = await work(client, corrections);
      transaction.committing = true;
      return done;
    });
    await corrections.settle('committed');
    return result;
  } catch (error) {
    await corrections.settle(transaction.committing ? 'unknown' : 'rolledBack');
    throw error;
  }
}
