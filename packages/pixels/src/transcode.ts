import { checkDescription } from './description.ts';
import { encodingRefusal } from './codecTable.ts';
import { decodeNative } from './native.ts';
import type { DicomJson } from '@hutong/dicom';
import type { EncodedFrame, PixelDescription, TranscodeOptions } from './types.ts';

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
  const frame = decodeNative(bytes, description);
  const changedAttributes: DicomJson = {};
  if (frame.description.photometricInterpretation !== description.photometricInterpretation)
    changedAttributes['00280004'] = { vr: 'CS', Value: [frame.description.photometricInterpretation] };
  if (frame.description.planarConfiguration !== description.planarConfiguration)
    changedAttributes['00280006'] = { vr: 'US', Value: [0] };
  return { bytes: frame.bytes, transferSyntaxUid: target, changedAttributes };
}
