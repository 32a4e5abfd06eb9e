import { expect, test } from 'vitest';
import { readPart10 } from './part10Reader.ts';
import { pixelElement } from './pixelElement.ts';
import { element, encapsulated, part10Object, type TestEncoding } from './testObjects.ts';
import { TRANSFER_SYNTAXES } from './transferSyntaxes.ts';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const BIG_ENDIAN = TRANSFER_SYNTAXES.explicitVrBigEndian.uid;
const IMPLICIT = TRANSFER_SYNTAXES.implicitVrLittleEndian.uid;
const JPEG_LS = TRANSFER_SYNTAXES.jpegLsLossless.uid;

function elementOf(transferSyntaxUid: string, pixels: Buffer, encoding: TestEncoding = {}) {
  const bytes = Buffer.from(part10Object({ transferSyntaxUid, ...encoding, after: [pixels] }));
  const { pixelData } = readPart10(bytes);
  const { element: found, start } = pixelElement(
    bytes.subarray(0, pixelData?.value.offset),
    transferSyntaxUid,
  );
  expect(start).toBe(bytes.length - pixels.length);
  return found;
}

const value = Buffer.alloc(16);

test.each([
  ['7FE00010', 'OW'],
  ['7FE00010', 'OB'],
  ['7FE00008', 'OF'],
  ['7FE00009', 'OD'],
])('%s of VR %s is told by the header before its value', (tag, vr) => {
  expect(elementOf(EXPLICIT, element(tag, vr, value))).toEqual({ tag, vr, bigEndian: false });
  const big = { bigEndian: true };
  expect(elementOf(BIG_ENDIAN, element(tag, vr, value, big), big)).toEqual({ tag, vr, bigEndian: true });
});

test('implicit pixel data has the VR of the registry', () => {
  const implicit = { explicit: false };
  const float = elementOf(IMPLICIT, element('7FE00008', 'OF', value, implicit), implicit);
  expect(float).toEqual({ tag: '7FE00008', vr: 'OF', bigEndian: false });
  const integer = elementOf(IMPLICIT, element('7FE00010', 'OW', value, implicit), implicit);
  expect(integer).toEqual({ tag: '7FE00010', vr: 'OW', bigEndian: false });
});

test('an object that declares another byte order than it has is read by the one it has', () => {
  const big = { bigEndian: true };
  expect(elementOf(EXPLICIT, element('7FE00010', 'OW', value, big), big).bigEndian).toBe(true);
});

test('a value of VR UN is little endian in a big-endian dataset', () => {
  const big = { bigEndian: true };
  expect(elementOf(BIG_ENDIAN, element('7FE00010', 'UN', value, big), big)).toEqual({
    tag: '7FE00010',
    vr: 'OW',
    bigEndian: false,
  });
});

test('encapsulated pixel data is of VR OB, and bytes that end elsewhere are refused', () => {
  const bytes = Buffer.from(
    part10Object({ transferSyntaxUid: JPEG_LS, after: [encapsulated([Buffer.from('ab')])] }),
  );
  const { pixelData } = readPart10(bytes);
  const head = bytes.subarray(0, pixelData?.value.offset);
  expect(pixelElement(head, JPEG_LS).element).toEqual({ tag: '7FE00010', vr: 'OB', bigEndian: false });
  expect(() => pixelElement(head.subarray(0, -2), JPEG_LS)).toThrow(
    expect.objectContaining({ code: 'MALFORMED' }),
  );
});
