import { expect, test } from 'vitest';
import { findPickable, type PickableItem } from './itemSearch.ts';
import { pinyinOf } from './pinyin.ts';

const item = (code: string, zh: string, en: string): PickableItem => ({
  code,
  category: code.slice(0, 2) as PickableItem['category'],
  name: { zh, en },
});
const ITEMS = [
  item('CT-01', '头颅CT平扫', 'Head CT, plain'),
  item('CT-10', '头颈部CTA', 'Head and neck CTA'),
  item('MR-01', '颅脑MRI平扫', 'Brain MRI, plain'),
  item('MR-02', '颅脑MRI平扫+增强', 'Brain MRI, plain and enhanced'),
];
const codes = (typed: string): string[] => findPickable(ITEMS, typed).map(({ code }) => code);

test('names read as full pinyin and as initials, Latin letters stay', () => {
  expect(pinyinOf('颅脑MRI平扫')).toEqual({ full: 'lunaomripingsao', initials: 'lnmrips' });
});

test('nothing typed finds all in the list’s own order', () => {
  expect(codes('  ')).toEqual(['CT-01', 'CT-10', 'MR-01', 'MR-02']);
});

test('items are found by code with and without its hyphen', () => {
  expect(codes('mr01')).toEqual(['MR-01']);
  expect(codes('CT-10')).toEqual(['CT-10']);
});

test('items are found by initials, full pinyin, Chinese and English', () => {
  expect(codes('lnmrips')).toEqual(['MR-01', 'MR-02']);
  expect(codes('toulu')).toEqual(['CT-01']);
  expect(codes('颅脑 增强')).toEqual(['MR-02']);
  expect(codes('brain enhanced')).toEqual(['MR-02']);
  expect(codes('肝')).toEqual([]);
});

test('what begins so comes before what only holds it', () => {
  expect(codes('颅')).toEqual(['MR-01', 'MR-02', 'CT-01']);
});
