import { expect, test } from 'vitest';
import { judge } from '../accuracy/judge.ts';
import { defaultCatalogue } from '../src/index.ts';
import { HECHI_2024_STYLES, type StyledExample } from './hechi2024.styles.ts';

const items = defaultCatalogue().items.map(({ code }) => code);

test.each(items)('%s has passing and failing examples of three makers, in both languages', (code) => {
  const own = HECHI_2024_STYLES.filter(({ itemCode }) => itemCode === code);
  for (const verdict of ['PASS', 'FAIL'] as const) {
    const styles = own.filter((one) => one.expect === verdict).map((one) => one.plan.style);
    expect(new Set(styles.map(({ maker }) => maker)).size).toBeGreaterThanOrEqual(3);
    expect(new Set(styles.map(({ language }) => language)).size).toBeGreaterThanOrEqual(2);
  }
});

/** What the engine says against a PASS; part and modality of a study without images are no finding of their own. */
function against({ plan, expect: verdict, because }: StyledExample): { verdict: string; because: string[] } {
  const { said } = judge(plan);
  const result = said.results[0];
  const status = verdict === 'FAIL' ? 'NOT_SATISFIED' : 'UNDECIDED';
  const named = (result?.requirements ?? [])
    .filter((one) => one.level === 'must' && one.status === status)
    .map(({ id }) => id)
    .filter((id) => because.includes(id) || !['MOD', 'REGION'].includes(id));
  const codes = said.results.map((one) => `${one.itemCode} ${one.verdict}`).join(', ');
  return { verdict: codes, because: verdict === 'PASS' ? [] : named.toSorted() };
}

test.each(items)('%s is judged as its examples say', (code) => {
  const own = HECHI_2024_STYLES.filter(({ itemCode }) => itemCode === code);
  expect(own.map((example) => ({ about: example.about, ...against(example) }))).toEqual(
    own.map(({ about, expect: verdict, because }) => ({
      about,
      verdict: `${code} ${verdict}`,
      because: because.toSorted(),
    })),
  );
});
