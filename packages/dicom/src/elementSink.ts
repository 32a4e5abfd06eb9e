import { Buffer } from 'node:buffer';
import type { Vr } from './attributes.ts';
import { hasLongLength, UNDEFINED_LENGTH } from './elementHeader.ts';

/** Bytes of a value that lie elsewhere, to be put where this stands. */
export interface BulkPiece {
  /** The BulkDataURI as it was given. */
  bulk: string;
  /** Bytes of the value, or of the fragment, before padding. */
  length: number;
  /** 0-based number of the fragment, where the value is encapsulated. */
  fragment?: number;
}

/** A run of an encoded dataset: bytes in memory, or a reference to bytes elsewhere. */
export type DatasetPiece = { literal: Buffer } | BulkPiece;

const ITEM = 0xfffee000;
const ITEM_DELIMITER = 0xfffee00d;
const SEQUENCE_DELIMITER = 0xfffee0dd;

/** Longest value of an element with a 16-bit length; values have an even length. */
const LONGEST_SHORT = 0xfffe;

/**
 * The VR an element is written with in an explicit dataset: UN where the value is too long for the 16-bit length of
 * its own (PS3.5 §6.2.2).
 */
export function writtenVr(vr: Vr, length: number): Vr {
  return length > LONGEST_SHORT && length !== UNDEFINED_LENGTH && !hasLongLength(vr) ? 'UN' : vr;
}

/** Header of an element in Explicit VR Little Endian (PS3.5 §7.1.2). The length is that of the padded value. */
export function elementHeader(tag: number, vr: Vr, length: number): Buffer {
  const written = writtenVr(vr, length);
  const long = hasLongLength(written);
  const header = Buffer.alloc(long ? 12 : 8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(written, 4, 'latin1');
  if (long) header.writeUInt32LE(length, 8);
  else header.writeUInt16LE(length, 6);
  return header;
}

/** Header of an item, little endian (PS3.5 §7.5). */
export function itemHeader(length: number): Buffer {
  return marker(ITEM, length);
}

/** Ends an item of undefined length. */
export const itemDelimiter: Buffer = marker(ITEM_DELIMITER, 0);

/** Ends a sequence or encapsulated pixel data of undefined length. */
export const sequenceDelimiter: Buffer = marker(SEQUENCE_DELIMITER, 0);

function marker(tag: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

const textPadding = Buffer.from(' ');
const binaryPadding = Buffer.alloc(1);

/** The byte that brings a value of this VR to an even length (PS3.5 §6.2): NUL for UI and binary values, else space. */
export function paddingOf(vr: Vr): Buffer {
  return vr === 'UI' || vr === 'UN' || vr.startsWith('O') ? binaryPadding : textPadding;
}

/** Collects an Explicit VR Little Endian dataset piece by piece. */
export class ElementSink {
  /** Bytes so far, those elsewhere included. */
  length = 0;
  readonly #pieces: (Buffer | BulkPiece)[] = [];

  /** Adds bytes, which must not change afterwards. */
  raw(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.length += bytes.length;
  }

  /** Adds an element with its value, padded to an even length. */
  element(tag: number, vr: Vr, value: Buffer): void {
    const padded = value.length + (value.length & 1);
    this.raw(elementHeader(tag, vr, padded));
    this.raw(value);
    if (padded !== value.length) this.raw(paddingOf(vr));
  }

  /**
   * Adds an element whose value lies elsewhere, padded to an even length.
   * @throws RangeError beyond 4 GiB, which an element cannot hold.
   */
  bulkElement(tag: number, vr: Vr, piece: BulkPiece): void {
    const padded = piece.length + (piece.length % 2);
    if (padded >= UNDEFINED_LENGTH) throw new RangeError('A value is limited to 4 GiB.');
    this.raw(elementHeader(tag, vr, padded));
    this.bulk(piece, paddingOf(vr));
  }

  /** Adds bytes that lie elsewhere, padded to an even length. */
  bulk(piece: BulkPiece, padding: Buffer): void {
    this.#pieces.push(piece);
    this.length += piece.length;
    if (piece.length % 2 === 1) this.raw(padding);
  }

  /**
   * Adds a sequence, whose items `write` adds. Its length is written as found afterwards; beyond 4 GiB, or if
   * `delimited`, as undefined.
   */
  sequence(tag: number, delimited: boolean, write: () => void): void {
    this.#measured(elementHeader(tag, 'SQ', 0), 8, sequenceDelimiter, delimited, write);
  }

  /** Adds an item, whose elements `write` adds; lengths as in {@link sequence}. */
  item(delimited: boolean, write: () => void): void {
    this.#measured(itemHeader(0), 4, itemDelimiter, delimited, write);
  }

  #measured(
    header: Buffer,
    lengthAt: number,
    delimiter: Buffer,
    delimited: boolean,
    write: () => void,
  ): void {
    this.raw(header);
    const start = this.length;
    write();
    const length = this.length - start;
    if (!delimited && length < UNDEFINED_LENGTH) {
      header.writeUInt32LE(length, lengthAt);
      return;
    }
    header.writeUInt32LE(UNDEFINED_LENGTH, lengthAt);
    this.raw(delimiter);
  }

  /** What was collected, bytes joined where they follow each other. */
  pieces(): DatasetPiece[] {
    const joined: DatasetPiece[] = [];
    let run: Buffer[] = [];
    const flush = (): void => {
      if (run.length > 0) joined.push({ literal: Buffer.concat(run) });
      run = [];
    };
    for (const piece of this.#pieces) {
      if (Buffer.isBuffer(piece)) {
        run.push(piece);
      } else {
        flush();
        joined.push(piece);
      }
    }
    flush();
    return joined;
  }

  /** What was collected as bytes. @throws RangeError where some of it lies elsewhere. */
  bytes(): Buffer {
    const held = this.#pieces.filter((piece) => Buffer.isBuffer(piece));
    if (held.length !== this.#pieces.length) throw new RangeError('The dataset refers to bulk data.');
    return Buffer.concat(held, this.length);
  }
}
