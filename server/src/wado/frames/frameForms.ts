import { transferSyntax } from '@hutong/dicom';
import { isOverruled, isRefused, isWildcard, type MediaRange, typeFits } from '../../dicomweb/accept.ts';
import {
  aliasesOf,
  DEFAULT_TRANSFER_SYNTAX,
  EXPLICIT_LITTLE_ENDIAN,
  isNative,
  mayBeLossy,
  OCTET_STREAM,
} from '../mediaTypes.ts';

/** One form in which frames may be answered. */
export interface FrameForm {
  mediaType: string;
  multipart: boolean;
  /** Of the bytes that are sent. */
  transferSyntax: string;
  /** Whether these are the stored bytes; else frames are decoded and encoded anew. */
  stored: boolean;
}

/** What is known of an object before it is opened. */
export interface StoredFrames {
  transferSyntaxUid: string;
  /** Whether frames can be cut out of the object without decoding: not deflated, not big endian, frames divided. */
  direct: boolean;
}

/**
 * Forms that a request accepts, best first (PS3.18 8.7.8.1). The stored bytes come before a new encoding wherever the
 * request leaves the choice.
 *
 * - A transfer syntax that is named is meant.
 * - `transfer-syntax=*` takes any: what is stored, under its own media type or as `application/octet-stream`.
 * - A media type alone means its default transfer syntax (Tables 8.7.3-4, 8.7.3-5); objects that may be lossy, or that
 *   cannot be decoded, are sent as stored under their own media type.
 * - A wildcard alone takes what is stored.
 */
export function frameForms(
  ranges: readonly MediaRange[],
  stored: StoredFrames,
  single: boolean,
): FrameForm[] {
  const forms: FrameForm[] = [];
  const last: FrameForm[] = [];
  const shapes = single ? [true, false] : [true];
  for (const range of ranges) {
    if (range.q === 0) continue;
    for (const multipart of shapes) {
      for (const form of formsOf(range, stored, multipart)) {
        if (isRefused(withAliases(form), ranges)) continue;
        (isOverruled(withAliases(form), range, ranges) ? last : forms).push(form);
      }
    }
  }
  const first = new Map<string, FrameForm>();
  for (const form of [...forms, ...last]) {
    const key = JSON.stringify(form);
    if (!first.has(key)) first.set(key, form);
  }
  return [...first.values()];
}

const withAliases = <T extends { mediaType: string; multipart: boolean }>(form: T) => ({
  ...form,
  aliases: aliasesOf(form.mediaType),
});

function formsOf(range: MediaRange, stored: StoredFrames, multipart: boolean): FrameForm[] {
  const { transferSyntaxUid: uid } = stored;
  const native = isNative(uid);
  // Pixels of the little-endian native encodings are the same bytes, and named by the explicit one.
  const storedUid = native ? EXPLICIT_LITTLE_ENDIAN : uid;
  const fits = (mediaType: string): boolean => typeFits(withAliases({ mediaType, multipart }), range);
  const asStored = (mediaType: string): FrameForm[] =>
    stored.direct && fits(mediaType)
      ? [{ mediaType, multipart, transferSyntax: storedUid, stored: true }]
      : [];
  const encoded = (mediaType: string, syntax: string): FrameForm[] =>
    fits(mediaType) && !(stored.direct && syntax === storedUid)
      ? [{ mediaType, multipart, transferSyntax: syntax, stored: false }]
      : [];
  const ownType = native ? OCTET_STREAM : (transferSyntax(uid)?.frameMediaType ?? OCTET_STREAM);
  const storedForms = [...asStored(ownType), ...(ownType === OCTET_STREAM ? [] : asStored(OCTET_STREAM))];
  const defaults = Object.entries(DEFAULT_TRANSFER_SYNTAX).flatMap(([type, syntax]) => encoded(type, syntax));
  const asked = range.transferSyntax;
  if (asked === '*') return [...storedForms, ...defaults];
  if (asked !== null) {
    if (asked === storedUid && stored.direct) return storedForms;
    const type = isNative(asked) ? OCTET_STREAM : transferSyntax(asked)?.frameMediaType;
    // Only the explicit little-endian one of the native encodings may be used (PS3.18 8.7.3).
    if (type == null || (isNative(asked) && asked !== EXPLICIT_LITTLE_ENDIAN)) return [];
    return [...encoded(type, asked), ...(type === OCTET_STREAM ? [] : encoded(OCTET_STREAM, asked))];
  }
  if (isWildcard(range)) return [...storedForms, ...defaults];
  const ownDefault = DEFAULT_TRANSFER_SYNTAX[ownType];
  const storedIsMeant = ownDefault === undefined || ownDefault === storedUid || mayBeLossy(uid);
  const last = asStored(ownType);
  return storedIsMeant ? [...last, ...defaults] : [...defaults, ...last];
}
