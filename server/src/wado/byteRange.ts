import type { ByteRange } from '@hutong/dicom';
import type { Request } from 'express';
import { problem } from '../problem.ts';
import type { Piece } from './send.ts';

/**
 * The one range of a request for a value of `size` bytes, or null for the whole. Several ranges, other units and
 * a malformed header are answered whole, as RFC 9110 §14.2 allows.
 *
 * @param tag entity tag of the value, which If-Range is compared with
 * @throws HttpProblem 416 when the range begins behind the end
 */
export function requestedRange(req: Request, size: number, tag: string): ByteRange | null {
  const header = req.get('range');
  const condition = req.get('if-range');
  if (header === undefined || (condition !== undefined && condition !== tag)) return null;
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(header);
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return null;
  const offset = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  if (offset >= size || (first === '' && Number(last) === 0)) {
    throw problem('range-not-satisfiable', { headers: { 'Content-Range': `bytes */${size}` } });
  }
  return { offset, length: end - offset + 1 };
}

/** The part of pieces, joined, that a range covers. */
export function within(pieces: readonly Piece[], part: ByteRange): Piece[] {
  const end = part.offset + part.length;
  let position = 0;
  return pieces.flatMap((piece): Piece[] => {
    const length = 'literal' in piece ? piece.literal.length : piece.range.length;
    const from = Math.max(part.offset - position, 0);
    const to = Math.min(end - position, length);
    position += length;
    if (from >= to) return [];
    if ('literal' in piece) return [{ literal: piece.literal.subarray(from, to) }];
    return [{ key: piece.key, range: { offset: piece.range.offset + from, length: to - from } }];
  });
}
