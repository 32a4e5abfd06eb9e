import { expect, test } from 'vitest';
import { shippedCatalogues } from './catalogue.ts';
import { canonicalJson, readCatalogueDocument } from './catalogueDocument.ts';

type Json = Record<string, unknown>;
/** The default list, as text anew for each use. */
const document = (): Json & { items: Json[]; effective: Json } =>
  structuredClone(shippedCatalogues().find(({ isDefault }) => isDefault)!.document) as never;

test('every list that ships is sound and valid, and exactly one is the default', () => {
  for (const { document: shipped } of shippedCatalogues())
    expect(readCatalogueDocument(shipped).faults).toEqual([]);
  expect(shippedCatalogues().filter(({ isDefault }) => isDefault)).toHaveLength(1);
});

test('a fault is told with its path, in both languages', () => {
  const broken = document();
  broken.items[3]!['category'] = 'PET';
  broken.items[4]!['name'] = { zh: 5 };
  const { catalogue, faults } = readCatalogueDocument(broken);
  expect(catalogue).toBeNull();
  expect(faults.map(({ path }) => path)).toEqual([
    'items[3].category',
    'items[4].name.zh',
    'items[4].name.en',
  ]);
  for (const { text } of faults) {
    expect(text.zh).toMatch(/\p{Script=Han}/u);
    expect(text.en).not.toMatch(/\p{Script=Han}/u);
  }
});

test('an item and a requirement that appear twice are named in both languages', () => {
  const broken = document();
  broken.items.push(structuredClone(broken.items[0]!));
  const [first] = broken.items[1]!['requirements'] as Json[];
  (broken.items[1]!['requirements'] as Json[]).push(structuredClone(first!));
  const { faults } = readCatalogueDocument(broken);
  expect(faults).toMatchObject([
    { path: 'items[1].requirements[4].id', text: { zh: '项目 DR-02 的要求 MOD 出现两次' } },
    { path: 'items[52].code', text: { zh: '项目 DR-01 出现两次', en: 'item DR-01 appears twice' } },
  ]);
});

test('a list that ends before it begins is refused', () => {
  const broken = document();
  broken.effective['until'] = '2023-12-31';
  expect(readCatalogueDocument(broken).faults).toMatchObject([{ path: 'effective.until' }]);
});

test.each([
  ['nothing', null],
  ['a number', 7],
  ['an array', []],
  ['wrong types everywhere', { schemaVersion: '1', id: [], items: {} }],
  ['a key that JavaScript takes for its own', JSON.parse('{"__proto__":{"id":"x"}}')],
  ['such a key deep inside', JSON.parse('{"readings":{"constructor":"x"}}')],
  ['half a character', { id: '\ud800' }],
  ['a NUL', { id: 'a\0' }],
  ['a text without end', { id: 'x'.repeat(20_000) }],
  ['too many values', { items: Array.from({ length: 300_000 }, () => 1) }],
])('%s is refused with a reason', (_what, value) => {
  const { catalogue, faults } = readCatalogueDocument(value);
  expect(catalogue).toBeNull();
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.length).toBeLessThanOrEqual(100);
});

test('nesting without end is refused before anything recurses into it', () => {
  const text = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  expect(readCatalogueDocument(JSON.parse(text)).faults).toMatchObject([{ text: { zh: '嵌套过深' } }]);
});

test('ids and versions that would not stand in an address are refused', () => {
  for (const [key, value] of [
    ['id', 'a/b'],
    ['id', 'a@b'],
    ['version', '1 0'],
    ['version', '../1'],
  ] as const)
    expect(readCatalogueDocument({ ...document(), [key]: value }).faults).toMatchObject([{ path: key }]);
});

test('documents that say the same have the same canonical text, whatever the order of their keys', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe(canonicalJson({ a: [{ c: 2, d: 1 }], b: 1 }));
  expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }));
});
