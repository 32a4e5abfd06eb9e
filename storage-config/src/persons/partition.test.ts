import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bond, type Member, partition, type Word } from './partition.ts';
import { contradict } from './resemblance.ts';

const KEYS = ['1', '2', '3', '4', '5', '6'];
const region = fc.record({
  members: fc.tuple(
    ...KEYS.map((key) =>
      fc.record({
        key: fc.constant(key),
        name: fc.constantFrom('', '张^伟', 'ZHANG^WEI', '李^娜'),
        birthDate: fc.constantFrom('', '19800102', '19900102'),
        sex: fc.constantFrom('', 'M', 'F'),
      }),
    ),
  ),
  bonds: fc.array(
    fc.record({
      kind: fc.constantFrom('idCard', 'healthCard'),
      bearers: fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 5 }),
    }),
    { maxLength: 5 },
  ),
  words: fc.uniqueArray(
    fc
      .record({ one: fc.constantFrom(...KEYS), other: fc.constantFrom(...KEYS), same: fc.boolean() })
      .filter(({ one, other }) => one < other),
    { maxLength: 3, selector: ({ one, other }) => `${one} ${other}` },
  ),
});

const groupsOf = (members: readonly Member[], bonds: readonly Bond[], words: readonly Word[]): string[] =>
  partition(members, bonds, words)
    .groups.map(({ members: group }) => [...group.keys()].toSorted().join(' '))
    .toSorted();

test('the same patients are one person in whatever order they and their identifiers came', () => {
  fc.assert(
    fc.property(region, fc.infiniteStream(fc.nat(5)), ({ members, bonds, words }, dice) => {
      const shuffled = <T>(list: readonly T[]): T[] =>
        list
          .map((item) => ({ item, at: dice.next().value as number }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ item }) => item);
      const again = bonds.map((bond) => ({ ...bond, bearers: shuffled(bond.bearers) }));
      expect(groupsOf(shuffled(members), shuffled(again), shuffled(words))).toEqual(
        groupsOf(members, bonds, words),
      );
    }),
  );
});

test('no identifier joins patients that contradict each other', () => {
  fc.assert(
    fc.property(region, ({ members, bonds }) => {
      for (const group of partition(members, bonds, []).groups) {
        const of = members.filter(({ key }) => group.members.has(key));
        for (const one of of) for (const other of of) expect(contradict(one, other)).toBe(false);
      }
    }),
  );
});

test('every patient is exactly one person, and alone only if it is', () => {
  fc.assert(
    fc.property(region, ({ members, bonds, words }) => {
      const { groups } = partition(members, bonds, words);
      expect(groups.flatMap((group) => [...group.members.keys()]).toSorted()).toEqual(KEYS);
      for (const { members: of } of groups)
        expect([...of.values()].every((how) => how === 'alone')).toBe(of.size === 1);
    }),
  );
});

const man = (key: string, more: Partial<Member> = {}): Member => ({
  key,
  name: '张^伟',
  birthDate: '19800102',
  sex: 'M',
  ...more,
});

test('a number of another kind still joins those whose shared number says nothing', () => {
  const members = [man('1'), man('2'), man('3', { birthDate: '19990101' })];
  const bonds = [
    { kind: 'healthCard', bearers: ['1', '2', '3'] },
    { kind: 'idCard', bearers: ['1', '2'] },
  ];
  expect(groupsOf(members, bonds, [])).toEqual(['1 2', '3']);
});

test('a chain over somebody of whom little is known does not bring together who differs', () => {
  const members = [man('1'), man('2', { birthDate: '', sex: '' }), man('3', { birthDate: '19990101' })];
  const bonds = [
    { kind: 'idCard', bearers: ['1', '2'] },
    { kind: 'healthCard', bearers: ['2', '3'] },
  ];
  expect(groupsOf(members, bonds, [])).toEqual(['1', '2', '3']);
});

test('what a person says goes before identifiers, and holds in spite of a difference', () => {
  const members = [man('1'), man('2', { birthDate: '19800201' }), man('3')];
  const bonds = [{ kind: 'idCard', bearers: ['1', '3'] }];
  expect(groupsOf(members, bonds, [{ one: '1', other: '2', same: true }])).toEqual(['1 2 3']);
  expect(groupsOf(members, bonds, [{ one: '1', other: '3', same: false }])).toEqual(['1', '2', '3']);
});
