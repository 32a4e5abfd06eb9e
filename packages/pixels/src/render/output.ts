import type { DicomJson } from '@hutong/dicom';
import { number, numbers } from '@hutong/dicom';
import sharp, { type Sharp } from 'sharp';
import { tooLarge } from '../pixelError.ts';
import type { RenderedPicture, RenderSettings } from '../types.ts';
import type { Picture } from './greyPicture.ts';
import { profileInJpeg, profileInPng, profileOf } from './iccProfile.ts';
import { jp2Of } from './jp2.ts';
import { jpegOf } from './jpegEncoder.ts';
import { fromSrgb, profileOfGamut, type WideGamut } from './wideGamut.ts';

// Each thread is one of several already, and no two pictures are the same.
sharp.concurrency(1);
sharp.cache(false);

const DEFAULT_QUALITY = 90;
const DEFAULT_FRAME_MS = 100;
/** Pixels of all frames of a moving picture. */
const MAX_MOVING_PIXELS = 128 * 1024 * 1024;

const FRAME_TIME = '00181063';
const FRAME_TIME_VECTOR = '00181065';
const CINE_RATE = '00180040';
const RECOMMENDED_DISPLAY_FRAME_RATE = '00082144';

/** A picture at its size, with what is drawn over it. */
export interface Composed {
  picture: Picture;
  /** Memory of the picture before it was arranged, if it was lent. */
  lent: Uint8Array | undefined;
  width: number;
  height: number;
  /** Content of an SVG of that size; empty for nothing. */
  svg: string;
}

/** Encodes pictures in the media type of the settings; more than one only as GIF. @throws PixelError */
export async function outputOf(
  frames: readonly [Composed, ...Composed[]],
  settings: RenderSettings,
  dataset: DicomJson,
): Promise<RenderedPicture> {
  const [first] = frames;
  const { width, height } = first;
  const { mediaType } = settings;
  const quality = settings.quality ?? DEFAULT_QUALITY;
  let bytes: Uint8Array;
  if (mediaType === 'image/gif') bytes = await gifOf(frames, settings, dataset);
  else if (mediaType === 'image/jp2') bytes = await jp2Of(await plain(first), quality);
  else if (settings.iccProfile !== 'no') bytes = await withProfile(first, settings, dataset, quality);
  else bytes = plainJpeg(first, mediaType, quality) ?? (await encoded(drawn(first), mediaType, quality));
  // Memory of its own: that of an encoder is used again, or cannot be handed over to another thread.
  return { bytes: new Uint8Array(bytes), mediaType, width, height };
}

/** A picture of its final size with nothing over it, as JPEG; null for any other. */
function plainJpeg(
  { picture, width, height, svg }: Composed,
  type: string,
  quality: number,
): Uint8Array | null {
  if (type !== 'image/jpeg' || picture.width !== width || picture.height !== height || svg !== '')
    return null;
  return jpegOf(picture, quality, quality < DEFAULT_QUALITY);
}

function drawn({ picture, width, height, svg }: Composed): Sharp {
  const { samples, channels } = picture;
  const raw = { width: picture.width, height: picture.height, channels };
  let image = sharp(samples, { raw, limitInputPixels: false });
  if (picture.width !== width || picture.height !== height)
    image = image.resize(width, height, { fit: 'fill' });
  if (svg !== '') {
    const document = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${svg}</svg>`;
    image = image.composite([{ input: Buffer.from(document), limitInputPixels: false }]).removeAlpha();
  }
  // What is drawn over grey is grey.
  return image.toColourspace(channels === 1 ? 'b-w' : 'srgb');
}

function encoded(image: Sharp, mediaType: string, quality: number): Promise<Uint8Array> {
  return mediaType === 'image/png'
    ? image.png({ compressionLevel: 4, adaptiveFiltering: false }).toBuffer()
    : image
        .jpeg({
          quality,
          optimiseCoding: false,
          chromaSubsampling: quality < DEFAULT_QUALITY ? '4:2:0' : '4:4:4',
        })
        .toBuffer();
}

/** The picture as samples of its final size. */
async function plain(composed: Composed): Promise<Picture> {
  const { picture, width, height, svg } = composed;
  if (picture.width === width && picture.height === height && svg === '') return picture;
  const samples = new Uint8Array(await drawn(composed).raw().toBuffer());
  return { samples, width, height, channels: picture.channels };
}

/**
 * A picture with a colour profile: `yes` embeds that of the image, without one sRGB; the others convert to what they
 * name.
 */
async function withProfile(
  composed: Composed,
  { iccProfile, mediaType }: RenderSettings,
  dataset: DicomJson,
  quality: number,
): Promise<Uint8Array> {
  const isColour = composed.picture.channels === 3;
  const own = isColour ? profileOf(dataset) : null;
  const embed = mediaType === 'image/png' ? profileInPng : profileInJpeg;
  if (own !== null && iccProfile === 'yes')
    return embed(await encoded(drawn(composed), mediaType, quality), own);
  const image = (own === null ? drawn(composed) : await inSrgb(composed, own)).toColourspace('srgb');
  if (iccProfile === 'adobergb' || iccProfile === 'rommrgb') {
    const wide = await inWideGamut(image, iccProfile);
    return embed(await encoded(wide, mediaType, quality), profileOfGamut(iccProfile));
  }
  return encoded(image.withIccProfile('srgb'), mediaType, quality);
}

/** The picture converted from its own profile. */
async function inSrgb(composed: Composed, own: Uint8Array): Promise<Sharp> {
  const png = await drawn(composed).png({ compressionLevel: 0 }).toBuffer();
  return sharp(profileInPng(png, own));
}

async function inWideGamut(image: Sharp, gamut: WideGamut): Promise<Sharp> {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: 3 as const };
  return sharp(fromSrgb(data, gamut), { raw, limitInputPixels: false });
}

async function gifOf(
  frames: readonly [Composed, ...Composed[]],
  settings: RenderSettings,
  dataset: DicomJson,
): Promise<Uint8Array> {
  const [{ width, height, picture }] = frames;
  if (width * height * frames.length > MAX_MOVING_PIXELS) {
    throw tooLarge(
      'the moving picture has more pixels than are made; ask for fewer frames or a smaller viewport',
      '动态图片像素过多，请减少帧数或指定较小的视口',
    );
  }
  const { channels } = picture;
  const page = width * height * channels;
  const samples = new Uint8Array(page * frames.length);
  for (const [i, frame] of frames.entries()) samples.set((await plain(frame)).samples, i * page);
  const raw = { width, height: height * frames.length, channels, pageHeight: height };
  return sharp(samples, { raw, limitInputPixels: false })
    .gif({ delay: delays(dataset, settings.frameNumbers, frames.length), loop: 0, effort: 3 })
    .toBuffer();
}

/** Milliseconds that each frame is shown (PS3.3 C.7.6.5). */
function delays(dataset: DicomJson, frameNumbers: readonly number[], count: number): number[] {
  const vector = numbers(dataset, FRAME_TIME_VECTOR);
  const rate = number(dataset, RECOMMENDED_DISPLAY_FRAME_RATE) ?? number(dataset, CINE_RATE) ?? 0;
  const usual = number(dataset, FRAME_TIME) ?? (rate > 0 ? 1000 / rate : DEFAULT_FRAME_MS);
  return Array.from({ length: count }, (_, i) => {
    // The vector says how long each frame comes after the one before it.
    const time = vector[frameNumbers[i + 1] === undefined ? -1 : (frameNumbers[i] ?? 0)] ?? usual;
    return Math.round(Math.min(60_000, Math.max(20, time)));
  });
}
