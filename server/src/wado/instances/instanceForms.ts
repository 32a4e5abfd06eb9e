import { TRANSFER_SYNTAXES, transferSyntax } from '@hutong/dicom';
import { CODECS } from '@hutong/pixels';
import { isRefused, type MediaRange, typeFits } from '../../dicomweb/accept.ts';
import type { InstanceContent } from '../lookUp.ts';
import { DICOM, EXPLICIT_LITTLE_ENDIAN, isNative, mayBeLossy } from '../mediaTypes.ts';

/** How instances are asked for: `null` is the default transfer syntax, `*` any. */
export interface InstanceForm {
  multipart: boolean;
  transferSyntax: string | null;
}

/** Forms that a request accepts, best first. */
export function instanceForms(ranges: readonly MediaRange[], single: boolean): InstanceForm[] {
  const shapes = single ? [true, false] : [true];
  return ranges.flatMap((range) =>
    range.q === 0
      ? []
      : shapes.flatMap((multipart) => {
          const form = { mediaType: DICOM, multipart };
          const fits = typeFits(form, range) && !isRefused(form, ranges);
          return fits ? [{ multipart, transferSyntax: range.transferSyntax }] : [];
        }),
  );
}

/** What is to be done with one instance; null where it cannot be had so. */
export type InstanceTarget = 'stored' | { transferSyntax: string } | null;

/** Uncompressed transfer syntaxes other than these two are not to be used in web services (PS3.18 8.7.3). */
const DEFLATED = TRANSFER_SYNTAXES.deflatedExplicitVrLittleEndian.uid;
const USABLE_NATIVE: ReadonlySet<string> = new Set([EXPLICIT_LITTLE_ENDIAN, DEFLATED]);

/**
 * The transfer syntax an instance is sent in (PS3.18 8.7.3, 8.7.8.2). By default Explicit VR Little Endian, but as
 * stored where that may be lossy or cannot be decoded. With `*` as stored, unless that is Implicit VR Little Endian or
 * big endian, which must be named to be had. Instances without pixel data have no compressed encoding and are
 * sent in Explicit VR Little Endian then. The SOP Instance UID stays, so pixels are never lossily encoded here.
 */
export function targetOf(
  instance: Pick<InstanceContent, 'transfer_syntax_uid' | 'pixel_data'>,
  asked: string | null,
): InstanceTarget {
  const { transfer_syntax_uid: uid, pixel_data: layout } = instance;
  if (asked === uid) return 'stored';
  const stored = transferSyntax(uid);
  const readable = stored !== undefined && stored.frameMediaType !== null;
  const decodable = layout === null || isNative(uid) || CODECS[uid]?.decode === true;
  if (asked === '*') {
    const usable = !isNative(uid) || USABLE_NATIVE.has(uid) || stored?.encapsulated === true;
    return usable ? 'stored' : { transferSyntax: EXPLICIT_LITTLE_ENDIAN };
  }
  if (asked === null) {
    const converts = readable && decodable && !mayBeLossy(uid) && uid !== EXPLICIT_LITTLE_ENDIAN;
    return converts ? { transferSyntax: EXPLICIT_LITTLE_ENDIAN } : 'stored';
  }
  if (!readable || !decodable) return null;
  if (USABLE_NATIVE.has(asked)) return { transferSyntax: asked };
  if (isNative(asked) && transferSyntax(asked)?.encapsulated !== true) return null;
  if (CODECS[asked]?.encode !== 'lossless') return null;
  if (layout !== null) return { transferSyntax: asked };
  return uid === EXPLICIT_LITTLE_ENDIAN ? 'stored' : { transferSyntax: EXPLICIT_LITTLE_ENDIAN };
}
