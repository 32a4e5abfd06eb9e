import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBoundary, parseMediaType } from './mediaType.ts';

test('reads quoted, bare and repeated parameters', () => {
  const type = parseMediaType(
    'Multipart/Related; Type="application/dicom"; boundary=a/b=c; boundary=other ; x="q\\"q"',
  );
  expect(type?.type).toBe('multipart/related');
  expect(Object.fromEntries(type!.parameters)).toEqual({
    type: 'application/dicom',
    boundary: 'a/b=c',
    x: 'q"q',
  });
});

test('tolerates a semicolon at the end and refuses what is no media type', () => {
  expect(parseMediaType('application/dicom;')?.type).toBe('application/dicom');
  for (const header of [undefined, '', 'dicom', 'a/b c', 'a/b; x="unclosed', 'a/b; =x']) {
    expect(parseMediaType(header)).toBeNull();
  }
});

test('gives back any boundary that was quoted', () => {
  const boundary = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
    minLength: 1,
    maxLength: 70,
  });
  fc.assert(
    fc.property(boundary, (value) => {
      const quoted = value.replace(/["\\]/g, '\\$&');
      expect(parseMediaType(`multipart/related; boundary="${quoted}"`)?.parameters.get('boundary')).toBe(
        value,
      );
      expect(isBoundary(value)).toBe(!value.endsWith(' '));
    }),
  );
});
