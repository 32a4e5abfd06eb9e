import { expect, test } from 'vitest';
import { doubtfulValue } from './doubtfulValue.ts';

const one = (tag: string, vr: string, ...Value: unknown[]) => ({ [tag]: { vr, Value } });

test.each([
  ['a word as DA', one('00080020', 'DA', 'abc')],
  ['a day that does not exist as DA', one('00080020', 'DA', '20260230')],
  ['an hour beyond 23 as TM', one('00080030', 'TM', '2500')],
  ['a word as DT', one('0008002A', 'DT', 'now')],
  ['a word as DS', one('00180050', 'DS', 'thick')],
  ['more than 16 characters as DS', one('00180050', 'DS', '0.33333333333333333')],
  ['a fraction as IS', one('00200013', 'IS', '1.5')],
  ['what exceeds 32 bits as IS', one('00200013', 'IS', '2147483648')],
  ['a letter as UI', one('00200052', 'UI', '1.2.a')],
  ['years without number as AS', one('00101010', 'AS', 'Y')],
  ['the second of two values', one('00280030', 'DS', '0.5', 'half')],
])('%s is doubtful', (_name, dataset) => {
  expect(doubtfulValue(dataset)).toEqual({ path: Object.keys(dataset)[0], what: 'value' });
});

test.each([
  ['number by text', one('00280010', 'LO', '40')],
  ['name by text', one('00100010', 'LO', 'Zhang')],
  ['sequence by text', one('00081140', 'LO', 'x')],
])('a VR other than that of PS3.6 is doubtful: %s', (_name, dataset) => {
  expect(doubtfulValue(dataset)).toMatchObject({ what: 'vr' });
});

test('the first that is doubtful in the order of tags is told, at any depth', () => {
  const item = { ...one('00081155', 'UI', 'x'), ...one('00081150', 'UI', '1.2') };
  const dataset = {
    ...one('00200013', 'IS', '1.5'),
    '00081140': { vr: 'SQ', Value: [{}, item] },
  };
  expect(doubtfulValue(dataset)).toEqual({ path: '00081140/1/00081155', what: 'value' });
});

test('what devices send is not doubtful', () => {
  const dataset = {
    ...one('00080020', 'DA', '20260401'),
    ...one('00080022', 'DA', '1997.04.24'),
    ...one('00080030', 'TM', '101500.123456'),
    ...one('0008002A', 'DT', '20260401101500.000000+0800'),
    ...one('00080050', 'LO', 'longer than SH may be'),
    ...one('00091001', 'LO', 'private'),
    ...one('00180050', 'DS', ' 1.25E-3', 7, null),
    ...one('00200013', 'IS', '-2147483648', 3, ''),
    ...one('00200052', 'UI', '1.2.3'),
    ...one('00280106', 'SS', -5),
    ...one('00283006', 'OW'),
    '7FE00010': { vr: 'OB', InlineBinary: 'AAAA' },
    '00081140': { vr: 'UN', InlineBinary: 'AAAA' },
  };
  expect(doubtfulValue(dataset)).toBeNull();
});
