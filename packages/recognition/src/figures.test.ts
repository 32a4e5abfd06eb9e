import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonicalJson,
  compareFigures,
  type DecisionFact,
  decidedOf,
  FIGURE_DEFINITIONS,
  FIGURE_NAMES,
  fenPerPerson,
  type ItemPrice,
  priceOf,
  REASON_CODES,
  reasonsOf,
} from './index.ts';

const aFact = (fact: Partial<DecisionFact> = {}): DecisionFact => ({
  kind: 'recognised',
  day: '2026-10-05',
  hospital: 'a',
  department: '骨科',
  issuingHospital: 'b',
  itemCode: 'CT-05',
  reasonCode: '',
  person: 'p1',
  linked: true,
  cited: false,
  fromReminder: true,
  repeated: false,
  windowOpen: false,
  priceFen: 18_000,
  ...fact,
});

const aPrice = (price: Partial<ItemPrice> = {}): ItemPrice => ({
  id: 1,
  region: '',
  itemCode: 'CT-05',
  level: '',
  amountFen: 18_000,
  validFrom: '2026-01-01',
  ...price,
});

const few = (...values: string[]) => fc.constantFrom(...values);
const facts = fc.array(
  fc
    .record({
      kind: fc.constantFrom('recognised' as const, 'examinedAgain' as const, 'withdrawn' as const),
      day: few('2026-10-01', '2026-10-02'),
      hospital: few('a', 'b'),
      department: few('', '骨科', '内科'),
      issuingHospital: few('c', 'd'),
      itemCode: few('CT-01', 'CT-02', 'MR-01'),
      reason: fc.constantFrom(...REASON_CODES),
      person: few('p1', 'p2', 'p3', 'p4'),
      linked: fc.boolean(),
      cited: fc.boolean(),
      fromReminder: fc.boolean(),
      repeated: fc.boolean(),
      windowOpen: fc.boolean(),
      priceFen: fc.option(fc.integer({ min: 0, max: 100_000 })),
    })
    .map(({ reason, ...fact }): DecisionFact => ({
      ...fact,
      reasonCode: fact.kind === 'examinedAgain' ? reason : '',
    })),
  { maxLength: 60 },
);

/** The same figures in the plainest way: one after the other, with lists instead of sets. */
function countedByHand(given: readonly DecisionFact[]) {
  const distinct: { times: string[]; people: string[]; savedPeople: string[] } = {
    times: [],
    people: [],
    savedPeople: [],
  };
  const note = (list: string[], value: string): void => {
    if (!list.includes(value)) list.push(value);
  };
  const sums = { recognised: 0, again: 0, cited: 0, saved: 0, fen: 0, repeated: 0, lost: 0, unpriced: 0 };
  for (const fact of given) {
    if (fact.kind === 'examinedAgain') sums.again += 1;
    if (fact.kind !== 'recognised') continue;
    sums.recognised += 1;
    note(distinct.times, JSON.stringify([fact.hospital, fact.day, fact.person]));
    note(distinct.people, fact.person);
    if (fact.cited) sums.cited += 1;
    if (fact.priceFen === null) sums.unpriced += 1;
    if (fact.repeated) {
      sums.repeated += 1;
      sums.lost += fact.priceFen ?? 0;
    } else if (fact.priceFen !== null) {
      sums.saved += 1;
      sums.fen += fact.priceFen;
      note(distinct.savedPeople, fact.person);
    }
  }
  return {
    ...sums,
    times: distinct.times.length,
    people: distinct.people.length,
    savedPeople: distinct.savedPeople.length,
  };
}

test('S2: CNY 1.322 M for 21,254 persons are CNY 62.2 a person', () => {
  expect(fenPerPerson(132_200_000, 21_254)).toBe(6220);
  expect(fenPerPerson(132_200_000, 0)).toBeNull();
});

test('S2: what was saved is the sum, over recognised items, of what the insurance pays for each', () => {
  const { recognised, savings } = decidedOf([
    aFact({ person: 'p1', priceFen: 18_000 }),
    aFact({ person: 'p1', itemCode: 'MR-01', priceFen: 42_050 }),
    aFact({ person: 'p2', priceFen: 18_000, day: '2026-10-06' }),
    aFact({ person: 'p3', kind: 'examinedAgain', reasonCode: 'RX06', priceFen: null }),
  ]);
  expect(recognised).toEqual({ items: 3, personTimes: 2, persons: 2 });
  expect(savings).toMatchObject({ items: 3, fen: 78_050, persons: 2, fenPerPerson: 39_025 });
});

test('S2: an item that was made again within the window is shown and not counted as saved', () => {
  const { savings } = decidedOf([aFact(), aFact({ person: 'p2', repeated: true, priceFen: 5000 })]);
  expect(savings).toMatchObject({ items: 1, fen: 18_000, persons: 1, repeated: { items: 1, fen: 5000 } });
});

test('S2: an item without a price is named, and is no saving of 0', () => {
  const { savings } = decidedOf([aFact({ itemCode: 'DR-02', priceFen: null })]);
  expect(savings).toMatchObject({
    items: 0,
    fen: 0,
    persons: 0,
    fenPerPerson: null,
    unpriced: [{ itemCode: 'DR-02', items: 1 }],
  });
});

test('figures of decisions are those that are counted by hand, whatever the decisions', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const byHand = countedByHand(given);
      const { recognised, examinedAgain, cited, savings } = decidedOf(given);
      expect(recognised).toEqual({
        items: byHand.recognised,
        personTimes: byHand.times,
        persons: byHand.people,
      });
      expect([examinedAgain.items, cited.items]).toEqual([byHand.again, byHand.cited]);
      expect([savings.items, savings.fen, savings.persons]).toEqual([
        byHand.saved,
        byHand.fen,
        byHand.savedPeople,
      ]);
      expect(savings.repeated).toEqual({ items: byHand.repeated, fen: byHand.lost });
      expect(savings.unpriced.reduce((sum, { items }) => sum + items, 0)).toBe(byHand.unpriced);
    }),
  );
});

test('figures of the parts add up to the whole, but for persons, who may be in several', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const whole = decidedOf(given);
      for (const key of ['hospital', 'department', 'itemCode'] as const) {
        const parts = [...Map.groupBy(given, (fact) => fact[key]).values()].map((members) =>
          decidedOf(members),
        );
        const sum = (of: (part: typeof whole) => number): number =>
          parts.reduce((total, part) => total + of(part), 0);
        expect(sum((part) => part.recognised.items)).toBe(whole.recognised.items);
        expect(sum((part) => part.savings.fen)).toBe(whole.savings.fen);
        expect(sum((part) => part.recognised.persons)).toBeGreaterThanOrEqual(whole.recognised.persons);
      }
      const reasons = reasonsOf(given).reduce((total, { items }) => total + items, 0);
      expect(reasons).toBe(whole.examinedAgain.items);
    }),
  );
});

test.each<[why: string, prices: Partial<ItemPrice>[], expected: number | null]>([
  ['one that began before the day', [{ id: 1, validFrom: '2026-10-05' }], 1],
  ['none that begins later', [{ id: 1, validFrom: '2026-10-06' }], null],
  ['of two the one that began last', [{ id: 1 }, { id: 2, validFrom: '2026-07-01' }], 2],
  [
    'that of the city before that of the province',
    [
      { id: 1, region: '410000' },
      { id: 2, region: '411100' },
    ],
    2,
  ],
  ['that of the city for its districts', [{ id: 1, region: '411100' }], 1],
  ['none of another city', [{ id: 1, region: '411000' }], null],
  ['that of the tier before that of all', [{ id: 1, level: '三级' }, { id: 2 }], 1],
  [
    'that of the grade before that of the tier',
    [
      { id: 1, level: '三级' },
      { id: 2, level: '三级甲等' },
    ],
    2,
  ],
  ['none of another tier', [{ id: 1, level: '二级' }], null],
  ['none of another item', [{ id: 1, itemCode: 'CT-06' }], null],
])('the price that counts is %s', (_why, given, expected) => {
  const prices = given.map((price) => aPrice(price));
  const hospital = { region: '411102', level: '三甲' };
  expect(priceOf(prices, hospital, 'CT-05', '2026-10-05', '411100')?.id ?? null).toBe(expected);
});

test('a hospital that names no division has the price of the deployment', () => {
  const prices = [aPrice({ id: 7, region: '411100' })];
  expect(priceOf(prices, { region: '', level: '' }, 'CT-05', '2026-10-05', '411100')?.id).toBe(7);
});

test('the same figures are the same text in whatever order their members stand', () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }] })).toBe('{"a":[{"c":"x","d":null}],"b":1}');
  expect(() => canonicalJson({ rate: 0.5 })).toThrow(TypeError);
});

test('figures that differ are named by what they are of', () => {
  const was = {
    total: { items: 1 },
    hospitals: [
      { hospital: 'a', items: 1 },
      { hospital: 'b', items: 2 },
    ],
  };
  const is = { total: { items: 3 }, hospitals: [{ hospital: 'b', items: 2 }] };
  expect(compareFigures(was, is)).toEqual([
    { path: 'total.items', was: '1', is: '3' },
    { path: 'hospitals[a].hospital', was: 'a', is: '' },
    { path: 'hospitals[a].items', was: '1', is: '' },
  ]);
  expect(compareFigures(was, structuredClone(was))).toEqual([]);
});

test('S2: docs/figures.md gives every definition in both languages as the product does', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/figures.md'), 'utf8').replaceAll(
    / +\| +/g,
    '|',
  );

  for (const name of FIGURE_NAMES) {
    const { name: words, text } = FIGURE_DEFINITIONS[name];
    expect(page).toContain(`${words.en} (${words.zh})|${text.en}|${text.zh}`);
  }
});
