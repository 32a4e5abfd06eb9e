import { closeSync, openSync, readSync } from 'node:fs';
import { frameBytes, pixelDescription, type RenderedPicture } from '@hutong/pixels';
import { renderFrames } from '@hutong/pixels/work';
import { annotationLines } from '../wado/source/annotationLines.ts';
import { type ImageHead, lengthOfRanges, parseHead } from '../wado/source/imageSource.ts';
import type { StoredPictureJob } from './messages.ts';

/** Attributes that are kept for the next frame of the same image. */
const KEPT_HEAD_BYTES = 8 * 1024 * 1024;
let kept: { objectKey: string; head: ImageHead } | null = null;

/** What the picture is made of where there is nothing to ask: memory for one frame after the other. */
let scratch = Buffer.allocUnsafeSlow(1024 * 1024);
const LARGEST_SCRATCH = 16 * 1024 * 1024;

type Outcome = { result: RenderedPicture } | { unfit: true } | { missing: true };

/** Reads, parses and renders a stored image, all in this thread, which may wait for the disk. @throws PixelError */
export async function renderStored(job: StoredPictureJob): Promise<Outcome> {
  const bytes = bytesOf(job);
  if (bytes === null) return { missing: true };
  const { dataset, element } = bytes.head;
  const description = pixelDescription(dataset, job.transferSyntaxUid, element);
  const fits =
    // Frames of big-endian words may share words with their neighbours, which were not read.
    description.bigEndianWord === undefined &&
    description.rows === job.rows &&
    description.columns === job.columns &&
    frameBytes(description) * job.ranges.length <= job.roomBytes;
  if (!fits) return { unfit: true };
  const annotations = annotationLines(dataset, job.annotations);
  const settings = { ...job.settings, annotations };
  return { result: await renderFrames({ frames: bytes.frames, description, dataset, settings }) };
}

interface ImageBytes {
  head: ImageHead;
  frames: Buffer[];
}

function bytesOf({
  object,
  objectKey,
  headLength,
  ranges,
  transferSyntaxUid,
}: StoredPictureJob): ImageBytes | null {
  const headOf = (read: () => Buffer): ImageHead => {
    if (kept?.objectKey === objectKey) return kept.head;
    const head = parseHead(read(), transferSyntaxUid, false);
    kept = headLength <= KEPT_HEAD_BYTES ? { objectKey, head } : null;
    return head;
  };
  if (!('file' in object)) {
    return { head: headOf(() => asBuffer(object.head)), frames: object.frames.map(asBuffer) };
  }
  const descriptor = openExisting(object.file);
  if (descriptor === null) return null;
  try {
    const memory = memoryFor(ranges.reduce((sum, parts) => sum + lengthOfRanges(parts), 0));
    let used = 0;
    const frames = ranges.map((parts) => {
      const start = used;
      for (const { offset, length } of parts) {
        readWhole(descriptor, memory.subarray(used, used + length), offset);
        used += length;
      }
      const frame = memory.subarray(start, used);
      // Samples of 16 bits are looked at where they lie only if that is an even place.
      used += used % 2;
      return frame;
    });
    const head = headOf(() => readWhole(descriptor, Buffer.allocUnsafe(headLength), 0));
    return { head, frames };
  } finally {
    closeSync(descriptor);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A little more than the frames need: each may begin one byte later. */
function memoryFor(length: number): Buffer {
  const needed = length + 2048;
  if (needed <= scratch.length) return scratch;
  const larger = Buffer.allocUnsafeSlow(needed);
  if (needed <= LARGEST_SCRATCH) scratch = larger;
  return larger;
}

function openExisting(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function readWhole(descriptor: number, into: Buffer, offset: number): Buffer {
  for (let filled = 0; filled < into.length;) {
    const count = readSync(descriptor, into, filled, into.length - filled, offset + filled);
    if (count === 0) throw new RangeError('the object ends before the range does');
    filled += count;
  }
  return into;
}
