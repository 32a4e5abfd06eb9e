import { crc32, deflateSync } from 'node:zlib';
import type { DicomJson } from '@hutong/dicom';
import { items } from '@hutong/dicom';

const ICC_PROFILE = '00282000';
const OPTICAL_PATH_SEQUENCE = '00480105';
/** Profile bytes of one JPEG marker segment. */
const JPEG_CHUNK = 65_519;

/** The colour profile of an image (PS3.3 C.11.15); null where it has none. */
export function profileOf(dataset: DicomJson): Uint8Array | null {
  for (const item of [dataset, ...items(dataset, OPTICAL_PATH_SEQUENCE)]) {
    const text = item[ICC_PROFILE]?.InlineBinary;
    if (text === undefined) continue;
    const bytes = Buffer.from(text, 'base64');
    // A profile says its own length and bears the mark 'acsp'; anything else is none.
    if (bytes.length >= 132 && bytes.toString('latin1', 36, 40) === 'acsp') return bytes;
  }
  return null;
}

/** A JPEG with the profile in its APP2 segments (ICC.1 B.4). */
export function profileInJpeg(jpeg: Uint8Array, profile: Uint8Array): Uint8Array {
  const count = Math.ceil(profile.length / JPEG_CHUNK);
  const segments = Array.from({ length: count }, (_, i) => {
    const chunk = profile.subarray(i * JPEG_CHUNK, (i + 1) * JPEG_CHUNK);
    const head = Buffer.alloc(18);
    head.writeUInt16BE(0xffe2, 0);
    head.writeUInt16BE(chunk.length + 16, 2);
    head.write('ICC_PROFILE\0', 4, 'latin1');
    head[16] = i + 1;
    head[17] = count;
    return Buffer.concat([head, chunk]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** A PNG with the profile in a chunk iCCP after its header (ISO/IEC 15948 11.3.3.3). */
export function profileInPng(png: Uint8Array, profile: Uint8Array): Uint8Array {
  const headerEnd = 33;
  const body = Buffer.concat([Buffer.from('iCCPimage\0\0', 'latin1'), deflateSync(profile)]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)]);
}
