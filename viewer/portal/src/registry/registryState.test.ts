import { expect, test } from 'vitest';
import type { RegistryScopeBody } from '@hutong/server/contract/registry';
import { chineseToday, scopeTrees, type ScopeNode } from './registryState.ts';

const scope = (name: string, within: string[] = []): RegistryScopeBody => ({
  name,
  nameEn: '',
  kind: 'city',
  validityMonths: 6,
  within,
  isDefault: false,
});
const shape = (nodes: readonly ScopeNode[]): unknown =>
  nodes.map(({ scope: { name }, children }) => (children.length === 0 ? name : [name, shape(children)]));

test('scopes stand below what they lie within, below each of several', () => {
  const trees = scopeTrees([
    scope('全国'),
    scope('京津冀', ['全国']),
    scope('河北省', ['京津冀', '全国']),
    scope('龙南市'),
  ]);
  expect(shape(trees)).toEqual([['全国', [['京津冀', ['河北省']], '河北省']], '龙南市']);
});

test('a ring in the data ends, and a scope within an unknown one stands at the top', () => {
  expect(shape(scopeTrees([scope('a'), scope('b', ['a', 'c']), scope('c', ['b'])]))).toEqual([
    ['a', [['b', ['c']]]],
  ]);
  expect(shape(scopeTrees([scope('a', ['gone'])]))).toEqual(['a']);
});

test('the day is that of China', () => {
  expect(chineseToday(Date.parse('2026-11-21T15:59:59Z'))).toBe('2026-11-21');
  expect(chineseToday(Date.parse('2026-11-21T16:00:00Z'))).toBe('2026-11-22');
});
