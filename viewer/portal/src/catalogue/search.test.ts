import { expect, test } from 'vitest';
import { findItems, type CatalogueItem } from './search.ts';

function item(code: string, category: CatalogueItem['category'], zh: string, en: string): CatalogueItem {
  return {
    code,
    category,
    name: { zh, en },
    text: zh,
    requirements: [
      { id: 'T2', level: 'must', label: { zh: '压脂T2WI', en: 'T2WI fs' }, basis: '', inferred: false },
    ],
  };
}
const ITEMS = [item('CT-01', 'CT', '颅脑平扫', 'Head CT'), item('MR-01', 'MR', '颅脑平扫', 'Brain MRI')];
const codes = (found: CatalogueItem[]): string[] => found.map((each) => each.code);

test('nothing asked finds all, a category its own', () => {
  expect(codes(findItems(ITEMS, null, ' '))).toEqual(['CT-01', 'MR-01']);
  expect(codes(findItems(ITEMS, 'MR', ''))).toEqual(['MR-01']);
});

test('every word must be found, in either language, whatever its case', () => {
  expect(codes(findItems(ITEMS, null, '颅脑 brain'))).toEqual(['MR-01']);
  expect(codes(findItems(ITEMS, null, 'ct-01'))).toEqual(['CT-01']);
  expect(codes(findItems(ITEMS, null, '压脂 肺'))).toEqual([]);
});
