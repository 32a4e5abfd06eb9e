import { expect, test } from 'vitest';
import { en } from '../i18n/en.ts';
import { zh } from '../i18n/zh.ts';
import {
  formatAge,
  formatCount,
  formatDay,
  formatExam,
  formatInstant,
  formatMm,
  formatStudyTime,
} from './format.ts';

const pickZh = (both: { zh: string; en: string }): string => both.zh;

test('an age is written in the unit people use', () => {
  expect(formatAge({ value: 56, unit: 'Y' }, zh, 'zh')).toBe('56岁');
  expect(formatAge({ value: 7, unit: 'M' }, zh, 'zh')).toBe('7月');
  expect(formatAge({ value: 12, unit: 'D' }, zh, 'zh')).toBe('12天');
  expect(formatAge({ value: 56, unit: 'Y' }, en, 'en')).toBe('56 y');
});

test('an unknown age is left out, and a newborn is 0 days old', () => {
  expect(formatAge(null, zh, 'zh')).toBe('');
  expect(formatAge({ value: 0, unit: 'D' }, zh, 'zh')).toBe('0天');
});

test('a study time without its hour shows the date, and without its date shows nothing', () => {
  expect(formatStudyTime('2026-11-21', '14:05')).toBe('2026-11-21 14:05');
  expect(formatStudyTime('2026-11-21', '')).toBe('2026-11-21');
  expect(formatStudyTime('', '14:05')).toBe('');
});

test('days and instants are local and padded', () => {
  expect(formatDay(new Date(2026, 0, 5))).toBe('2026-01-05');
  expect(formatInstant(new Date(2026, 10, 21, 9, 5).toISOString())).toBe('2026-11-21 09:05');
  expect(formatInstant('not an instant')).toBe('');
});

test('counts are grouped by three and millimetres lose float noise', () => {
  expect(formatCount(7)).toBe('7');
  expect(formatCount(1234567)).toBe('1,234,567');
  expect(formatMm(0.625)).toBe('0.63');
  expect(formatMm(4.999999)).toBe('5');
});

test('the exam is named by its list items, else by its description, else said to be unnamed', () => {
  const item = (
    name: string,
  ): {
    code: string;
    name: { zh: string; en: string };
    verdict: 'PASS';
    summary: { zh: string; en: string };
    decided: boolean;
    stale: boolean;
  } => ({
    code: 'CT-07',
    name: { zh: name, en: 'x' },
    verdict: 'PASS',
    summary: { zh: '', en: '' },
    decided: false,
    stale: false,
  });
  expect(
    formatExam({ items: [item('胸部CT平扫'), item('腹部CT平扫')], description: 'd' }, pickZh, zh).text,
  ).toBe('胸部CT平扫 · 腹部CT平扫');
  expect(formatExam({ items: [], description: ' Chest ' }, pickZh, zh)).toEqual({
    text: 'Chest',
    known: true,
  });
  expect(formatExam({ items: [], description: '' }, pickZh, zh)).toEqual({
    text: '未填写检查名称',
    known: false,
  });
});
