import type { Uid } from '@hutong/dicom';
import type { IndexResult } from '@hutong/storage-config';
import type { Logger } from 'pino';
import { loggableError } from '../problem.ts';
import { charactersOf, type IndexQueue, type IndexRights } from './indexQueue.ts';
import { PartFailure, PartReceiver, type PartContext, type ReceivedInstance } from './receivePart.ts';
import type { PartOutcome } from './response.ts';
import type { StoreWarning } from './warnings.ts';

/** Instances of one transaction at most, and characters of their datasets. */
const BATCH_INSTANCES = 64;
const BATCH_CHARACTERS = 4 * 1024 * 1024;
/** Parts whose objects are being made durable while the next is received, and their bytes in memory. */
const PARTS_IN_FLIGHT = 8;
const BYTES_IN_FLIGHT = 4 * 1024 * 1024;

export interface StoreContext extends PartContext {
  /** Shared by all requests of the process. */
  indexQueue: IndexQueue;
  /** Who stores, where that one may correct what the hospital has stored; else null. */
  correcting: NonNullable<IndexRights['correcting']> | null;
  log: Logger;
}

/** Which part of the body described an instance; both numbers are 1-based. */
export interface PartPlace {
  part: number;
  /** Where the part describes several. */
  instance?: number;
}

/** Of an instance whose object was composed of metadata: bytes of that are none of what was sent. */
interface Composed {
  /** What is doubtful in the metadata. */
  warning: StoreWarning | null;
}

/** For the audit. */
export interface StoredStudy {
  patientId: string;
  instances: number;
}

interface Indexable {
  place: PartPlace;
  received: ReceivedInstance;
}

/**
 * Stores the parts of one request. Objects of several parts become durable side by side while the next part is received;
 * those that are durable are indexed in batches. Memory is bounded by the constants above, whatever is sent.
 */
export class InstanceStorer {
  readonly #context: StoreContext;
  readonly #outcomes: PartOutcome[] = [];
  /** UIDs that the instances of a request share, kept once: a request may have tens of thousands. */
  readonly #sharedUids = new Map<Uid, Uid>();
  readonly #inFlight = new Set<Promise<void>>();
  #bytesInFlight = 0;
  #batch: Indexable[] = [];
  #batchCharacters = 0;
  #indexing: Promise<void> = Promise.resolve();
  readonly #counts = new Map<IndexResult['as'], number>();
  #keptBytes = 0;
  readonly #studies = new Map<string, StoredStudy>();
  readonly #faults = new Map<string, { count: number; error: Record<string, unknown> }>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** How many instances became what in the index. */
  get counts(): ReadonlyMap<IndexResult['as'], number> {
    return this.#counts;
  }

  /** Bytes of the objects that are kept of what came. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Studies that instances were stored into, by StudyInstanceUID: whose they are, and how many came. */
  get studies(): ReadonlyMap<string, StoredStudy> {
    return this.#studies;
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
  async accept(
    place: PartPlace,
    receiver: PartReceiver,
    { composed = null }: { composed?: Composed | null } = {},
  ): Promise<void> {
    const bytes = receiver.heldBytes;
    this.#bytesInFlight += bytes;
    const done: Promise<void> = this.#finish(place, receiver, composed).finally(() => {
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
    const arrived = this.#context.indexQueue.announce();
    try {
      while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
      await this.#flush(arrived);
      await this.#indexing;
    } finally {
      arrived();
    }
    for (const [message, fault] of this.#faults) this.#context.log.error(fault, message);
    this.#faults.clear();
    return this.#outcomes.toSorted(inOrder);
  }

  async #finish(place: PartPlace, receiver: PartReceiver, composed: Composed | null): Promise<void> {
    try {
      const received = await receiver.finish();
      received.warning ??= composed?.warning ?? null;
      this.#batch.push({ place, received });
      this.#batchCharacters += charactersOf([received.rows]);
    } catch (error) {
      const failure =
        error instanceof PartFailure ? error : new PartFailure('PROCESSING_FAILURE', { cause: error });
      const { reason, cause, identity, tag, detail } = failure;
      const offset = composed === null ? failure.offset : null;
      if (reason === 'OUT_OF_RESOURCES' || reason === 'PROCESSING_FAILURE')
        this.fault('objects could not be stored', cause);
      const words = detail === undefined ? {} : { detail };
      this.#outcomes.push({ kind: 'failed', ...place, reason, identity, offset, tag, ...words });
    }
  }

  /** Faults of one kind are logged once a request, with their number: in an outage every instance has one. */
  fault(message: string, error: unknown): void {
    const fault = this.#faults.get(message) ?? { count: 0, error: loggableError(error) };
    fault.count++;
    this.#faults.set(message, fault);
  }

  /**
   * Indexes what is durable, after the batch before; resolves when that one is done, so at most two are held.
   *
   * @param arrived called when the queue has it, or there is nothing
   */
  async #flush(arrived?: () => void): Promise<void> {
    const before = this.#indexing;
    // Objects become durable in any order; of two instances with one UID the one that was sent first counts.
    const batch = this.#batch.toSorted((a, b) => inOrder(a.place, b.place));
    if (batch.length > 0) {
      this.#batch = [];
      this.#batchCharacters = 0;
      this.#indexing = before.then(() => {
        const indexed = this.#index(batch);
        arrived?.();
        return indexed;
      });
    } else {
      arrived?.();
    }
    await before;
  }

  async #index(batch: Indexable[]): Promise<void> {
    const { hospital, correcting, indexQueue } = this.#context;
    const results = await indexQueue.index(
      { hospital, correcting },
      batch.map(({ received }) => received.rows),
    );
    const unused: string[] = [];
    for (const [i, { place, received }] of batch.entries()) {
      const result = results[i];
      if (result === undefined) throw new Error('the index left out an instance');
      this.#counts.set(result.as, (this.#counts.get(result.as) ?? 0) + 1);
      if (result.as === 'failed') this.fault('instances could not be indexed', result.error);
      if (result.objectUnused) unused.push(received.objectKey);
      else if (result.as !== 'failed') this.#keptBytes += received.rows.instance.object_size;
      const outcome = outcomeOf(place, this.#withSharedUids(received), result);
      if (outcome.kind === 'stored') this.#countStudy(received.rows.study);
      this.#outcomes.push(outcome);
    }
    await Promise.all(unused.map((key) => this.#removeObject(key)));
  }

  #withSharedUids({ identity, warning }: ReceivedInstance): Pick<ReceivedInstance, 'identity' | 'warning'> {
    const shared = (uid: Uid): Uid => {
      const before = this.#sharedUids.get(uid);
      if (before === undefined) this.#sharedUids.set(uid, uid);
      return before ?? uid;
    };
    const { sopInstanceUid, sopClassUid, seriesInstanceUid, studyInstanceUid } = identity;
    return {
      identity: {
        sopInstanceUid,
        sopClassUid: shared(sopClassUid),
        seriesInstanceUid: shared(seriesInstanceUid),
        studyInstanceUid: shared(studyInstanceUid),
      },
      warning,
    };
  }

  #countStudy(study: ReceivedInstance['rows']['study']): void {
    const { study_instance_uid: uid, patient_id: patientId } = study;
    const counted = this.#studies.get(uid) ?? { patientId, instances: 0 };
    counted.instances += 1;
    this.#studies.set(uid, counted);
  }

  /** What cannot be removed now is an orphan, which the sweep finds. */
  async #removeObject(key: string): Promise<void> {
    await this.#context.objects.delete(key).catch((error: unknown) => {
      this.fault('unused objects could not be removed', error);
    });
  }
}

function inOrder(a: PartPlace, b: PartPlace): number {
  return a.part - b.part || (a.instance ?? 0) - (b.instance ?? 0);
}

function outcomeOf(
  place: PartPlace,
  { identity, warning }: Pick<ReceivedInstance, 'identity' | 'warning'>,
  { as, outage, noteWaits }: IndexResult,
): PartOutcome {
  switch (as) {
    case 'added':
    case 'known':
    case 'corrected':
      return {
        kind: 'stored',
        ...place,
        ...identity,
        warning,
        ...(noteWaits !== undefined && { noteWaits }),
      };
    case 'keptAside':
    case 'keptAsideBefore':
      return { kind: 'failed', ...place, reason: 'DUPLICATE_SOP_INSTANCE', identity };
    case 'refused':
      return { kind: 'failed', ...place, reason: 'REFUSED_SOP_INSTANCE', identity };
    case 'failed':
      return {
        kind: 'failed',
        ...place,
        reason: outage ? 'OUT_OF_RESOURCES' : 'PROCESSING_FAILURE',
        identity,
      };
  }
}
