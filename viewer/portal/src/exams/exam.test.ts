import { expect, test } from 'vitest';
import { examKey, judgedCounts, mappingOf } from './exam.ts';

const exam = { hospital: 'lncy', code: 'MR101', scheme: 'L', name: '颅脑平扫' };

test('an exam with a code is mapped by it, one without by its name', () => {
  expect(mappingOf(exam, ['MR-01'])).toEqual({
    hospital: 'lncy',
    code: 'MR101',
    scheme: 'L',
    itemCodes: ['MR-01'],
  });
  const named = { ...exam, code: '', scheme: '' };
  expect(mappingOf(named, [])).toEqual({ hospital: 'lncy', name: '颅脑平扫', itemCodes: [] });
});

test('the wording of a coded exam does not make another exam, its hospital does', () => {
  expect(examKey(exam)).toBe(examKey({ ...exam, name: '颅脑 平扫' }));
  expect(examKey(exam)).not.toBe(examKey({ ...exam, hospital: 'lnzy' }));
});

test('only verdicts that occur are counted, the gravest first', () => {
  expect(judgedCounts({ PASS: 2, FAIL: 0, REVIEW: 5, notListed: 1 })).toEqual([
    ['REVIEW', 5],
    ['PASS', 2],
    ['NOT_LISTED', 1],
  ]);
});
