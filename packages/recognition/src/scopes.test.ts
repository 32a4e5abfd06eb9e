import { expect, test } from 'vitest';
import { scopesAround, wouldCycle } from './scopes.ts';

const WITHIN = [
  { scope: '廊坊市', within: '河北省' },
  { scope: '河北省', within: '京津冀' },
  { scope: '北京市', within: '京津冀' },
  { scope: '河北省', within: '全国' },
  { scope: '京津冀', within: '全国' },
];

test('domain: scopes form a hierarchy that may cross provinces', () => {
  expect(scopesAround(WITHIN, ['廊坊市']).sort()).toEqual(['京津冀', '全国', '廊坊市', '河北省'].sort());
  expect(scopesAround(WITHIN, ['北京市'])).toEqual(['北京市', '京津冀', '全国']);
});

test('what lies around is not taken part in by what lies beside', () => {
  expect(scopesAround(WITHIN, ['北京市'])).not.toContain('河北省');
  expect(scopesAround(WITHIN, ['京津冀'])).toEqual(['京津冀', '全国']);
});

test('a scope of which nothing is known is itself alone', () => {
  expect(scopesAround(WITHIN, ['龙南市'])).toEqual(['龙南市']);
  expect(scopesAround(WITHIN, [])).toEqual([]);
});

test('a cycle in the data ends nothing, and a new one is seen before', () => {
  const cyclic = [...WITHIN, { scope: '全国', within: '廊坊市' }];
  expect(scopesAround(cyclic, ['全国'])).toContain('河北省');
  expect(wouldCycle(WITHIN, { scope: '全国', within: '廊坊市' })).toBe(true);
  expect(wouldCycle(WITHIN, { scope: '全国', within: '全国' })).toBe(true);
  expect(wouldCycle(WITHIN, { scope: '天津市', within: '京津冀' })).toBe(false);
});
