import { Buffer } from 'node:buffer';
import type { Vr } from './attributes.ts';
import { DatasetError } from './datasetError.ts';
import { decimalString } from './decimalString.ts';
import { numberWriters } from './numberWriters.ts';
import type { DicomJsonAttribute, PersonName } from './types.ts';
import { isBinary } from './values.ts';

/** VRs whose text is encoded by SpecificCharacterSet (PS3.5 §6.1.2.2). */
const textVrs = new Set<Vr>(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

export function isText(vr: Vr): boolean {
  return textVrs.has(vr);
}

/** VRs of a single value, in which a backslash is a character like any other. */
const singleValued = new Set<Vr>(['LT', 'ST', 'UR', 'UT']);

/**
 * The value field of an attribute of the DICOM JSON Model, little endian and without padding: the inverse of
 * `toJsonAttribute`. SQ and values by reference are not handled here.
 *
 * @param encodeText For the VRs of {@link isText}.
 * @throws DatasetError INVALID_VALUE.
 */
export function valueBytes(
  vr: Vr,
  { Value, InlineBinary }: DicomJsonAttribute,
  path: string,
  encodeText: (text: string) => Buffer,
): Buffer {
  if (InlineBinary !== undefined) return Buffer.from(InlineBinary, 'base64');
  const values = Value ?? [];
  if (values.length === 0 || (values.length === 1 && values[0] === null)) return Buffer.alloc(0);
  if (isBinary(vr)) throw invalid(path, 'has values, where InlineBinary or BulkDataURI is due');
  const writer = numberWriters[vr];
  if (writer !== undefined) {
    const bytes = Buffer.alloc(writer.size * values.length);
    values.forEach((value, index) => {
      if (!writer.write(bytes, index * writer.size, value))
        throw invalid(path, `value ${index + 1} is no ${vr}`);
    });
    return bytes;
  }
  const joined = values.map((value, index) => valueText(vr, value, path, index)).join('\\');
  if (isText(vr)) return encodeText(joined);
  for (let at = 0; at < joined.length; at++) {
    if (joined.charCodeAt(at) > 0xff) throw invalid(path, `has characters that ${vr} does not allow`);
  }
  return Buffer.from(joined, 'latin1');
}

function valueText(vr: Vr, value: unknown, path: string, index: number): string {
  const text = value === null ? '' : asText(vr, value);
  if (text === null) throw invalid(path, `value ${index + 1} is no ${vr}`);
  if (text.includes('\\') && !singleValued.has(vr)) {
    throw invalid(path, `value ${index + 1} holds a backslash, which separates values`);
  }
  return text;
}

function asText(vr: Vr, value: unknown): string | null {
  if (vr === 'PN') return personNameText(value);
  if (vr === 'DS' && typeof value === 'number') return decimalString(value);
  if (vr === 'IS' && typeof value === 'number') return Number.isInteger(value) ? integerString(value) : null;
  return typeof value === 'string' ? value : null;
}

/** Null beyond 12 characters (PS3.5 §6.2, IS), where JavaScript begins to write exponents long after. */
function integerString(value: number): string | null {
  const text = String(value);
  return text.length <= 12 ? text : null;
}

/** The groups of a name joined by `=`, empty ones at the end left out (PS3.5 §6.2.1.1). */
function personNameText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as PersonName;
  const groups: unknown[] = [Alphabetic, Ideographic, Phonetic];
  if (!groups.every((group) => typeof group === 'string' && !group.includes('='))) return null;
  return groups.join('=').replace(/=+$/, '');
}

function invalid(path: string, what: string): DatasetError {
  return new DatasetError('INVALID_VALUE', path, what);
}
