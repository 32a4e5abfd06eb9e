import type { VerdictDecisionBody } from '@hutong/server/contract/conformance';
import { expect, test } from 'vitest';
import { choicesFor, givenReason, REASON_LIMIT, rowStanding, standing, withPhrase } from './decision.ts';

const passed = { verdict: 'PASS', stale: false } as const;
const DECISION: VerdictDecisionBody = {
  ...passed,
  id: 1,
  itemCode: 'MR-01',
  machineVerdict: 'REVIEW',
  reason: '已阅片',
  author: { kind: 'person', name: '王' },
  at: '2026-11-21T06:00:00Z',
};

test('a decision that was taken back is none, one on changed evidence does not hold', () => {
  expect(standing(null)).toBe('none');
  expect(standing({ verdict: null, stale: false })).toBe('none');
  expect(standing(passed)).toBe('holds');
  expect(standing({ ...passed, stale: true })).toBe('stale');
});

test('what holds without doubt is not offered again, what is open is offered both ways', () => {
  const decided = (over: Partial<VerdictDecisionBody>): VerdictDecisionBody => ({ ...DECISION, ...over });
  expect(choicesFor({ verdict: 'REVIEW', decision: null })).toEqual(['PASS', 'FAIL']);
  expect(choicesFor({ verdict: 'PASS', decision: null })).toEqual(['FAIL']);
  expect(choicesFor({ verdict: 'FAIL', decision: null })).toEqual(['PASS']);
  expect(choicesFor({ verdict: 'REVIEW', decision: decided({}) })).toEqual(['FAIL', 'takeBack']);
  expect(choicesFor({ verdict: 'FAIL', decision: decided({ stale: true }) })).toEqual(['PASS', 'FAIL']);
});

test('a row says first that somebody must look again', () => {
  const item = { code: '', name: { zh: '', en: '' }, verdict: 'PASS', summary: { zh: '', en: '' } } as const;
  const machine = { ...item, decided: false, stale: false };
  const decided = { ...item, decided: true, stale: false };
  expect(rowStanding([machine])).toBe('none');
  expect(rowStanding([machine, decided])).toBe('holds');
  expect(rowStanding([decided, { ...machine, stale: true }])).toBe('stale');
});

test('a reason of white space is none, a long one is cut to what the server takes', () => {
  expect(givenReason(' \n ')).toBeNull();
  expect(givenReason(' 已阅片 ')).toBe('已阅片');
  expect(givenReason('长'.repeat(600))).toHaveLength(REASON_LIMIT);
});

test('a phrase replaces another phrase but never words of one’s own', () => {
  const phrases = ['甲', '乙'];
  expect(withPhrase('', '甲', phrases)).toBe('甲');
  expect(withPhrase('甲', '乙', phrases)).toBe('乙');
  expect(withPhrase('b 值 1000', '乙', phrases)).toBe('b 值 1000；乙');
  expect(withPhrase('b 值 1000；乙', '乙', phrases)).toBe('b 值 1000；乙');
});
