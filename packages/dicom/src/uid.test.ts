import { expect, test } from 'vitest';
import { newUid, parseUid } from './uid.ts';

test('a UID of digits and dots is accepted as it is', () => {
  expect(parseUid('1.2.840.10008.5.1.4.1.1.2')).toBe('1.2.840.10008.5.1.4.1.1.2');
});

test('padding at the end is taken off', () => {
  expect(parseUid('1.2.3\0')).toBe('1.2.3');
  expect(parseUid('1.2.3 ')).toBe('1.2.3');
});

test('a leading zero in a component is tolerated', () => {
  expect(parseUid('1.2.03.4')).toBe('1.2.03.4');
});

test('64 characters pass and 65 do not', () => {
  expect(parseUid(`1.${'2'.repeat(62)}`)).not.toBeNull();
  expect(parseUid(`1.${'2'.repeat(63)}`)).toBeNull();
});

test.each(['', ' ', '1..2', '.1', '1.', '1.2a', '1/2', '1.2\\1.3', '../1', '1.2 .3', '１.２'])(
  'the text %j is no UID',
  (text) => {
    expect(parseUid(text)).toBeNull();
  },
);

test('new UIDs are valid, under 2.25 and all different', () => {
  const uids = Array.from({ length: 100 }, newUid);
  for (const uid of uids) expect(parseUid(uid)).toBe(uid);
  expect(uids.every((uid) => uid.startsWith('2.25.'))).toBe(true);
  expect(new Set(uids).size).toBe(100);
});
