import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { frameRanges } from './frames.ts';
import { readPart10 } from './part10Reader.ts';
import {
  element,
  encapsulated,
  imageElements,
  item,
  longs,
  openItem,
  openSequence,
  part10Object,
  shorts,
} from './testObjects.ts';
import type { PixelDataLayout } from './types.ts';

const JPEG = '1.2.840.10008.1.2.4.50';

/** A fragment of a JPEG codestream, its first or a later one. */
const fragment = (fill: number, length: number, first = true): Buffer =>
  Buffer.concat([
    Buffer.from(first ? [0xff, 0xd8, 0xff, 0xe0] : [fill]),
    Buffer.alloc(length - (first ? 4 : 1), fill),
  ]);

function frame(bytes: Buffer, layout: PixelDataLayout, frameNumber: number): Buffer {
  const ranges = frameRanges(layout, frameNumber);
  return Buffer.concat(ranges.map(({ offset, length }) => bytes.subarray(offset, offset + length)));
}

function compressed(
  frames: number,
  pixels: Uint8Array[],
): { bytes: Buffer; layout: PixelDataLayout; codes: string[] } {
  const bytes = part10Object({ transferSyntaxUid: JPEG, after: [imageElements(frames), ...pixels] });
  const { pixelData, warnings } = readPart10(bytes);
  if (pixelData === null) throw new Error('no pixel data');
  return { bytes, layout: pixelData, codes: warnings.map(({ code }) => code) };
}

test('native frames are cut by their length', () => {
  const bytes = part10Object({
    after: [imageElements(3), element('7FE00010', 'OW', shorts([...Array(12).keys()]))],
  });
  const { pixelData, dataset, bulkData } = readPart10(bytes);
  expect(pixelData).toMatchObject({ encapsulated: false, numberOfFrames: 3, frameLength: 8 });
  expect(dataset['7FE00010']).toEqual({ vr: 'OW', BulkDataURI: '7FE00010' });
  expect(bulkData['7FE00010']).toEqual(pixelData!.value);
  expect(frame(bytes, pixelData!, 1)).toEqual(shorts([0, 1, 2, 3]));
  expect(frame(bytes, pixelData!, 3)).toEqual(shorts([8, 9, 10, 11]));
});

test.each([
  ['7FE00008', 'OF', 4],
  ['7FE00009', 'OD', 8],
])('floating-point pixels in %s have their own width', (tag, vr, bytesPerPixel) => {
  const bytes = part10Object({
    after: [imageElements(2), element(tag, vr, Buffer.alloc(2 * 4 * bytesPerPixel))],
  });
  expect(readPart10(bytes).pixelData).toMatchObject({ frameLength: 4 * bytesPerPixel, numberOfFrames: 2 });
});

test('a frame number out of range is an error', () => {
  const bytes = part10Object({ after: [imageElements(1), element('7FE00010', 'OW', Buffer.alloc(8))] });
  const { pixelData } = readPart10(bytes);
  for (const wrong of [0, 2, -1, 1.5, NaN]) expect(() => frameRanges(pixelData!, wrong)).toThrow(RangeError);
});

test('frames of single bits are cut only where they end on a byte', () => {
  const build = (rows: number): Buffer =>
    part10Object({
      after: [
        element('00280008', 'IS', '2'),
        element('00280010', 'US', shorts([rows])),
        element('00280011', 'US', shorts([4])),
        element('00280100', 'US', shorts([1])),
        element('7FE00010', 'OB', Buffer.alloc(4)),
      ],
    });
  expect(readPart10(build(4)).pixelData).toMatchObject({ frameLength: 2 });
  expect(readPart10(build(3)).pixelData?.undividedReason).toContain('byte');
  expect(() => frameRanges(readPart10(build(3)).pixelData!, 1)).toThrow('cannot be told apart');
});

test('native pixel data too short for its frames is kept undivided', () => {
  const bytes = part10Object({ after: [imageElements(3), element('7FE00010', 'OW', Buffer.alloc(20))] });
  const { pixelData, warnings } = readPart10(bytes);
  expect(pixelData?.undividedReason).toContain('24');
  expect(warnings).toEqual([{ code: 'PIXEL_DATA_LENGTH', tag: '7FE00010' }]);
});

test.each([
  ['Rows of zero', element('00280010', 'US', shorts([0]))],
  ['negative Rows', element('00280010', 'SS', shorts([0xfffe]))],
  ['Rows that are text', element('00280010', 'LO', 'two')],
])('%s give no frame length', (_name, rows) => {
  const others = [element('00280011', 'SS', shorts([0xfffe])), element('00280100', 'US', shorts([16]))];
  const { pixelData } = readPart10(
    part10Object({ after: [rows, ...others, element('7FE00010', 'OW', Buffer.alloc(8))] }),
  );
  expect(pixelData?.frameLength).toBeUndefined();
  expect(pixelData?.undividedReason).toContain('Rows');
});

test('one frame may lie in several fragments', () => {
  const parts = [fragment(1, 10), fragment(2, 6, false), fragment(3, 8, false)];
  const { bytes, layout } = compressed(1, [encapsulated(parts)]);
  expect(layout.encapsulated).toBe(true);
  expect(frame(bytes, layout, 1)).toEqual(Buffer.concat(parts));
  expect(bytes.subarray(layout.value.offset, layout.value.offset + 4).toString('hex')).toBe('feff00e0');
  expect(layout.value.offset + layout.value.length).toBe(bytes.length);
});

test('as many fragments as frames need no offset table', () => {
  const parts = [fragment(1, 10, false), fragment(2, 6, false)];
  const { bytes, layout, codes } = compressed(2, [encapsulated(parts)]);
  expect(frame(bytes, layout, 2)).toEqual(parts[1]);
  expect(codes).toEqual([]);
});

test('the Basic Offset Table assigns fragments to frames', () => {
  const parts = [fragment(1, 10, false), fragment(2, 6, false), fragment(3, 8, false)];
  const { bytes, layout, codes } = compressed(2, [encapsulated(parts, [0, 18])]);
  expect(frame(bytes, layout, 1)).toEqual(parts[0]);
  expect(frame(bytes, layout, 2)).toEqual(Buffer.concat([parts[1]!, parts[2]!]));
  expect(codes).toEqual([]);
});

test('the Extended Offset Table assigns fragments to frames', () => {
  const parts = [fragment(1, 10, false), fragment(2, 6, false), fragment(3, 8, false)];
  const tables = [element('7FE00001', 'OV', longs([0, 18])), element('7FE00002', 'OV', longs([10, 22]))];
  const { bytes, layout } = compressed(2, [...tables, encapsulated(parts)]);
  expect(frame(bytes, layout, 2)).toEqual(Buffer.concat([parts[1]!, parts[2]!]));
});

test('a large Extended Offset Table is used though its value stays a reference', () => {
  const parts = Array.from({ length: 300 }, (_, index) => fragment(index % 200, 6, false));
  const table = element('7FE00001', 'OV', longs(parts.map((_, index) => index * 14)));
  const { bytes, layout } = compressed(300, [table, encapsulated(parts)]);
  expect(readPart10(bytes).dataset['7FE00001']).toEqual({ vr: 'OV', BulkDataURI: '7FE00001' });
  expect(frame(bytes, layout, 300)).toEqual(parts[299]);
});

test('a wrong offset table is passed over with a warning', () => {
  const parts = [fragment(1, 10), fragment(2, 6), fragment(3, 8, false)];
  const { bytes, layout, codes } = compressed(2, [encapsulated(parts, [0, 17])]);
  expect(codes).toEqual(['INVALID_OFFSET_TABLE']);
  expect(frame(bytes, layout, 1)).toEqual(parts[0]);
  expect(frame(bytes, layout, 2)).toEqual(Buffer.concat([parts[1]!, parts[2]!]));
});

test('without a table the first markers of codestreams tell frames apart', () => {
  const parts = [fragment(1, 10), fragment(2, 6, false), fragment(3, 8), fragment(4, 4, false)];
  const { bytes, layout } = compressed(2, [encapsulated(parts)]);
  expect(frame(bytes, layout, 2)).toEqual(Buffer.concat([parts[2]!, parts[3]!]));
});

test('fragments that fit no frames are kept undivided', () => {
  const parts = [fragment(1, 10, false), fragment(2, 6, false), fragment(3, 8, false)];
  const { layout } = compressed(2, [encapsulated(parts)]);
  expect(layout.undividedReason).toContain('3 fragments');
  expect(layout.frames).toBeUndefined();
});

test('a video stream is not cut into frames', () => {
  const bytes = part10Object({
    transferSyntaxUid: '1.2.840.10008.1.2.4.102',
    after: [imageElements(50), encapsulated([fragment(1, 500, false)])],
  });
  expect(readPart10(bytes).pixelData?.undividedReason).toContain('video');
});

test('attributes after the pixel data are read', () => {
  const after = [imageElements(1), encapsulated([fragment(1, 10)]), element('FFFAFFFA', 'SQ')];
  expect(readPart10(part10Object({ transferSyntaxUid: JPEG, after })).dataset['FFFAFFFA']).toEqual({
    vr: 'SQ',
  });
});

test('pixel data of an icon is bulk data, not the pixel data of the instance', () => {
  const icon = openSequence('00880200', [openItem(encapsulated([fragment(1, 10)]))]);
  const { pixelData, bulkData } = readPart10(part10Object({ transferSyntaxUid: JPEG, after: [icon] }));
  expect(pixelData).toBeNull();
  expect(Object.keys(bulkData)).toEqual(['00880200/0/7FE00010']);
});

test('a forgotten delimiter after a complete codestream is tolerated, a cut codestream is not', () => {
  const eoi = Buffer.concat([fragment(1, 10), Buffer.from([0xff, 0xd9])]);
  const whole = compressed(1, [encapsulated([eoi]).subarray(0, -8)]);
  expect(whole.codes).toEqual(['MISSING_DELIMITER']);
  expect(frame(whole.bytes, whole.layout, 1)).toEqual(eoi);
  expect(() => compressed(1, [encapsulated([fragment(1, 10)]).subarray(0, -8)])).toThrow('The input ends');
  expect(() => compressed(2, [encapsulated([eoi]).subarray(0, -8)])).toThrow('The input ends');
});

test('what follows damaged fragments is not read as attributes', () => {
  const broken = [
    element('7FE00010', 'OB', '', { length: 0xffffffff }),
    item(),
    Buffer.from('garbage follows here'),
  ];
  const { layout, codes } = compressed(1, broken);
  expect(layout.undividedReason).toContain('damaged');
  expect(codes).toEqual(['MALFORMED_SEQUENCE']);
});
