import { buffer } from 'node:stream/consumers';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  createPart10Reader,
  DatasetError,
  type DatasetChanges,
  datasetOffset,
  type DicomJson,
  DicomError,
  type Modification,
  ObjectDigestCheck,
  ORIGINAL_ATTRIBUTES_SEQUENCE,
  originalAttributes,
  readPart10,
  rewriteHead,
  rewriteTail,
  TRANSFER_SYNTAXES,
  transferSyntax,
} from '@hutong/dicom';
import {
  indexRows,
  type IndexRows,
  type InstanceToCorrect,
  instanceObjectKey,
  ObjectNotFound,
  type ObjectMetadata,
  type ObjectStore,
  parseInstanceObjectKey,
} from '@hutong/storage-config';
import { swapWords } from './swapWords.ts';

/** Why an object can never be written anew as it is; without values of the dataset. */
export class RewriteFailure extends Error {
  override name = 'RewriteFailure';
}

/** Most that is held in memory of one object: everything but its pixel data, or all of a deflated one. */
const MAX_HELD = 64 * 1024 * 1024;
const MAX_INFLATED = 256 * 1024 * 1024;

export interface RewriteInput {
  instance: InstanceToCorrect;
  identity: { hospital: string; studyInstanceUid: string };
  changes: DicomJson;
  modification: Modification;
  metadata: ObjectMetadata;
}

/**
 * Writes a stored object anew with changed attributes, and what they were before in its Original Attributes Sequence. The
 * pixel data is copied as it streams by; the object that was there is checked against its digest and stays. Returns the
 * index rows of the new object, which is durable then; null when the dataset has the attributes already.
 *
 * The transfer syntax stays, but for the implicit and big endian ones, which become Explicit VR Little Endian.
 *
 * @throws RewriteFailure; anything else may go better another time
 */
export async function rewriteObject(objects: ObjectStore, input: RewriteInput): Promise<IndexRows | null> {
  try {
    return await rewrite(objects, input);
  } catch (error) {
    if (error instanceof DicomError || error instanceof DatasetError) throw new RewriteFailure(error.code);
    if (error instanceof RangeError) throw new RewriteFailure('TRANSFER_SYNTAX');
    if (error instanceof ObjectNotFound) throw new RewriteFailure('OBJECT_MISSING');
    throw error;
  }
}

async function rewrite(objects: ObjectStore, input: RewriteInput): Promise<IndexRows | null> {
  const { instance, changes, modification } = input;
  const source = await openSource(objects, instance);
  const from = transferSyntax(instance.transferSyntaxUid);
  const plain = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
  const to = from?.explicit === true && !from.bigEndian ? from.uid : plain;
  const options = { from: instance.transferSyntaxUid, pixelDataFollows: source.pixelData !== null };

  const dataset = readDataset(source.head, options);
  const differing = differingOnly(dataset, changes);
  const original = originalAttributes(dataset, differing, modification);
  if (original === null) return null;
  const all: DatasetChanges = { ...differing, [ORIGINAL_ATTRIBUTES_SEQUENCE]: original };
  const { prefix, ...rewritten } = rewriteHead(source.head, { ...options, to, changes: all });
  const { pixelData } = rewritten;
  const wordBytes = pixelData?.bigEndian === true ? WORD_BYTES[pixelData.vr] : undefined;
  const before = [rewritten.dataset, ...(pixelData === null ? [] : [pixelData.header])];
  const after = rewriteTail(source.tail, rewritten.continuation);
  if (from?.deflated === true) {
    const inflated = Buffer.concat([...before, await buffer(source.value()), after]);
    const pieces = [prefix, deflateRawSync(inflated)];
    return write(objects, input, pieces, lengthOf(pieces), source);
  }
  const value = wordBytes === undefined ? source.value() : swapWords(source.value(), wordBytes);
  const size = prefix.length + lengthOf(before) + (source.pixelData?.length ?? 0) + after.length;
  return write(objects, input, [prefix, ...before, value, after], size, source);
}

const lengthOf = (pieces: readonly Buffer[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Bytes of a word of pixel data by its VR. */
const WORD_BYTES: Record<string, 2 | 4 | 8 | undefined> = { OW: 2, OF: 4, OL: 4, OD: 8, OV: 8 };

/** The attributes before the pixel data. */
function readDataset(head: Buffer, options: { from: string; pixelDataFollows: boolean }): DicomJson {
  const { prefix, dataset } = rewriteHead(head, {
    ...options,
    to: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
  });
  return readPart10(Buffer.concat([prefix, dataset])).dataset;
}

/** An attribute that is to be empty need not be added where it is absent. */
function differingOnly(dataset: DicomJson, changes: DicomJson): DicomJson {
  return Object.fromEntries(
    Object.entries(changes).filter(([tag, { Value }]) => dataset[tag] !== undefined || Value !== undefined),
  );
}

interface Source {
  /** From the first byte to the value of the pixel data; inflated where it was deflated. */
  head: Buffer;
  pixelData: { length: number } | null;
  /** The value of the pixel data. To be read once. */
  value(): AsyncIterable<Buffer>;
  tail: Buffer;
  /** Whether the bytes that were read, all of them, are those that were stored. */
  isWhole(): boolean;
}

async function openSource(objects: ObjectStore, instance: InstanceToCorrect): Promise<Source> {
  const { objectKey, objectSize, objectSha256, pixelData } = instance;
  const hash = new ObjectDigestCheck(objectSha256);
  if (transferSyntax(instance.transferSyntaxUid)?.deflated === true) {
    if (objectSize > MAX_HELD) throw new RewriteFailure('TOO_LARGE');
    const bytes = await buffer(await objects.get(objectKey));
    hash.update(bytes);
    const start = datasetOffset(bytes);
    const inflated = inflate(bytes.subarray(start));
    const from = pixelData?.offset ?? inflated.length;
    const to = from + (pixelData?.length ?? 0);
    return {
      head: Buffer.concat([bytes.subarray(0, start), inflated.subarray(0, from)]),
      pixelData,
      value: () => only(inflated.subarray(from, to)),
      tail: inflated.subarray(to),
      isWhole: () => hash.matches(),
    };
  }
  const from = pixelData?.offset ?? objectSize;
  const to = from + (pixelData?.length ?? 0);
  if (from + objectSize - to > MAX_HELD) throw new RewriteFailure('TOO_LARGE');
  const head = await range(objects, objectKey, from, 0);
  const tail = await range(objects, objectKey, objectSize, to);
  hash.update(head);
  return {
    head,
    pixelData,
    value: () => hashedRange(objects, objectKey, { offset: from, length: to - from }, hash),
    tail,
    isWhole: () => hash.update(tail).matches(),
  };
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function* hashedRange(
  objects: ObjectStore,
  key: string,
  { offset, length }: { offset: number; length: number },
  hash: ObjectDigestCheck,
): AsyncGenerator<Buffer> {
  if (length === 0) return;
  for await (const chunk of (await objects.get(key, { offset, length })) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Bytes up to `end`, from `start` on. */
async function range(objects: ObjectStore, key: string, end: number, start: number): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  return buffer(await objects.get(key, { offset: start, length: end - start }));
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED });
  } catch {
    throw new RewriteFailure('INFLATE_FAILED');
  }
}

type Piece = Buffer | AsyncIterable<Buffer>;

/** Writes the pieces as an object of its own, and reads them as they go by. */
async function write(
  objects: ObjectStore,
  { instance, identity, metadata }: RewriteInput,
  pieces: readonly Piece[],
  size: number,
  source: Source,
): Promise<IndexRows> {
  const { hospital, studyInstanceUid } = identity;
  const old = parseInstanceObjectKey(instance.objectKey);
  if (old === null) throw new RewriteFailure('OBJECT_KEY');
  const reader = createPart10Reader();
  const key = instanceObjectKey({ ...old, hospital });
  const writer = await objects.create(key, metadata, size);
  try {
    for (const piece of pieces) {
      for await (const chunk of Buffer.isBuffer(piece) ? [piece] : piece) {
        reader.write(chunk);
        await writer.write(chunk);
      }
    }
    const read = reader.end();
    const { sopInstanceUid, seriesInstanceUid } = read.identity;
    const isSame =
      sopInstanceUid === instance.sopInstanceUid &&
      seriesInstanceUid === old.seriesInstanceUid &&
      read.identity.studyInstanceUid === studyInstanceUid;
    if (!isSame || read.objectSize !== size) throw new RewriteFailure('CHANGED_IDENTITY');
    if (!source.isWhole()) throw new RewriteFailure('DAMAGED');
    await writer.commit();
    return indexRows(read, key);
  } catch (error) {
    await writer.abort().catch(() => undefined);
    throw error;
  }
}
