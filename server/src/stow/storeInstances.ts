import type { IndexResult } from '@hutong/storage-config';
import type { Logger } from 'pino';
import { loggableError } from '../problem.ts';
import { charactersOf, type IndexQueue } from './indexQueue.ts';
import { PartFailure, PartReceiver, type PartContext, type ReceivedInstance } from './receivePart.ts';
import type { PartOutcome } from './response.ts';

/** Instances of one transaction at most, and characters of their datasets. */
const BATCH_INSTANCES = 64;
const BATCH_CHARACTERS = 4 * 1024 * 1024;
/** Parts whose objects are being made durable while the next is received, and their bytes in memory. */
const PARTS_IN_FLIGHT = 8;
const BYTES_IN_FLIGHT = 4 * 1024 * 1024;

export interface StoreContext extends PartContext {
  /** Shared by all requests of the process. */
  indexQueue: IndexQueue;
  log: Logger;
}

interface Indexable {
  part: number;
  received: ReceivedInstance;
}

/**
 * Stores the parts of one request. Objects of several parts become durable side by side while the next part is received;
 * those that are durable are indexed in batches. Memory is bounded by the constants above, whatever is sent.
 */
export class InstanceStorer {
  readonly #context: StoreContext;
  readonly #outcomes: PartOutcome[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #bytesInFlight = 0;
  #batch: Indexable[] = [];
  #batchCharacters = 0;
  #indexing: Promise<void> = Promise.resolve();
  #known = 0;
  readonly #faults = new Map<string, { count: number; error: Record<string, unknown> }>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Instances that were stored before with the same dataset. */
  get known(): number {
    return this.#known;
  }

  /** Begins to receive a part. */
  receive(): PartReceiver {
    return new PartReceiver(this.#context);
  }

  /** Records a part that was refused before it was read. */
  refuse(outcome: PartOutcome): void {
    this.#outcomes.push(outcome);
  }

  /** Takes a part that was received to its end. Resolves when the next may be received. */
  async accept(part: number, receiver: PartReceiver): Promise<void> {
    const bytes = receiver.heldBytes;
    this.#bytesInFlight += bytes;
    const done: Promise<void> = this.#finish(part, receiver).finally(() => {
      this.#bytesInFlight -= bytes;
      this.#inFlight.delete(done);
    });
    this.#inFlight.add(done);
    while (this.#inFlight.size >= PARTS_IN_FLIGHT || this.#bytesInFlight > BYTES_IN_FLIGHT) {
      await Promise.race(this.#inFlight);
    }
    if (this.#batch.length >= BATCH_INSTANCES || this.#batchCharacters >= BATCH_CHARACTERS)
      await this.#flush();
  }

  /** Waits until every accepted part is stored or has failed. Outcomes in the order of the parts. */
  async settle(): Promise<PartOutcome[]> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
    await this.#flush();
    await this.#indexing;
    for (const [message, fault] of this.#faults) this.#context.log.error(fault, message);
    this.#faults.clear();
    return this.#outcomes.toSorted((a, b) => a.part - b.part);
  }

  async #finish(part: number, receiver: PartReceiver): Promise<void> {
    try {
      const received = await receiver.finish();
      this.#batch.push({ part, received });
      this.#batchCharacters += charactersOf([received.rows]);
    } catch (error) {
      const failure =
        error instanceof PartFailure ? error : new PartFailure('PROCESSING_FAILURE', { cause: error });
      const { reason, cause, identity, offset, tag, detail } = failure;
      if (reason === 'OUT_OF_RESOURCES' || reason === 'PROCESSING_FAILURE')
        this.#fault('objects could not be stored', cause);
      const words = detail === undefined ? {} : { detail };
      this.#outcomes.push({ kind: 'failed', part, reason, identity, offset, tag, ...words });
    }
  }

  /** Faults of one kind are logged once a request, with their number: in an outage every instance has one. */
  #fault(message: string, error: unknown): void {
    const fault = this.#faults.get(message) ?? { count: 0, error: loggableError(error) };
    fault.count++;
    this.#faults.set(message, fault);
  }

  /** Indexes what is durable, after the batch before; resolves when that one is done, so at most two are held. */
  async #flush(): Promise<void> {
    const before = this.#indexing;
    // Objects become durable in any order; of two instances with one UID the one that was sent first counts.
    const batch = this.#batch.toSorted((a, b) => a.part - b.part);
    if (batch.length > 0) {
      this.#batch = [];
      this.#batchCharacters = 0;
      this.#indexing = before.then(() => this.#index(batch));
    }
    await before;
  }

  async #index(batch: Indexable[]): Promise<void> {
    const { hospital, indexQueue } = this.#context;
    const results = await indexQueue.index(
      { hospital },
      batch.map(({ received }) => received.rows),
    );
    const unused: string[] = [];
    for (const [i, { part, received }] of batch.entries()) {
      const result = results[i];
      if (result === undefined) throw new Error('the index left out an instance');
      if (result.as === 'known') this.#known++;
      if (result.as === 'failed') this.#fault('instances could not be indexed', result.error);
      if (result.objectUnused) unused.push(received.objectKey);
      this.#outcomes.push(outcomeOf(part, received, result));
    }
    await Promise.all(unused.map((key) => this.#removeObject(key)));
  }

  /** What cannot be removed now is an orphan, which the sweep finds. */
  async #removeObject(key: string): Promise<void> {
    await this.#context.objects.delete(key).catch((error: unknown) => {
      this.#fault('unused objects could not be removed', error);
    });
  }
}

function outcomeOf(
  part: number,
  { identity, warning }: ReceivedInstance,
  { as, outage }: IndexResult,
): PartOutcome {
  switch (as) {
    case 'added':
    case 'known':
      return { kind: 'stored', part, ...identity, warning };
    case 'keptAside':
    case 'keptAsideBefore':
      return { kind: 'failed', part, reason: 'DUPLICATE_SOP_INSTANCE', identity };
    case 'failed':
      return { kind: 'failed', part, reason: outage ? 'OUT_OF_RESOURCES' : 'PROCESSING_FAILURE', identity };
  }
}
