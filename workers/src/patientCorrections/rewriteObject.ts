import { buffer } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import {
  createPart10Reader,
  DatasetError,
  type DatasetChanges,
  type DicomJson,
  DicomError,
  type Modification,
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
  outstandingChanges,
  parseInstanceObjectKey,
  type WantedAttributes,
} from '@hutong/storage-config';
import { openSource, RewriteFailure, type Source } from './openSource.ts';
import { swapWords, WORD_BYTES } from './swapWords.ts';

export { RewriteFailure } from './openSource.ts';

export interface RewriteInput {
  instance: InstanceToCorrect;
  identity: { hospital: string; studyInstanceUid: string };
  wanted: WantedAttributes;
  modification: Modification;
  metadata: ObjectMetadata;
}

/**
 * Writes a stored object anew with the attributes that it shall have, and what they were before in its Original Attributes Sequence. The
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
  const { instance, identity, wanted, modification } = input;
  const source = await openSource(objects, instance);
  const from = transferSyntax(instance.transferSyntaxUid);
  const plain = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
  const to = from?.explicit === true && !from.bigEndian ? from.uid : plain;
  const options = { from: instance.transferSyntaxUid, pixelDataFollows: source.pixelData !== null };

  const dataset = readDataset(source.head, options);
  const differing = outstandingChanges(dataset, wanted, identity.hospital);
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

/** The attributes before the pixel data. */
function readDataset(head: Buffer, options: { from: string; pixelDataFollows: boolean }): DicomJson {
  const { prefix, dataset } = rewriteHead(head, {
    ...options,
    to: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
  });
  return readPart10(Buffer.concat([prefix, dataset])).dataset;
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
