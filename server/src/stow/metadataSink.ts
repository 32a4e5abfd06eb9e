import { DatasetError, doubtfulValue, type ByteRange, type DicomJson } from '@hutong/dicom';
import { BulkParts, MAX_URI } from './bulkParts.ts';
import { composeInstance, type DecodedPicture, type ObjectPiece } from './composeInstance.ts';
import { decodedPicture } from './decodedPicture.ts';
import { JsonElements, JsonElementsError } from './jsonElements.ts';
import { parseMediaType, type MediaType } from './mediaType.ts';
import { parseMetadata, type MetadataFormat } from './parseMetadata.ts';
import { encodedPart } from './partEncoding.ts';
import type { OpenPart, PartSink } from './partSink.ts';
import { PartFailure } from './receivePart.ts';
import type { FailedPart } from './response.ts';
import { SpoolFull, type Spool } from './spool.ts';
import type { InstanceStorer } from './storeInstances.ts';
import type { StoreWarning } from './warnings.ts';
import type { WeightGate } from './weightGate.ts';

/** Instances that one body may describe: the answer has an item for each. */
export const MAX_INSTANCES = 20_000;
/** Bytes of the metadata of one instance. Larger values belong into bulk data parts. */
export const MAX_METADATA_BYTES = 16 * 1024 * 1024;

const FORMATS: Record<string, MetadataFormat> = {
  'application/dicom+json': 'json',
  'application/json': 'json',
  'application/dicom+xml': 'xml',
};

/** Media types of metadata, as the body's `type` names them. */
export function metadataFormat(mediaType: string): MetadataFormat | null {
  return FORMATS[mediaType] ?? null;
}

export interface MetadataContext {
  storer: InstanceStorer;
  spool: Spool;
  /** Weighs the text of metadata that is parsed at once in the whole process. */
  gate: WeightGate;
  /** Lets one picture of the process be decoded at a time. */
  pictureGate: WeightGate;
  /** What the body says its metadata is, for parts that do not. */
  format: MetadataFormat;
  /** Content-ID of the part that the body names as its root (RFC 2387 §3.2); without one it is the first. */
  start: string | null;
  /** URL of the request, which relative URIs are resolved against. */
  url: string;
}

interface Described {
  part: number;
  /** 1-based, where the part describes several instances. */
  instance?: number;
  format: MetadataFormat;
  range: ByteRange;
}

/**
 * Takes the parts of a store whose metadata and bulk data come apart (PS3.18 10.5.2), in any order. They wait in the
 * spool, for nothing can be placed before the lengths of all values are known; then the instances are composed one by
 * one and stored like those that came as files.
 */
export class MetadataSink implements PartSink {
  readonly #context: MetadataContext;
  readonly #described: Described[] = [];
  readonly #bulk: BulkParts;
  #isComplete = true;

  constructor(context: MetadataContext) {
    this.#context = context;
    this.#bulk = new BulkParts(context.url);
  }

  open(part: number, headers: ReadonlyMap<string, string>): Promise<OpenPart | null> {
    return Promise.resolve(this.#open(part, headers));
  }

  refuse(outcome: FailedPart): void {
    // What a part would have described or held is not known any more.
    this.#isComplete = false;
    this.#context.storer.refuse(outcome);
  }

  /** Composes and stores the instances that were described. */
  async finish(): Promise<void> {
    for (const described of this.#described) await this.#store(described);
    if (!this.#isComplete) return;
    for (const part of this.#bulk.unused())
      this.#context.storer.refuse({ kind: 'failed', part, reason: 'BULK_DATA_UNUSED' });
  }

  #open(part: number, headers: ReadonlyMap<string, string>): OpenPart | null {
    const encoded = encodedPart(headers);
    if (encoded !== null) return this.#bad(part, encoded);
    const type = headers.get('content-type');
    const parsed = parseMediaType(type);
    const location = locationOf(headers);
    if (type !== undefined && parsed === null) return this.#bad(part, BAD_TYPE);
    const format = parsed === null ? this.#context.format : metadataFormat(parsed.type);
    const isMetadata = location === null || isDicomModel(parsed) || this.#isRoot(part, headers);
    if (format !== null && isMetadata) return this.#openMetadata(part, format);
    if (location === null) return this.#bad(part, NO_LOCATION);
    if (location.length > MAX_URI) return this.#bad(part, LONG_LOCATION);
    return this.#openBulk(part, location, {
      mediaType: parsed?.type ?? 'application/octet-stream',
      transferSyntaxUid: parsed?.parameters.get('transfer-syntax') ?? null,
    });
  }

  #isRoot(part: number, headers: ReadonlyMap<string, string>): boolean {
    const { start } = this.#context;
    return start === null ? part === 1 : contentId(headers) === withoutBrackets(start);
  }

  #bad(part: number, detail: { en: string; zh: string }): null {
    this.refuse({ kind: 'failed', part, reason: 'BAD_PART', detail });
    return null;
  }

  #openMetadata(part: number, format: MetadataFormat): OpenPart {
    const { spool } = this.#context;
    const writer = this.#writer();
    const elements = format === 'json' ? new JsonElements() : null;
    const found: ByteRange[] = [];
    let failure: PartFailure | null = null;
    const look = (bytes: Buffer): void => {
      let longest = 0;
      for (const { offset, length } of elements?.push(bytes) ?? []) {
        found.push({ offset: writer.start + offset, length });
        longest = Math.max(longest, length);
      }
      longest = Math.max(longest, elements?.elementLength ?? writer.length);
      if (longest > MAX_METADATA_BYTES) throw new PartFailure('METADATA', { detail: LONG_METADATA });
      if (this.#described.length + found.length > MAX_INSTANCES)
        throw new PartFailure('METADATA', { detail: MANY_INSTANCES });
    };
    return {
      write: async (bytes) => {
        if (failure !== null) return;
        try {
          await writer.write(bytes);
          look(bytes);
        } catch (error) {
          failure = toFailure(error);
        }
      },
      end: () => {
        try {
          elements?.end();
          if (elements === null) found.push({ offset: writer.start, length: spool.position - writer.start });
        } catch (error) {
          failure ??= toFailure(error);
        }
        if (writer.lost !== null) failure = new PartFailure('OUT_OF_RESOURCES', { cause: writer.lost });
        if (failure === null) {
          const isOne = found.length === 1;
          found.forEach((range, i) =>
            this.#described.push({ part, format, range, ...(isOne ? {} : { instance: i + 1 }) }),
          );
        } else this.#fail({ part }, failure);
        return Promise.resolve();
      },
      abort: () => Promise.resolve(null),
    };
  }

  #openBulk(
    part: number,
    location: string,
    type: { mediaType: string; transferSyntaxUid: string | null },
  ): OpenPart {
    const writer = this.#writer();
    return {
      write: (bytes) => writer.write(bytes),
      end: () => {
        const range = { offset: writer.start, length: writer.length };
        if (writer.lost !== null) this.#context.storer.fault('bulk data could not be spooled', writer.lost);
        this.#bulk.add(location, { part, ...type, range, lost: writer.lost !== null });
        return Promise.resolve();
      },
      abort: () => {
        this.#isComplete = false;
        return Promise.resolve(null);
      },
    };
  }

  /** Writes one part into the spool, as long as it takes it. */
  #writer() {
    const { spool } = this.#context;
    const writer = {
      start: spool.position,
      length: 0,
      lost: null as Error | null,
      async write(bytes: Buffer): Promise<void> {
        if (writer.lost !== null) return;
        try {
          await spool.write(bytes);
          writer.length += bytes.length;
        } catch (error) {
          writer.lost = error instanceof Error ? error : new Error('the spool failed');
        }
      },
    };
    return writer;
  }

  /** Reads the metadata of one instance, composes its object and has it stored. */
  async #store({ range, format, ...place }: Described): Promise<void> {
    const { gate, spool, storer } = this.#context;
    await gate.run(range.length, async () => {
      try {
        const dataset = readDataset(await spool.bytes(range), format);
        const pieces = await composeInstance(dataset, {
          bulk: this.#bulk,
          head: (at, length) => spool.bytes({ offset: at.offset, length: Math.min(at.length, length) }),
          decode: (mediaType, at) => this.#decode(mediaType, at),
        });
        const receiver = storer.receive();
        for await (const bytes of this.#bytesOf(pieces)) await receiver.write(bytes);
        await storer.accept(place, receiver, { composed: { warning: doubtOf(dataset) } });
      } catch (error) {
        this.#fail(place, toFailure(error));
      }
    });
  }

  async #decode(mediaType: string, range: ByteRange): Promise<DecodedPicture> {
    const { spool, pictureGate } = this.#context;
    return pictureGate.run(1, () => decodedPicture(spool, mediaType, range));
  }

  async *#bytesOf(pieces: readonly ObjectPiece[]): AsyncIterable<Buffer> {
    for (const piece of pieces) {
      if ('literal' in piece) yield piece.literal;
      else yield* this.#context.spool.read(piece.spooled);
    }
  }

  #fail(place: { part: number; instance?: number }, failure: PartFailure): void {
    const { reason, tag, identity, detail, cause } = failure;
    if (reason === 'METADATA' || reason === 'OUT_OF_RESOURCES') this.#isComplete = false;
    if (reason === 'PROCESSING_FAILURE' || reason === 'OUT_OF_RESOURCES')
      this.#context.storer.fault('instances could not be composed', cause);
    const words = detail === undefined ? {} : { detail };
    this.#context.storer.refuse({ kind: 'failed', ...place, reason, tag, identity, ...words });
  }
}

/** What was sent is stored, and will not be understood. */
function doubtOf(dataset: DicomJson): StoreWarning | null {
  const doubt = doubtfulValue(dataset);
  if (doubt === null) return null;
  const code = doubt.what === 'vr' ? 'OTHER_VALUE_REPRESENTATION' : 'DOUBTFUL_VALUE';
  return { code, tag: doubt.path.slice(-8) };
}

/** @throws PartFailure METADATA */
function readDataset(bytes: Buffer, format: MetadataFormat): DicomJson {
  try {
    return parseMetadata(bytes, format);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    const { path, reference } = error;
    throw new PartFailure('METADATA', {
      tag: /[0-9A-F]{8}$/.exec(path)?.[0],
      identity: reference,
      cause: error,
    });
  }
}

function toFailure(error: unknown): PartFailure {
  if (error instanceof PartFailure) return error;
  if (error instanceof JsonElementsError) return new PartFailure('METADATA', { cause: error });
  if (error instanceof SpoolFull) return new PartFailure('OUT_OF_RESOURCES', { cause: error });
  return new PartFailure('PROCESSING_FAILURE', { cause: error });
}

/** Nothing else is ever of these types; other JSON may be a document that an attribute holds. */
function isDicomModel(type: MediaType | null): boolean {
  return type?.type === 'application/dicom+json' || type?.type === 'application/dicom+xml';
}

const withoutBrackets = (id: string): string => /^<(.+)>$/.exec(id.trim())?.[1] ?? id.trim();

/** Content-ID without its brackets, or null. */
function contentId(headers: ReadonlyMap<string, string>): string | null {
  const id = withoutBrackets(headers.get('content-id') ?? '');
  return id === '' ? null : id;
}

/** What the part is called by BulkDataURIs: its Content-Location, or the `cid:` URI of its Content-ID (RFC 2392). */
function locationOf(headers: ReadonlyMap<string, string>): string | null {
  const location = headers.get('content-location');
  if (location !== undefined && location !== '') return location;
  const id = contentId(headers);
  return id === null ? null : `cid:${id}`;
}

const BAD_TYPE = { en: 'its Content-Type is malformed', zh: '其 Content-Type 格式错误' };
const NO_LOCATION = { en: 'its Content-Location is missing', zh: '缺少 Content-Location' };
const LONG_LOCATION = {
  en: `its Content-Location exceeds ${MAX_URI} characters`,
  zh: `其 Content-Location 超过 ${MAX_URI} 个字符`,
};
const LONG_METADATA = {
  en: `more than ${MAX_METADATA_BYTES / 1048576} MiB of an instance`,
  zh: `单个实例的元数据超过 ${MAX_METADATA_BYTES / 1048576} MiB`,
};
const MANY_INSTANCES = {
  en: `more than ${MAX_INSTANCES} instances`,
  zh: `实例数超过 ${MAX_INSTANCES}`,
};
