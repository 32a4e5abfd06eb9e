import { expect, test } from 'vitest';
import { searchableValues } from './readValues.ts';
import { searchAttributeTag } from './searchAttribute.ts';

const values = (vr: string, Value: unknown[]): string[] =>
  searchableValues({ '00181000': { vr, Value } }, { id: 1, tag: '00181000', creator: '', vr });

test.each<[string, unknown[], string[]]>([
  ['LO', [' SN 1 ', 'SN 2', 'SN 2', '', null], ['SN 1', 'SN 2']],
  ['UI', ['1.2.3'], ['1.2.3']],
  ['DS', ['1.50', 1.5, '15e-1', 'x', -0], ['1.5', '0']],
  ['US', [512], ['512']],
  ['DA', ['20240105', '2024.01.05', 'soon'], ['20240105']],
  ['TM', ['101530.500'], ['101530.500']],
  ['DT', ['20240105101530.5+0800', 'now'], ['20240105101530.5']],
  ['PN', [{ Alphabetic: 'Li^Wei', Ideographic: '李^伟' }, 'Li'], ['Li^Wei', '李^伟', '李伟']],
  ['LO', ['a\0b\ud800'], ['ab\ufffd']],
  ['LO', ['x'.repeat(5000)], ['x'.repeat(320)]],
  ['LO', Array.from({ length: 5000 }, (_, i) => `v${i}`), Array.from({ length: 100 }, (_, i) => `v${i}`)],
])('values of %s are kept as they are compared', (vr, stored, kept) => {
  expect(values(vr, stored)).toEqual(kept);
});

test('bulk data, other kinds of values and absent attributes have none', () => {
  const key = { id: 1, tag: '00181000', creator: '', vr: 'LO' };
  expect(searchableValues({ '00181000': { vr: 'UN', BulkDataURI: 'x' } }, key)).toEqual([]);
  expect(searchableValues({ '00181000': { vr: 'SQ', Value: [{}] } }, key)).toEqual([]);
  expect(searchableValues({}, key)).toEqual([]);
});

test('a private attribute is found in the block that its creator reserved', () => {
  const tag = searchAttributeTag('00191002', 'ACME 1.0');
  expect(tag).toBe('0019xx02');
  const dataset = {
    '00190010': { vr: 'LO', Value: ['OTHER'] },
    '00190011': { vr: 'LO', Value: ['ACME 1.0'] },
    '00191002': { vr: 'LO', Value: ['wrong'] },
    '00191102': { vr: 'LO', Value: ['right'] },
  };
  expect(searchableValues(dataset, { id: 1, tag, creator: 'ACME 1.0', vr: 'LO' })).toEqual(['right']);
  expect(searchableValues(dataset, { id: 1, tag, creator: 'NOBODY', vr: 'LO' })).toEqual([]);
});
