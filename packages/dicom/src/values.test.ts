import { Buffer } from 'node:buffer';
import { beforeEach, expect, test } from 'vitest';
import type { Vr } from './attributes.ts';
import { DEFAULT_CHARACTER_SET } from './characterSets.ts';
import type { DicomJsonAttribute } from './types.ts';
import { toJsonAttribute } from './values.ts';

let warned: string[] = [];
beforeEach(() => {
  warned = [];
});

const json = (vr: Vr, value: string | number[], bigEndian = false): DicomJsonAttribute =>
  toJsonAttribute(vr, typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value), {
    bigEndian,
    characterSet: DEFAULT_CHARACTER_SET,
    decimalsAsWritten: false,
    onDoubtfulText: () => undefined,
    warn: (code) => warned.push(code),
  });

test('an empty value has no Value', () => {
  for (const vr of ['LO', 'PN', 'US', 'OB', 'DS', 'UI'] as const) expect(json(vr, '')).toEqual({ vr });
  expect(json('LO', '    ')).toEqual({ vr: 'LO' });
});

test.each<[Vr, string, unknown[]]>([
  ['CS', 'ORIGINAL\\PRIMARY\\AXIAL ', ['ORIGINAL', 'PRIMARY', 'AXIAL']],
  ['CS', 'A\\\\B', ['A', null, 'B']],
  ['LO', ' CHEST ', ['CHEST']],
  ['LO', 'A\\B', ['A', 'B']],
  ['LT', ' A\\B  ', [' A\\B']],
  // Line ends and ideographic spaces are text; only U+0020 pads.
  ['LT', 'A\r\n', ['A\r\n']],
  ['LO', ' A\n', ['A\n']],
  ['ST', 'A\\B', ['A\\B']],
  ['UT', 'A\\B', ['A\\B']],
  ['UR', 'http://a/b\\c', ['http://a/b\\c']],
  ['UC', ' A\\B ', [' A', 'B']],
  ['UI', '1.2.3\0', ['1.2.3']],
  ['SH', 'AB\0garbage', ['AB']],
  ['IS', ' 12 \\-3', [12, -3]],
  ['IS', '12345678901234567890', ['12345678901234567890']],
  ['DS', '1.50\\ -2E-3\\.5', [1.5, -0.002, 0.5]],
  ['DS', '1,5\\abc\\', ['1,5', 'abc', null]],
  ['DS', '1e999', ['1e999']],
])('%s %j becomes %j', (vr, value, expected) => {
  expect(json(vr, value)).toEqual({ vr, Value: expected });
});

test('person names have the groups that are there', () => {
  expect(json('PN', 'Yamada^Tarou=XX^YY=zz ')).toEqual({
    vr: 'PN',
    Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: 'XX^YY', Phonetic: 'zz' }],
  });
  expect(json('PN', '=XX')).toEqual({ vr: 'PN', Value: [{ Ideographic: 'XX' }] });
  expect(json('PN', 'A\\\\B')).toEqual({ vr: 'PN', Value: [{ Alphabetic: 'A' }, null, { Alphabetic: 'B' }] });
  expect(json('PN', '==')).toEqual({ vr: 'PN' });
});

test.each<[Vr, number[], unknown[]]>([
  ['US', [1, 0, 0xff, 0xff], [1, 65535]],
  ['SS', [0xff, 0xff], [-1]],
  ['UL', [0xff, 0xff, 0xff, 0xff], [4294967295]],
  ['SL', [0xfe, 0xff, 0xff, 0xff], [-2]],
  ['FL', [0, 0, 0xc0, 0x3f], [1.5]],
  ['FL', [0, 0, 0xc0, 0x7f, 0, 0, 0x80, 0x7f, 0, 0, 0x80, 0xff], ['NaN', 'inf', '-inf']],
  ['FD', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], [1.5]],
  ['AT', [0x10, 0, 0x20, 0xab], ['0010AB20']],
  ['UV', [1, 0, 0, 0, 0, 0, 0, 0], [1]],
  ['UV', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], ['18446744073709551615']],
  ['SV', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-1]],
  ['US', [7, 0, 9], [7]],
])('%s of bytes %j becomes %j', (vr, bytes, expected) => {
  expect(json(vr, bytes)).toEqual({ vr, Value: expected });
});

test('big endian numbers are read, and binary words turned to little endian', () => {
  expect(json('US', [0, 1], true)).toEqual({ vr: 'US', Value: [1] });
  expect(json('AT', [0, 0x10, 0, 0x20], true)).toEqual({ vr: 'AT', Value: ['00100020'] });
  expect(json('OW', [1, 2], true).InlineBinary).toBe(Buffer.from([2, 1]).toString('base64'));
  expect(json('OB', [1, 2], true).InlineBinary).toBe(Buffer.from([1, 2]).toString('base64'));
});

test('a long number that is none is refused at once', () => {
  const digits = `${'1'.repeat(60_000)}x`;
  expect(json('DS', digits)).toEqual({ vr: 'DS', Value: [digits] });
});

test('no text keeps a NUL', () => {
  expect(JSON.stringify(json('LT', 'A\0B\\C\0'))).not.toContain('u0000');
});

test('a NUL inside a person name cuts nothing off', () => {
  expect(json('PN', 'A\0B^C=\0D\0\\E \0')).toEqual({
    vr: 'PN',
    Value: [{ Alphabetic: 'AB^C', Ideographic: 'D' }, { Alphabetic: 'E' }],
  });
  expect(warned).toEqual(['NUL_IN_TEXT']);
});

test.each<[Vr, string]>([
  ['LO', 'AB\0garbage'],
  ['LT', 'A\\B\0 C'],
  ['UI', '1.2\0.3'],
])('%s with text behind a NUL is warned of', (vr, value) => {
  json(vr, value);
  expect(warned).toEqual(['NUL_IN_TEXT']);
});

test.each<[Vr, string]>([
  ['UI', '1.2.3\0'],
  ['UI', '1.2\0\\1.3\0'],
  ['LO', 'A\0 \0 '],
  ['PN', 'A^B\0\0'],
])('%s padded with NULs is not warned of', (vr, value) => {
  json(vr, value);
  expect(warned).toEqual([]);
});
