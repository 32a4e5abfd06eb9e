import { expect, test } from 'vitest';
import { isLevelText, levelOf, levelRank, levelText } from './level.ts';

test.each([
  ['三级甲等', 3, '甲'],
  ['三甲', 3, '甲'],
  [' 三级乙等 ', 3, '乙'],
  ['三级特等', 3, '特'],
  ['二级甲等医院', 2, '甲'],
  ['二级', 2, null],
  ['二级未定等', 2, null],
  ['一级', 1, null],
  ['一级丙等', 1, '丙'],
  ['3级甲等', 3, '甲'],
  ['Ⅱ级乙等', 2, '乙'],
] as const)('%s is of tier %i and grade %s', (text, tier, grade) => {
  expect(levelOf(text)).toEqual({ tier, grade });
  expect(isLevelText(text)).toBe(true);
});

test.each(['未定级', '社区卫生服务中心', '乡镇卫生院', ''])('"%s" is no level, and may stand', (text) => {
  expect(levelOf(text)).toBeNull();
  expect(isLevelText(text)).toBe(true);
});

test.each(['二级特等', '四级甲等', '甲等', '三级丁等', '很好', '三级甲等三级甲等'])(
  '"%s" names none, and is refused',
  (text) => {
    expect(levelOf(text)).toBeNull();
    expect(isLevelText(text)).toBe(false);
  },
);

test('levels are written the same however they were given', () => {
  expect(['三甲', '3级甲等', '二级', '社区卫生服务中心 '].map(levelText)).toEqual([
    '三级甲等',
    '三级甲等',
    '二级',
    '社区卫生服务中心',
  ]);
});

test('S1: institutions of 二级甲等 and above can be told by order', () => {
  const rank = (text: string) => levelRank(levelOf(text));
  const sorted = [
    '',
    '一级',
    '一级丙等',
    '一级甲等',
    '二级',
    '二级丙等',
    '二级乙等',
    '二级甲等',
    '三级',
    '三级丙等',
    '三级甲等',
    '三级特等',
  ];
  expect(sorted.map(rank)).toEqual(sorted.map(rank).toSorted((a, b) => a - b));
  expect(new Set(sorted.map(rank)).size).toBe(sorted.length);
});
