import type { DicomJson } from '@hutong/dicom';
import { encodingRefusal } from './codecTable.ts';
import { decodeFrame } from './decode.ts';
import { checkDescription, isYbr } from './description.ts';
import { encodeFrame } from './encode.ts';
import { ybrToRgb } from './colour.ts';
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
  const frame = forTarget(await decodeFrame(bytes, description), target);
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

/** Lossy JPEG is made from RGB, which it transforms itself. */
function forTarget(frame: NativeFrame, target: string): NativeFrame {
  const { description, bytes } = frame;
  if (!target.endsWith('.4.50') || !isYbr(description.photometricInterpretation)) return frame;
  const rgb = new Uint8Array(bytes);
  ybrToRgb(rgb);
  return { description: { ...description, photometricInterpretation: 'RGB' }, bytes: rgb };
}
