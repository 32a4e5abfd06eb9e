import type { DicomJson } from '@hutong/dicom';
import { badDescription } from '../pixelError.ts';
import { descriptorOf, entriesOf, type LookUpTable, lookUp, wordsOf } from './lookUpTable.ts';

const DESCRIPTORS = ['00281101', '00281102', '00281103'];
const DATA = ['00281201', '00281202', '00281203'];
const SEGMENTED_DATA = ['00281221', '00281222', '00281223'];

/**
 * Red, green and blue of 8 bits for each value that a word of the pixel data can have (PS3.3 C.7.9).
 *
 * @throws PixelError DESCRIPTION where the palette is missing or incomplete
 */
export function paletteColours(dataset: DicomJson, signed: boolean, words: number): Uint8Array {
  const channels = DESCRIPTORS.map((tag, i): LookUpTable => {
    if (!(tag in dataset)) throw badDescription('the palette of the image is missing', '缺少图像的调色板');
    const descriptor = descriptorOf(dataset, tag, signed);
    const segmented = SEGMENTED_DATA[i] as string;
    const entries =
      segmented in dataset
        ? expanded(wordsOf(dataset, segmented), descriptor.count)
        : entriesOf(dataset, DATA[i] as string, descriptor);
    return { ...descriptor, entries };
  });
  // Some writers put entries of 8 bits into palettes of 16.
  const deep = channels.some(({ bits, entries }) => bits > 8 && entries.some((entry) => entry > 255));
  const out = new Uint8Array(words * 3);
  for (let word = 0; word < words; word++) {
    const value = signed && word >= words / 2 ? word - words : word;
    for (const [c, table] of channels.entries()) {
      const entry = lookUp(table, value);
      out[word * 3 + c] = deep ? entry >> 8 : entry;
    }
  }
  return out;
}

/** Segmented palette data (PS3.3 C.7.9.2) as plain entries. @throws PixelError DESCRIPTION */
function expanded(words: Uint16Array, count: number): Uint16Array {
  const out = new Uint16Array(count);
  let to = 0;
  const bad = (): Error => badDescription('the segmented palette is wrong', '分段调色板错误');

  function segments(start: number, limit: number, nested: boolean): number {
    let at = start;
    for (let done = 0; done < limit && at + 1 < words.length && to < count; done++) {
      const opcode = words[at] as number;
      const length = words[at + 1] as number;
      at += 2;
      if (opcode === 0) {
        if (at + length > words.length) throw bad();
        for (let i = 0; i < length && to < count; i++) out[to++] = words[at + i] as number;
        at += length;
      } else if (opcode === 1) {
        if (to === 0 || at >= words.length) throw bad();
        const from = out[to - 1] as number;
        const end = words[at++] as number;
        for (let i = 1; i <= length && to < count; i++)
          out[to++] = Math.round(from + ((end - from) * i) / length);
      } else if (opcode === 2) {
        // A copy of earlier segments, by their byte offset; one inside another would never end.
        const offset = (((words[at + 1] ?? 0) << 16) | (words[at] ?? 0)) >>> 1;
        if (nested || offset >= at) throw bad();
        at += 2;
        segments(offset, length, true);
      } else {
        throw bad();
      }
    }
    return at;
  }
  segments(0, Infinity, false);
  if (to < count) throw bad();
  return out;
}
