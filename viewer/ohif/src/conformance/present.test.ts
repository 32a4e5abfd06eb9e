import { expect, test } from 'vitest';
import { decision, facts, item, label, requirement, response } from './factories.ts';
import {
  choicesFor,
  decisionStanding,
  factsOf,
  inReadingOrder,
  markWithin,
  requirementMark,
  standingLabels,
  studyMark,
  tally,
  verdictMark,
} from './present.ts';

test('each verdict has its own shape and word', () => {
  const shown = (['PASS', 'FAIL', 'REVIEW'] as const).map((verdict) => {
    const { shape, text } = verdictMark(verdict);
    return `${shape} ${text.zh}`;
  });
  expect(shown).toEqual(['check 符合', 'exclamation 缺项', 'question 待审']);
});

test('a missing requirement is called missing only once the study is settled', () => {
  expect(requirementMark('NOT_SATISFIED', 'must', true).text.zh).toBe('缺');
  expect(requirementMark('NOT_SATISFIED', 'must', false).text.zh).toBe('未到');
  expect(requirementMark('NOT_SATISFIED', 'conditional', true).tone).toBe('fail');
});

test('advice that was not followed does not alarm', () => {
  expect(requirementMark('NOT_SATISFIED', 'should', true).tone).toBe('quiet');
  expect(requirementMark('NOT_SATISFIED', 'info', false).tone).toBe('quiet');
});

test('what is missing is read first, then what is undecided, then what is there', () => {
  const order = inReadingOrder(
    item({
      requirements: [
        requirement({ id: 'there' }),
        requirement({ id: 'advice', level: 'should', status: 'NOT_SATISFIED' }),
        requirement({ id: 'open', status: 'UNDECIDED' }),
        requirement({ id: 'missing', status: 'NOT_SATISFIED' }),
      ],
    }),
    true,
  );
  expect(order.map(({ id }) => id)).toEqual(['missing', 'open', 'there', 'advice']);
});

test('the tally counts what is demanded and leaves advice out', () => {
  const requirements = [
    requirement(),
    requirement({ level: 'conditional', status: 'UNDECIDED' }),
    requirement({ level: 'should' }),
  ];
  expect(tally(item({ verdict: 'REVIEW', requirements }))).toEqual({ met: 1, demanded: 2 });
});

test('a condition left to the clinician neither counts against an item that passes nor alarms', () => {
  const open = requirement({ id: 'open', level: 'conditional', status: 'UNDECIDED' });
  const passed = item({ requirements: [open, requirement({ id: 'there' })] });
  expect(tally(passed)).toEqual({ met: 1, demanded: 1 });
  expect(inReadingOrder(passed, true).map(({ id }) => id)).toEqual(['there', 'open']);
  expect(markWithin(passed, open, true).tone).toBe('quiet');
  expect(markWithin({ ...passed, verdict: 'REVIEW' }, open, true).tone).toBe('review');
});

test('withdrawn labels do not stand, and those that hold come first', () => {
  const labels = [
    label({ text: 'a', state: 'proposed' }),
    label({ text: 'b', state: 'withdrawn' }),
    label({ text: 'c', state: 'applied' }),
  ];
  expect(standingLabels(labels).map(({ text }) => text)).toEqual(['c', 'a']);
});

test('a study is marked by its worst verdict, and by none when no item applies', () => {
  const results = [item(), item({ verdict: 'REVIEW' }), item({ verdict: 'FAIL' })];
  expect(studyMark(response({ results }))?.text.zh).toBe('缺项');
  expect(studyMark(response({ results: [] }))).toBeNull();
  expect(studyMark(response({ status: 'pending', results: [] }))?.text.zh).toBe('核验中');
});

test('facts are found by series', () => {
  const series = [facts({ seriesDescription: 'one' })];
  expect(factsOf(response({ series }), '1.2.3')?.seriesDescription).toBe('one');
  expect(factsOf(response({ series }), '9')).toBeUndefined();
});

test('the study shows the verdict that holds, whoever gave it', () => {
  const decided = item({ verdict: 'REVIEW', effectiveVerdict: 'PASS', decision: decision() });
  expect(studyMark(response({ results: [decided] }))?.text.zh).toBe('符合');
});

test('a decision on changed evidence no longer stands, and can be made again', () => {
  const stale = item({ decision: decision({ stale: true }) });
  expect([decisionStanding(item()), decisionStanding(stale)]).toEqual(['none', 'stale']);
  expect(choicesFor(stale)).toEqual(['PASS', 'FAIL']);
  expect(choicesFor(item({ verdict: 'FAIL' }))).toEqual(['PASS']);
  expect(choicesFor(item({ verdict: 'REVIEW' }))).toEqual(['PASS', 'FAIL']);
  expect(choicesFor(item({ decision: decision({ verdict: 'FAIL' }) }))).toEqual(['PASS', 'takeBack']);
});
