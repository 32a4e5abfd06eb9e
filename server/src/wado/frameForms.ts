import { TRANSFER_SYNTAXES, transferSyntax } from '@hutong/dicom';
import type { Representation } from '../dicomweb/accept.ts';

const OCTET_STREAM = 'application/octet-stream';

/** Names that clients use for a media type of PS3.18 Table 8.7.3-5. */
const ALIASES: Record<string, string[]> = {
  'image/jls': ['image/x-jls'],
  'image/dicom-rle': ['image/x-dicom-rle', 'image/dicom+rle'],
  'image/jphc': ['image/jhc', 'image/x-jphc'],
};

export type FrameForms =
  | { forms: Representation[]; transferSyntax: string }
  /** Frames of such an object cannot be answered; why, in both languages. */
  | { unavailable: string; unavailableZh: string };

/**
 * What frames of an object can be had as without touching their bytes: under the media type of their encoding,
 * and as application/octet-stream, which without transfer-syntax means uncompressed little endian (PS3.18 8.7.3).
 *
 * @param single whether one frame is asked for, which may also be a single part
 */
export function frameForms(transferSyntaxUid: string, single: boolean): FrameForms {
  const syntax = transferSyntax(transferSyntaxUid);
  if (syntax?.frameMediaType == null) {
    return {
      unavailable: `the transfer syntax ${transferSyntaxUid} it is stored in holds no frames this server can read`,
      unavailableZh: `其存储的传输语法 ${transferSyntaxUid} 不含本服务器可读取的图像帧`,
    };
  }
  if (syntax.bigEndian || syntax.deflated) {
    return {
      unavailable: `it is stored as ${syntax.name} (${syntax.uid}), whose frames would need transcoding`,
      unavailableZh: `其以 ${syntax.name}（${syntax.uid}）存储，需转码后才能提供图像帧`,
    };
  }
  const native = !syntax.encapsulated || syntax.uid === TRANSFER_SYNTAXES.encapsulatedUncompressed.uid;
  // Pixels of both little-endian native encodings, and of the encapsulated uncompressed one, are the same bytes.
  const uid = native ? TRANSFER_SYNTAXES.explicitVrLittleEndian.uid : syntax.uid;
  const form = (mediaType: string, multipart: boolean): Representation => ({
    mediaType,
    aliases: ALIASES[mediaType] ?? [],
    multipart,
    transferSyntax: uid,
    coversDefaultSyntax: native || mediaType !== OCTET_STREAM,
  });
  const types = [...new Set([syntax.frameMediaType, OCTET_STREAM])];
  const shapes = single ? [true, false] : [true];
  return {
    forms: shapes.flatMap((multipart) => types.map((type) => form(type, multipart))),
    transferSyntax: uid,
  };
}
