import type { DicomJson } from '@hutong/dicom';
import { CODECS, encodingRefusal } from './codecTable.ts';
import { decodeFrame } from './decode.ts';
import { checkDescription, isYbr } from './description.ts';
import { encodeFrame } from './encode.ts';
import { ybrToRgb } from './colour.ts';
import { isSubsampled, nativeSamples } from './native.ts';
import type { EncodedFrame, NativeFrame, PixelDescription, TranscodeOptions } from './types.ts';

/**
 * One frame in another transfer syntax (PS3.5 §8.2, PS3.3 C.7.6.1.1.5).
 *
 * @param job.bytes the frame as stored, its fragments joined
 * @throws PixelError
 */
export async function transcodeFrame(job: {
  bytes: Uint8Array;
  description: PixelDescription;
  target: string;
  options?: TranscodeOptions;
}): Promise<EncodedFrame> {
  const { bytes, description, target } = job;
  checkDescription(description);
  const refusal = encodingRefusal(description, target);
  if (refusal !== null) throw refusal;
  if (isNative(target) && isNative(description.transferSyntaxUid) && isSubsampled(description))
    return { bytes: nativeSamples(bytes, description), transferSyntaxUid: target, changedAttributes: {} };
  const frame = forTarget(await decodeFrame(bytes, description), target, description);
  const encoded = await encodeFrame(frame, target, job.options);
  const changed: DicomJson = {};
  const { photometricInterpretation, planarConfiguration } = frame.description;
  if (photometricInterpretation !== description.photometricInterpretation)
    changed['00280004'] = { vr: 'CS', Value: [photometricInterpretation] };
  if (planarConfiguration !== description.planarConfiguration)
    changed['00280006'] = { vr: 'US', Value: [planarConfiguration] };
  return {
    bytes: encoded.bytes,
    transferSyntaxUid: target,
    changedAttributes: { ...changed, ...encoded.changedAttributes },
  };
}

/**
 * Lossy JPEG is made from RGB, which it transforms itself. Uncompressed frames keep the planes that the dataset says they
 * have, as they keep chrominance that is subsampled: who asks for frames alone reads them by its metadata.
 */
function forTarget(frame: NativeFrame, target: string, source: PixelDescription): NativeFrame {
  const { description, bytes } = frame;
  if (isNative(target) && source.planarConfiguration === 1 && description.samplesPerPixel > 1)
    return { description: { ...description, planarConfiguration: 1 }, bytes: byPlane(frame) };
  if (!target.endsWith('.4.50') || !isYbr(description.photometricInterpretation)) return frame;
  const rgb = new Uint8Array(bytes);
  ybrToRgb(rgb);
  return { description: { ...description, photometricInterpretation: 'RGB' }, bytes: rgb };
}

const isNative = (uid: string): boolean => CODECS[uid]?.native === true;

/** Samples by plane instead of by pixel (PS3.3 C.7.6.3.1.3). */
function byPlane({ description, bytes }: NativeFrame): Uint8Array {
  const { samplesPerPixel, bitsAllocated } = description;
  const size = bitsAllocated / 8;
  const pixels = bytes.length / (samplesPerPixel * size);
  const planes = new Uint8Array(bytes.length);
  let to = 0;
  for (let sample = 0; sample < samplesPerPixel; sample += 1)
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      const from = (pixel * samplesPerPixel + sample) * size;
      for (let byte = 0; byte < size; byte += 1) planes[to++] = bytes[from + byte] ?? 0;
    }
  return planes;
}
