import { expect, test } from 'vitest';
import { judge, type Judged } from './judge.ts';
import { figuresOf, measureStudies } from './measureStudies.ts';
import { studies } from './studies/generate.ts';
import { mutationsOf } from './studies/mutations.ts';

/** Every third protocol of the development split, unchanged and with each change that applies. */
const changed = studies('dev', 1)
  .filter((_, index) => index % 3 === 0)
  .flatMap((plan) => mutationsOf(plan).map((mutation) => ({ ...mutation, judged: judge(mutation.plan) })));

function describe(name: string, { plan, truth, said }: Judged): string {
  const verdicts = said.results.map((one) => `${one.itemCode} ${one.verdict}`).join(', ');
  return `${plan.seed}, ${name}: ${truth.item ?? 'no item'} must be ${truth.verdict}, the engine says ${verdicts}`;
}

test('no change of a passing study that must cost its PASS leaves it a PASS', () => {
  const wrong = changed.filter(({ judged }) => judged.outcome.falsePass);
  expect(wrong.map(({ name, judged }) => describe(name, judged))).toEqual([]);
});

test('no harmless change of a passing study makes it a FAIL', () => {
  const wrong = changed.filter(({ judged }) => judged.outcome.falseFail);
  expect(wrong.map(({ name, judged }) => describe(name, judged))).toEqual([]);
});

test('no exam of the development split passes that must not', () => {
  const { records } = measureStudies('dev', 1, 0);
  expect(records.filter((one) => one.outcome.falsePass)).toEqual([]);
});

test('items are identified and studies decided as often as the targets ask', () => {
  const { records } = measureStudies('dev', 1, 0);
  const { item, coverage } = figuresOf(records.filter((one) => one.hard === null));
  expect(item.percent).toBeGreaterThanOrEqual(97);
  expect(coverage.percent).toBeGreaterThanOrEqual(90);
});
