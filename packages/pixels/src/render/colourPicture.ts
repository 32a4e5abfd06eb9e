import type { DicomJson } from '@hutong/dicom';
import { ybrToRgb } from '../colour.ts';
import { unsupported } from '../pixelError.ts';
import { words } from '../samples.ts';
import type { NativeFrame, PixelDescription } from '../types.ts';
import { type Picture, shrunk } from './greyPicture.ts';
import { paletteColours } from './palette.ts';

/** A frame of palette indices as RGB. @throws PixelError DESCRIPTION */
export function palettePicture(
  { description, bytes }: NativeFrame,
  dataset: DicomJson,
  shrink: number,
): Picture {
  const { rows, columns, bitsAllocated, bitsStored, highBit, signed } = description;
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    throw unsupported('palettes of such pixels are not rendered', '不支持此类像素的调色板');
  const samples = bitsAllocated === 16 ? words(bytes) : bytes;
  const colours = paletteColours(dataset, signed, 2 ** bitsStored);
  const out = new Uint8Array(rows * columns * 3);
  const shift = highBit - bitsStored + 1;
  const mask = 2 ** bitsStored - 1;
  for (let i = 0, to = 0; i < rows * columns; i++, to += 3) {
    const from = (((samples[i] as number) >> shift) & mask) * 3;
    out[to] = colours[from] as number;
    out[to + 1] = colours[from + 1] as number;
    out[to + 2] = colours[from + 2] as number;
  }
  return shrunk({ samples: out, width: columns, height: rows, channels: 3 }, shrink);
}

/** A frame of three samples as RGB of 8 bits. @throws PixelError UNSUPPORTED */
export function colourPicture({ description, bytes }: NativeFrame, shrink: number): Picture {
  const { rows, columns, photometricInterpretation: pi } = description;
  const samples = eightBits(bytes, description);
  if (pi === 'YBR_FULL') ybrToRgb(samples);
  else if (pi !== 'RGB') throw unsupported(`colours of ${pi} are not rendered here`, `不支持渲染 ${pi} 颜色`);
  return shrunk({ samples, width: columns, height: rows, channels: 3 }, shrink);
}

/** The most significant eight of the stored bits of each sample, in a copy. */
function eightBits(bytes: Uint8Array, { bitsAllocated, bitsStored, highBit }: PixelDescription): Uint8Array {
  if (bitsAllocated === 8 && bitsStored === 8) return new Uint8Array(bytes);
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  const factor = 255 / (2 ** bitsStored - 1);
  const level = (word: number): number => Math.round(((word << left) >>> right) * factor);
  if (bitsAllocated === 8) return Uint8Array.from(bytes, level);
  if (bitsAllocated === 16) return Uint8Array.from(words(bytes), level);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint8Array.from({ length: bytes.length >> 2 }, (_, i) => level(view.getUint32(i * 4, true)));
}
