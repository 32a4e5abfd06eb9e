import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { inTransaction, letStatementsRun } from '../database.ts';
import { deleteMetadataRenditions } from '../metadataRenditions.ts';
import { type InstanceIdentity, parseInstanceObjectKey } from '../objectKeys.ts';
import type { ObjectStore } from '../objectStore.ts';
import { isOutage } from '../outage.ts';
import { deletePictureRenditions } from '../pictureRenditions.ts';
import {
  type Author,
  countEvent,
  type MadeEvent,
  type NewStudyEvent,
  recordEvent,
  type StudyEvent,
} from './events.ts';
import { noChanges, type ObjectChanges, writeTombstone } from './tombstones.ts';

/** How often, and with what pause, it is asked what became of a transaction. */
const STATUS_ATTEMPTS = 5;
const STATUS_PAUSE_MS = 200;

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
  #transaction: string | null = null;
  readonly #changed = new Map<string, Pick<InstanceIdentity, 'hospital' | 'studyInstanceUid'>>();

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
  ): Promise<MadeEvent> {
    const recorded = await recordEvent(client, { ...event, author: this.author });
    const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
    this.#transaction = rows[0]?.id ?? null;
    const changes = noChanges();
    const instances = await work(recorded, changes);
    await countEvent(client, recorded.id, instances);
    for (const { key } of changes.ended) this.#noteStudy(key);
    await writeTombstone(this.objects, { event: recorded, instances, ...changes }, (key) =>
      this.#written.push(key),
    );
    return { ...recorded, instances };
  }

  /**
   * The transaction ended. Where nobody knows how, for the connection was lost at the commit, PostgreSQL is asked. What
   * cannot be taken away would only be seen by a rebuild of the index: a change that somebody asked for and was told had
   * failed, and that can be recovered.
   */
  async settle(outcome: 'committed' | 'rolledBack' | 'unknown', index: pg.Pool): Promise<void> {
    const rolledBack = outcome === 'rolledBack' || (outcome === 'unknown' && (await this.#isAborted(index)));
    const keys = rolledBack ? [...this.#rolledBack, ...this.#written] : this.#rolledBack;
    await Promise.all(keys.map((key) => this.objects.delete(key).catch(() => undefined)));
    if (!rolledBack) await this.#forgetRenditions();
  }

  #noteStudy(objectKey: string): void {
    const identity = parseInstanceObjectKey(objectKey);
    if (identity === null) return;
    const { hospital, studyInstanceUid } = identity;
    this.#changed.set(`${hospital} ${studyInstanceUid}`, { hospital, studyInstanceUid });
  }

  /** Pictures and metadata made of what is no longer current. What cannot be removed now goes by age. */
  async #forgetRenditions(): Promise<void> {
    for (const study of this.#changed.values()) {
      await Promise.all([
        deletePictureRenditions(this.objects, study),
        deleteMetadataRenditions(this.objects, study),
      ]).catch(() => undefined);
    }
  }

  async #isAborted(index: pg.Pool): Promise<boolean> {
    if (this.#transaction === null) return false;
    for (let attempt = 1; attempt <= STATUS_ATTEMPTS; attempt += 1) {
      try {
        const { rows } = await index.query<{ status: string | null }>(
          'SELECT pg_xact_status($1::xid8) AS status',
          [this.#transaction],
        );
        if (rows[0]?.status !== 'in progress') return rows[0]?.status === 'aborted';
      } catch (error) {
        if (!isOutage(error)) return false;
      }
      await sleep(STATUS_PAUSE_MS);
    }
    return false;
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
      await letStatementsRun(client, 5 * 60_000);
      const done = await work(client, corrections);
      transaction.committing = true;
      return done;
    });
    await corrections.settle('committed', index);
    return result;
  } catch (error) {
    await corrections.settle(transaction.committing ? 'unknown' : 'rolledBack', index);
    throw error;
  }
}
