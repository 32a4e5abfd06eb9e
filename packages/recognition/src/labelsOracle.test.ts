import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Evaluation, LabelFacts, LabelledItem, LabelPolicy } from './labelFacts.ts';
import { decideLabel } from './labels.ts';

// Days are numbers here: the oracle goes through the days of a year and keeps on each what holds, where the rules look back
// from one day.
const YEAR = 60;
const day = (n: number): string => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);

interface Case {
  verdict: LabelledItem['verdict'];
  studyDay: number;
  today: number;
  inScope: boolean;
  evaluations: { from: number; length: number; passed: boolean; entered: number; other: boolean }[];
  late: boolean;
  needsTest: boolean;
  devices: ('A' | 'B' | '')[] | null;
  tests: { device: 'A' | 'B'; from: number; length: number; passed: boolean }[];
  suspended: boolean;
  withdrawn: { from: number | null; until: number | null } | null;
}

const days = fc.integer({ min: 0, max: YEAR });
const cases: fc.Arbitrary<Case> = fc.record({
  verdict: fc.constantFrom('PASS', 'PASS', 'PASS', 'PASS', 'FAIL', 'REVIEW'),
  studyDay: days,
  today: fc.integer({ min: YEAR - 10, max: YEAR }),
  inScope: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
  evaluations: fc.array(
    fc.record({
      from: days,
      length: fc.integer({ min: 1, max: YEAR }),
      passed: fc.boolean(),
      entered: days,
      other: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  late: fc.boolean(),
  needsTest: fc.boolean(),
  devices: fc.option(fc.array(fc.constantFrom('A', 'A', 'A', 'B', ''), { maxLength: 3 }), { freq: 8 }),
  tests: fc.array(
    fc.record({
      device: fc.constantFrom('A', 'B'),
      from: days,
      length: fc.integer({ min: 1, max: YEAR }),
      passed: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
    }),
    { maxLength: 4 },
  ),
  suspended: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  withdrawn: fc.option(fc.record({ from: fc.option(days), until: fc.option(days) }), { freq: 1 }),
});

/** Whether the last thing that happened up to a day still holds on it: by walking the days one after another. */
function holdsOn(target: number, happenings: { from: number; length: number; passed: boolean }[]): boolean {
  let until = -1;
  for (let now = 0; now <= target; now += 1) {
    const today = happenings.filter(({ from }) => from === now);
    if (today.some(({ passed }) => !passed)) until = -1;
    else if (today.length > 0) until = now + (today[0]?.length ?? 0);
  }
  return until >= target;
}

function oracle(one: Case): boolean {
  if (one.verdict !== 'PASS' || !one.inScope || one.suspended || one.studyDay > one.today) return false;
  if (
    one.withdrawn !== null &&
    (one.withdrawn.from ?? 0) <= one.studyDay &&
    one.studyDay <= (one.withdrawn.until ?? YEAR)
  )
    return false;
  const counting = one.evaluations.filter(
    ({ other, passed, entered }) => !other && (one.late || !passed || entered <= one.studyDay),
  );
  if (!holdsOn(one.studyDay, counting)) return false;
  if (!one.needsTest) return true;
  if (one.devices === null || one.devices.length === 0) return false;
  return one.devices.every(
    (device) =>
      device !== '' &&
      holdsOn(
        one.studyDay,
        one.tests.filter((t) => t.device === device),
      ),
  );
}

function factsOf(one: Case): LabelFacts {
  const policies: LabelPolicy[] = [
    {
      scope: 'S',
      hospitalCode: null,
      release: 'automatic',
      lateQualification: one.late,
      deviceTestNeeded: one.needsTest,
    },
  ];
  return {
    hospitalCode: 'h1',
    studyInstanceUid: '1',
    studyDate: day(one.studyDay),
    today: day(one.today),
    scopes: one.inScope ? ['S'] : ['T'],
    evaluations: one.evaluations.map(({ from, length, passed, entered, other }, id): Evaluation => ({
      id,
      itemCode: 'I',
      scope: other ? 'T' : 'S',
      evaluatedAt: day(from),
      validUntil: day(from + length),
      result: passed ? 'passed' : 'failed',
      enteredOn: day(entered),
    })),
    suspensions: one.suspended ? [{ hospitalCode: 'h1', itemCode: null, scope: 'S', reason: 'r' }] : [],
    withdrawals:
      one.withdrawn === null
        ? []
        : [
            {
              hospitalCode: 'h1',
              studyInstanceUid: null,
              itemCode: 'I',
              scope: null,
              from: one.withdrawn.from === null ? null : day(one.withdrawn.from),
              until: one.withdrawn.until === null ? null : day(one.withdrawn.until),
              reason: 'r',
            },
          ],
    policies,
    devices: one.devices,
    deviceTests: one.tests.map(({ device, from, length, passed }) => ({
      serialNumber: device,
      testedOn: day(from),
      validUntil: day(from + length),
      result: passed ? 'passed' : 'failed',
    })),
  };
}

/** Two passed happenings of one day with different ends: which of them is the newest is nobody's to say. */
const isClear = (one: Case): boolean =>
  [
    ...Map.groupBy(
      one.evaluations.filter(({ other }) => !other),
      ({ from }) => `${from}`,
    ).values(),
    ...Map.groupBy(one.tests, ({ from, device }) => `${device} ${from}`).values(),
  ].every((same) => same.length === 1);

test('a label is allowed exactly where an account of the days allows it', () => {
  const seen = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(cases.filter(isClear), (one) => {
      const item: LabelledItem = {
        itemCode: 'I',
        itemName: { zh: '', en: '' },
        verdict: one.verdict,
        decided: false,
      };
      const allowed = decideLabel(factsOf(one), 'I', item, 'S').obstacles.length === 0;
      seen[allowed ? 'allowed' : 'refused'] += 1;
      expect(allowed).toBe(oracle(one));
    }),
    { numRuns: 4000 },
  );
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(100);
});
