import { type DicomJson, number, type PixelElement, text, transferSyntax } from '@hutong/dicom';
import { badDescription, tooLarge } from './pixelError.ts';
import type { PixelDescription } from './types.ts';

/** Native bytes of one frame that are worked on. */
export const MAX_FRAME_BYTES = 128 * 1024 * 1024;

const ROWS = '00280010';
const COLUMNS = '00280011';
const SAMPLES_PER_PIXEL = '00280002';
const PHOTOMETRIC_INTERPRETATION = '00280004';
const PLANAR_CONFIGURATION = '00280006';
const NUMBER_OF_FRAMES = '00280008';
const BITS_ALLOCATED = '00280100';
const BITS_STORED = '00280101';
const HIGH_BIT = '00280102';
const PIXEL_REPRESENTATION = '00280103';
/** Bits of the samples of Float and Double Float Pixel Data (PS3.3 C.7.6.24, C.7.6.25). */
const FLOAT_BITS: Partial<Record<PixelElement['tag'], 32 | 64>> = { '7FE00008': 32, '7FE00009': 64 };

const SAMPLES: Record<string, number> = {
  MONOCHROME1: 1,
  MONOCHROME2: 1,
  'PALETTE COLOR': 1,
  RGB: 3,
  YBR_FULL: 3,
  YBR_FULL_422: 3,
  YBR_PARTIAL_422: 3,
  YBR_ICT: 3,
  YBR_RCT: 3,
};

/**
 * The Image Pixel module of a dataset, checked (PS3.3 C.7.6.3), or its Floating Point or Double Floating Point Image
 * Pixel module (C.7.6.24, C.7.6.25). Old datasets may lack Samples per Pixel (taken from the photometric interpretation)
 * and High Bit (Bits Stored - 1).
 *
 * @param dataset attributes of the instance; those before its pixel data are enough
 * @param element the pixel data element, which tells what the samples are and how their bytes lie
 * @throws PixelError DESCRIPTION, TOO_LARGE
 */
export function pixelDescription(
  dataset: DicomJson,
  transferSyntaxUid: string,
  element: PixelElement,
): PixelDescription {
  const photometricInterpretation = text(dataset, PHOTOMETRIC_INTERPRETATION).trim().toUpperCase();
  const samples = SAMPLES[photometricInterpretation];
  if (samples === undefined) {
    throw badDescription(
      photometricInterpretation === ''
        ? 'PhotometricInterpretation (0028,0004) is missing'
        : 'PhotometricInterpretation (0028,0004) is none of those worked on',
      photometricInterpretation === ''
        ? '缺少光度解释 PhotometricInterpretation (0028,0004)'
        : '不支持的光度解释 PhotometricInterpretation (0028,0004)',
    );
  }
  const floatBits = FLOAT_BITS[element.tag];
  const bitsAllocated = floatBits ?? required(dataset, BITS_ALLOCATED, 'BitsAllocated (0028,0100)');
  if (floatBits !== undefined) checkFloat(dataset, transferSyntaxUid, floatBits);
  const bitsStored = floatBits ?? optional(dataset, BITS_STORED) ?? bitsAllocated;
  const description: PixelDescription = {
    transferSyntaxUid,
    rows: required(dataset, ROWS, 'Rows (0028,0010)'),
    columns: required(dataset, COLUMNS, 'Columns (0028,0011)'),
    samplesPerPixel: optional(dataset, SAMPLES_PER_PIXEL) ?? samples,
    photometricInterpretation,
    bitsAllocated,
    bitsStored,
    highBit: (floatBits === undefined ? optional(dataset, HIGH_BIT) : null) ?? bitsStored - 1,
    signed: floatBits !== undefined || optional(dataset, PIXEL_REPRESENTATION) === 1,
    planarConfiguration: samples > 1 && optional(dataset, PLANAR_CONFIGURATION) === 1 ? 1 : 0,
    numberOfFrames: Math.max(1, optional(dataset, NUMBER_OF_FRAMES) ?? 1),
    sampleType: floatBits === undefined ? 'integer' : 'float',
  };
  const word = element.bigEndian ? wordBytes(element.vr, bitsAllocated) : 1;
  if (word !== 1) description.bigEndianWord = word;
  checkDescription(description);
  return description;
}

/**
 * Bytes of the words in which pixel data of a value representation lies, and which byte orders differ in: of VR OW two,
 * or one sample where that is larger (PS3.5 §6.2, §8.1.1); samples of more than 8 bits that are said to be OB all the same.
 */
export function wordBytes(vr: string, bitsAllocated: number): 1 | 2 | 4 | 8 {
  if (vr === 'OD' || bitsAllocated === 64) return 8;
  if (vr === 'OF' || bitsAllocated === 32) return 4;
  return vr === 'OW' || bitsAllocated === 16 ? 2 : 1;
}

/** The description of frames once they were cut out of their value, by `frameCut`. */
export function littleEndian(description: PixelDescription): PixelDescription {
  const { bigEndianWord: _, ...others } = description;
  return others;
}

/** @throws PixelError DESCRIPTION */
function checkFloat(dataset: DicomJson, transferSyntaxUid: string, bits: number): void {
  const said = optional(dataset, BITS_ALLOCATED) ?? bits;
  if (said !== bits)
    throw badDescription(
      `BitsAllocated (0028,0100) is ${said}, the floating point pixels have ${bits} bits`,
      `分配位数 (0028,0100) 为 ${said}，而浮点像素为 ${bits} 位`,
    );
  if (transferSyntax(transferSyntaxUid)?.encapsulated === true)
    throw badDescription(
      'floating point pixels are never encapsulated, which the transfer syntax says they are',
      '浮点像素不可封装，与传输语法矛盾',
    );
}

/** @throws PixelError DESCRIPTION, TOO_LARGE */
export function checkDescription(description: PixelDescription): void {
  const { rows, columns, samplesPerPixel, photometricInterpretation, bitsAllocated, bitsStored, highBit } =
    description;
  const isFloat = description.sampleType === 'float';
  if (!isBetween(rows, 1, 65_535) || !isBetween(columns, 1, 65_535))
    throw badDescription('Rows and Columns must be between 1 and 65535', '行数与列数须在 1 至 65535 之间');
  if (SAMPLES[photometricInterpretation] !== samplesPerPixel) {
    throw badDescription(
      `SamplesPerPixel (0028,0002) is ${samplesPerPixel}, which contradicts PhotometricInterpretation ${photometricInterpretation}`,
      `每像素样本数 (0028,0002) 为 ${samplesPerPixel}，与光度解释 ${photometricInterpretation} 矛盾`,
    );
  }
  if (isFloat && (!photometricInterpretation.startsWith('MONOCHROME') || ![32, 64].includes(bitsAllocated)))
    throw badDescription(
      'floating point pixels must be grey, of 32 or 64 bits',
      '浮点像素须为 32 或 64 位灰度',
    );
  if (!isFloat && ![1, 8, 16, 32].includes(bitsAllocated)) {
    throw badDescription(
      `BitsAllocated (0028,0100) is ${bitsAllocated}; 1, 8, 16 and 32 are worked on`,
      `分配位数 (0028,0100) 为 ${bitsAllocated}，仅支持 1、8、16、32`,
    );
  }
  if (!isBetween(bitsStored, 1, bitsAllocated) || !isBetween(highBit, bitsStored - 1, bitsAllocated - 1)) {
    throw badDescription(
      `BitsStored ${bitsStored} and HighBit ${highBit} do not fit BitsAllocated ${bitsAllocated}`,
      `存储位数 ${bitsStored}、最高位 ${highBit} 与分配位数 ${bitsAllocated} 不符`,
    );
  }
  if (bitsAllocated === 1 && samplesPerPixel !== 1)
    throw badDescription('pixels of 1 bit must have one sample', '1 位像素只能有一个样本');
  if (frameBytes(description) > MAX_FRAME_BYTES)
    throw tooLarge('the frame has more pixels than are worked on', '图像帧像素过多，超出处理上限');
}

/** Bytes of one frame as native samples, colour by pixel or by plane, without subsampling. */
export function frameBytes(
  description: Pick<PixelDescription, 'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated'>,
): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = description;
  return Math.ceil((rows * columns * samplesPerPixel * bitsAllocated) / 8);
}

/** True where the three samples of a pixel are luminance and chrominance. */
export function isYbr(photometricInterpretation: string): boolean {
  return photometricInterpretation.startsWith('YBR_');
}

function isBetween(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function optional(dataset: DicomJson, tag: string): number | null {
  const value: unknown = number(dataset, tag);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function required(dataset: DicomJson, tag: string, name: string): number {
  const value = optional(dataset, tag);
  if (value === null) throw badDescription(`${name} is missing`, `缺少 ${name}`);
  return value;
}
