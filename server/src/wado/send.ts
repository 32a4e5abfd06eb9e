import type { ByteRange } from '@hutong/dicom';
import type { ObjectStore } from '@hutong/storage-config';
import type { Response } from 'express';
import type { Readable } from 'node:stream';
import { inOrder } from './ahead.ts';
import { BufferPool } from './bufferPool.ts';
import { ClientGone, type Outlet, sendBody } from './outlet.ts';

/** One piece of a body: bytes of ours, or a range of a stored object. */
export type Piece = { literal: Buffer } | { key: string; range: ByteRange };

/** Bytes between two ranges (headers of fragments) that are rather read and dropped than asked for apart. */
const LARGEST_GAP = 64 * 1024;
/** Ranges up to this size, about a frame, are read whole: a stream for them costs several times the read. */
const READ_WHOLE = 1024 * 1024;
/** As many as answers are written at once by a busy server. */
const MOST_BUFFERS = 32;
const BUFFERS = new BufferPool(READ_WHOLE, MOST_BUFFERS);
/** Bodies that are being written from a store that is read ahead. The more there are, the less each reads ahead. */
let bodies = 0;

export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce(
    (sum, piece) => sum + ('literal' in piece ? piece.literal.length : piece.range.length),
    0,
  );
}

/**
 * Sends pieces in order with a Content-Length, reading objects only as fast as the client takes them; ranges that
 * follow each other in one object become one read. Reading stops when the client goes away.
 *
 * @throws HttpProblem 500 `object-missing` when the first object is not in the store
 */
export async function sendPieces(
  objects: ObjectStore,
  pieces: readonly Piece[],
  res: Response,
  headers: Record<string, string>,
): Promise<void> {
  const length = String(lengthOf(pieces));
  await sendBody(res, { ...headers, 'Content-Length': length }, (write) =>
    writePieces(objects, pieces, res, write),
  );
}

/**
 * Writes pieces in order into a body that has begun. Where the store answers slowly, the next ones are read while one is
 * sent; files are read when it is their turn, into the memory that the one before has just left.
 */
export async function writePieces(
  objects: ObjectStore,
  pieces: readonly Piece[],
  res: Response,
  write: Outlet,
): Promise<void> {
  if (objects.readsAhead === undefined) {
    for (const batch of batchesOf(pieces)) await sendBatch(objects, await begin(objects, batch), res, write);
    return;
  }
  bodies += 1;
  try {
    const ahead = Math.max(1, Math.min(objects.readsAhead, Math.floor(MOST_BUFFERS / bodies)));
    for await (const ready of inOrder(batchesOf(pieces), ahead, (batch) => begin(objects, batch)))
      await sendBatch(objects, ready, res, write);
  } finally {
    bodies -= 1;
  }
}

function* batchesOf(pieces: readonly Piece[]): Generator<Piece[]> {
  for (let next = 0; next < pieces.length;) {
    const batch = batchFrom(pieces, next);
    next += batch.length;
    yield batch;
  }
}

/** Leading literals, then ranges of one object that one read can serve, and the literals between them. */
function batchFrom(pieces: readonly Piece[], start: number): Piece[] {
  let key: string | null = null;
  let position = 0;
  let end = start;
  for (; end < pieces.length; end += 1) {
    const piece = pieces[end];
    if (piece === undefined) break;
    if ('literal' in piece) continue;
    const gap = piece.range.offset - position;
    if (key !== null && (piece.key !== key || gap < 0 || gap > LARGEST_GAP)) break;
    key = piece.key;
    position = piece.range.offset + piece.range.length;
  }
  return pieces.slice(start, end);
}

/** What one read serves, from the first to the last byte that is wanted. */
interface Batch {
  batch: readonly Piece[];
  /** Null where nothing is read; `held` is null of what is too long for one piece of memory and is streamed. */
  read: { key: string; range: ByteRange; held: { bytes: Buffer; buffer: Buffer } | null } | null;
}

async function begin(objects: ObjectStore, batch: readonly Piece[]): Promise<Batch> {
  const ranges = batch.flatMap((piece) => ('literal' in piece || piece.range.length === 0 ? [] : [piece]));
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined) return { batch, read: null };
  const { key } = first;
  const { offset } = first.range;
  const range = { offset, length: last.range.offset + last.range.length - offset };
  if (range.length > READ_WHOLE) return { batch, read: { key, range, held: null } };
  const buffer = BUFFERS.take();
  const bytes = await objects.read(key, range, buffer);
  return { batch, read: { key, range, held: { bytes, buffer } } };
}

async function sendBatch(
  objects: ObjectStore,
  { batch, read }: Batch,
  res: Response,
  write: Outlet,
): Promise<void> {
  if (read === null) {
    for (const piece of batch) if ('literal' in piece) await write(piece.literal);
    return;
  }
  const { key, range, held } = read;
  if (held !== null) {
    const { bytes, buffer } = held;
    const chunks = batch.map((piece) => {
      if ('literal' in piece) return piece.literal;
      const start = piece.range.offset - range.offset;
      return bytes.subarray(start, start + piece.range.length);
    });
    const sent = write(...chunks);
    // Writes are done in order: when this one, of nothing, is done, the socket has taken the bytes before it.
    if (!res.destroyed)
      res.write(EMPTY, (error) => {
        if (error == null) BUFFERS.giveBack(buffer);
      });
    await sent;
    return;
  }
  const source = await objects.get(key, range);
  const leave = (): void => {
    source.destroy();
  };
  res.once('close', leave);
  try {
    await copy(source, range.offset, batch, res, write);
  } finally {
    res.off('close', leave);
    source.destroy();
  }
}

/** Deals the bytes of one read, which begins at `position` of the object, out to the pieces. */
async function copy(
  source: Readable,
  start: number,
  batch: readonly Piece[],
  res: Response,
  write: Outlet,
): Promise<void> {
  const chunks = source.iterator({ destroyOnReturn: true }) as AsyncIterator<Buffer>;
  let position = start;
  let rest: Buffer = EMPTY;
  for (const piece of batch) {
    if ('literal' in piece) {
      await write(piece.literal);
      continue;
    }
    let from = piece.range.offset;
    const end = from + piece.range.length;
    while (from < end) {
      if (rest.length === 0) {
        const next = await nextChunk(chunks, res);
        if (next.done === true) throw new Error('a stored object is shorter than the index says');
        rest = next.value;
      }
      const skipped = Math.min(Math.max(from - position, 0), rest.length);
      const taken = rest.subarray(skipped, skipped + Math.max(end - position - skipped, 0));
      position += skipped + taken.length;
      rest = rest.subarray(skipped + taken.length);
      if (taken.length > 0) {
        from = position;
        await write(taken);
      }
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** A read that fails because the client left and it was stopped is the client's going, not a failure. */
async function nextChunk(chunks: AsyncIterator<Buffer>, res: Response): Promise<IteratorResult<Buffer>> {
  try {
    return await chunks.next();
  } catch (error) {
    if (res.destroyed) throw new ClientGone();
    throw error;
  }
}
