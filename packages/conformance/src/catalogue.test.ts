import { expect, test } from 'vitest';
import { defaultCatalogue, parseCatalogue } from './catalogue.ts';
import { LEXICON } from './lexicon.ts';

test('the list has 7 DR, 21 CT and 24 MR items', () => {
  const { items } = defaultCatalogue();
  const count = (category: string): number => items.filter((item) => item.category === category).length;
  expect([count('DR'), count('CT'), count('MR'), items.length]).toEqual([7, 21, 24, 52]);
});

test('every item is selected by regions that the lexicon knows', () => {
  const known = new Set(LEXICON.regions.map((region) => region.id));
  for (const item of defaultCatalogue().items)
    expect(
      item.selector.regions.filter((region) => !known.has(region)),
      item.code,
    ).toEqual([]);
});

test('no two items are selected by the same region and technique', () => {
  const keys = defaultCatalogue().items.flatMap((item) =>
    item.selector.regions.map(
      (region) => `${item.category} ${item.modality.join()} ${region} ${item.selector.technique}`,
    ),
  );
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test('an item whose requirement demands nothing is refused', () => {
  const broken = structuredClone(defaultCatalogue());
  broken.items[0]!.requirements[0]!.expr = {};
  expect(() => parseCatalogue(broken)).toThrow(/must demand something/);
});

test('an item code that appears twice is refused', () => {
  const catalogue = structuredClone(defaultCatalogue());
  catalogue.items.push(catalogue.items[0]!);
  expect(() => parseCatalogue(catalogue)).toThrow(/DR-01 appears twice/);
});

test('an unknown key is refused, so that a misspelt rule cannot be overlooked', () => {
  expect(() => parseCatalogue({ ...defaultCatalogue(), extra: 1 })).toThrow(/extra/);
});
