import type { PublicationBody } from '@hutong/server/contract/publication';
import { expect, test } from 'vitest';
import { grouped, standings } from './arrange.ts';

const qualified = (code: string) => ({
  code,
  evaluatedAt: '2026-01-01',
  validUntil: '2026-06-30',
  centre: null,
  suspended: false,
});
const body: PublicationBody = {
  region: '龙南市',
  asOf: '2026-02-01',
  scopes: [
    {
      name: '龙南市',
      nameEn: 'Longnan',
      kind: 'city',
      within: [],
      label: '龙南市HR',
      items: [
        {
          code: 'CT-01',
          name: { zh: '颅脑CT平扫', en: 'Head CT' },
          category: 'CT',
          hospitals: [qualified('a'), qualified('b')],
        },
        {
          code: 'MR-01',
          name: { zh: '颅脑MRI', en: 'Brain MR' },
          category: 'MR',
          hospitals: [qualified('b')],
        },
      ],
    },
  ],
  hospitals: [
    { code: 'a', name: { zh: '第一医院', en: 'First' }, level: '三级甲等' },
    { code: 'b', name: { zh: '中医院', en: 'Second' }, level: '二级甲等' },
  ],
  centres: [],
};
const found = (text: string) =>
  standings(body, text).map(({ item, hospital }) => `${item.code} ${hospital.code}`);

test('what is looked for may be a part of any name or code, and all of it has to be there', () => {
  expect(found('')).toEqual(['CT-01 a', 'CT-01 b', 'MR-01 b']);
  expect(found('中医院')).toEqual(['CT-01 b', 'MR-01 b']);
  expect(found('head 二级')).toEqual(['CT-01 b']);
  expect(found('ct-01 LONGNAN first')).toEqual(['CT-01 a']);
  expect(found('nothing')).toEqual([]);
});

test('lines stand under what they have in common', () => {
  const byHospital = grouped(standings(body, ''), ({ hospital }) => hospital.code);
  expect(byHospital.map((lines) => lines.map(({ item }) => item.code))).toEqual([
    ['CT-01'],
    ['CT-01', 'MR-01'],
  ]);
});
