import { TAG, type ByteRange } from '@hutong/dicom';
import type { DecodedPicture } from './composeInstance.ts';
import { PartFailure } from './receivePart.ts';
import { SpoolFull, type Spool } from './spool.ts';

/** Bytes of one picture as it was sent. */
const MAX_PICTURE_BYTES = 32 * 1024 * 1024;

const us = (value: number) => ({ vr: 'US', Value: [value] });
const cs = (value: string) => ({ vr: 'CS', Value: [value] });

/**
 * Decodes a PNG or GIF picture in the spool into native pixel data behind it (PS3.18 Table 10.5.2-1).
 *
 * @throws PartFailure PIXEL_MEDIA_TYPE, BULK_DATA_LENGTH, OUT_OF_RESOURCES
 */
export async function decodedPicture(
  spool: Spool,
  mediaType: string,
  range: ByteRange,
): Promise<DecodedPicture> {
  const tag = TAG.PixelData;
  if (range.length > MAX_PICTURE_BYTES) throw new PartFailure('BULK_DATA_LENGTH', { tag });
  // Only those who send pictures pay for the decoder.
  const { consumerPicture, ConsumerPictureError } = await import('@hutong/pixels/consumerPicture');
  try {
    const picture = await consumerPicture(mediaType, await spool.bytes(range));
    const { samples, samplesPerPixel, bitsAllocated, frames } = picture;
    const offset = spool.position;
    await spool.write(samples);
    return {
      range: { offset, length: samples.length },
      attributes: {
        [TAG.SamplesPerPixel]: us(samplesPerPixel),
        [TAG.PhotometricInterpretation]: cs(samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'),
        ...(samplesPerPixel === 3 ? { [TAG.PlanarConfiguration]: us(0) } : {}),
        ...(frames === 1 ? {} : { [TAG.NumberOfFrames]: { vr: 'IS', Value: [frames] } }),
        [TAG.Rows]: us(picture.rows),
        [TAG.Columns]: us(picture.columns),
        [TAG.BitsAllocated]: us(bitsAllocated),
        [TAG.BitsStored]: us(bitsAllocated),
        [TAG.HighBit]: us(bitsAllocated - 1),
        [TAG.PixelRepresentation]: us(0),
      },
    };
  } catch (error) {
    if (error instanceof ConsumerPictureError)
      throw new PartFailure('PIXEL_MEDIA_TYPE', { tag, cause: error });
    if (error instanceof SpoolFull) throw new PartFailure('OUT_OF_RESOURCES', { tag, cause: error });
    throw error;
  }
}
