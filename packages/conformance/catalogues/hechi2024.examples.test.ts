import { expect, test } from 'vitest';
import { defaultCatalogue, evaluateStudy, summarizeStudy } from '../src/index.ts';
import { HECHI_2024_EXAMPLES } from './hechi2024.examples.ts';
import { expand } from './headers.ts';

const catalogue = defaultCatalogue();

test('every item of the catalogue has a passing and a failing example', () => {
  for (const { code } of catalogue.items) {
    const own = HECHI_2024_EXAMPLES.filter((example) => example.itemCode === code);
    expect(
      own.map((example) => example.expect),
      code,
    ).toEqual(expect.arrayContaining(['PASS', 'FAIL']));
  }
});

test.each(
  HECHI_2024_EXAMPLES.map(
    (example) => [`${example.itemCode} ${example.expect}: ${example.about}`, example] as const,
  ),
)('%s', (_, example) => {
  const result = evaluateStudy(summarizeStudy(expand(example.study)), catalogue, { settled: true });
  if (example.expect === 'NOT_IN_LIST' || example.expect === 'NOT_ELIGIBLE') {
    expect(result.notListed?.reason).toBe(example.expect);
    return;
  }
  const judged = result.results.find((one) => one.itemCode === example.itemCode);
  const against = judged?.requirements
    .filter(
      (one) =>
        one.level === 'must' && one.status === (example.expect === 'FAIL' ? 'NOT_SATISFIED' : 'UNDECIDED'),
    )
    .map((one) => one.id);
  expect({
    verdict: judged?.verdict,
    items: result.results.map((one) => one.itemCode),
    against: against ?? [],
    summary: judged?.summary.zh,
  }).toMatchObject({
    verdict: example.expect,
    items: [example.itemCode],
    against: example.because ?? [],
  });
});
