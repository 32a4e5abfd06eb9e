import { describe, expect, test } from 'vitest';
import { instantIn, opened, shareTokenOf, type Opening, type OpeningEvent } from './opening.ts';

const hospital = { zh: '市第一人民医院', en: 'First Hospital' };
const run = (...events: OpeningEvent[]): Opening => events.reduce(opened, { kind: 'working' });
const problem = (status: number, code: string): OpeningEvent => ({
  kind: 'problem',
  status,
  problem: { code, detail: code, detailZh: code },
  wait: status === 429 ? 30 : null,
  at: 1_000,
});
const asked: OpeningEvent = {
  kind: 'exchanged',
  body: {
    state: 'factorNeeded',
    factor: 'code',
    hospital,
    audience: 'patient',
    relation: null,
    exams: [],
    waitSeconds: 0,
    attemptsLeft: 10,
  },
  at: 1_000,
};
const openedEvent: OpeningEvent = {
  kind: 'exchanged',
  body: { state: 'opened', alias: 'abc', expiresAt: '2030-01-01T00:00:00Z' },
  at: 1_000,
};

test('a link that asks for nothing opens at once', () => {
  expect(run(openedEvent)).toMatchObject({ kind: 'opened', alias: 'abc', content: null });
});

describe('a link that asks for a code', () => {
  test('says what was wrong and can be tried again', () => {
    const wrong = run(asked, { kind: 'submitted' }, problem(403, 'share-factor-wrong'));
    expect(wrong).toMatchObject({ kind: 'asked', busy: false, wrong: { en: 'share-factor-wrong' } });
    expect(opened(wrong, openedEvent)).toMatchObject({ kind: 'opened' });
  });

  test('keeps the question when the network fails', () => {
    const lost = run(asked, { kind: 'submitted' }, { kind: 'unanswered' });
    expect(lost).toMatchObject({ kind: 'asked', busy: false, unanswered: true, hospital });
    expect(opened(lost, { kind: 'submitted' })).toMatchObject({ busy: true, unanswered: false });
  });

  test('says until when it does not listen, and listens again after', () => {
    const waiting = run(asked, { kind: 'submitted' }, problem(429, 'share-wait'));
    expect(waiting).toMatchObject({ kind: 'asked', busy: false, waitUntil: 31_000 });
    expect(opened(waiting, problem(403, 'share-factor-wrong'))).toMatchObject({ waitUntil: 0 });
  });

  test('is over when it is locked', () => {
    expect(run(asked, { kind: 'submitted' }, problem(410, 'share-over'))).toMatchObject({
      kind: 'refused',
      why: 'over',
    });
  });
});

describe('a link for somebody with an account', () => {
  const signIn: OpeningEvent = {
    kind: 'exchanged',
    body: { state: 'signInNeeded', hospital, hospitals: [hospital] },
    at: 1_000,
  };

  test('asks to sign in, and then opens, or goes on to its question', () => {
    expect(run(signIn)).toEqual({ kind: 'signIn', hospital, hospitals: [hospital] });
    expect(run(signIn, openedEvent)).toMatchObject({ kind: 'opened' });
    expect(run(signIn, asked)).toMatchObject({ kind: 'asked' });
  });

  test('says when it is for another account', () => {
    expect(run(signIn, problem(403, 'share-not-for-you'))).toMatchObject({
      kind: 'refused',
      why: 'notForYou',
    });
  });
});

describe('an open share', () => {
  test('says why it ended', () => {
    expect(run(openedEvent, problem(410, 'share-over'))).toMatchObject({
      kind: 'refused',
      why: 'over',
      said: { en: 'share-over' },
    });
  });

  test('ends when its contents are not there any more', () => {
    expect(run(openedEvent, problem(404, 'not-found'))).toMatchObject({ kind: 'refused', why: 'ended' });
  });

  test('stays open while the server does not answer, or answers with an error', () => {
    expect(run(openedEvent, { kind: 'unanswered' })).toMatchObject({ kind: 'opened', unanswered: true });
    expect(run(openedEvent, problem(503, 'unavailable'))).toMatchObject({ kind: 'opened', unanswered: true });
  });
});

test.each([
  ['share-unknown', 404, 'unknown'],
  ['share-over', 410, 'over'],
  ['share-not-yet', 403, 'notYet'],
  ['too-many-requests', 429, 'tooMany'],
  ['internal', 500, 'failed'],
])('the first answer %s is %i: %s', (code, status, why) => {
  expect(run(problem(status, code))).toMatchObject({ kind: 'refused', why });
});

test('a first question without an answer is no refusal', () => {
  expect(run({ kind: 'unanswered' })).toEqual({ kind: 'unanswered' });
});

test.each([
  ['#htsh_0123456789012345678901234567890123456789abc', 'htsh_0123456789012345678901234567890123456789abc'],
  ['', null],
  ['#htsh_short', null],
  ['#htsh_01234567890123456789<script>', null],
  ['#token=htsh_0123456789012345678901234567890123456789abc', null],
])('the fragment %s holds the token %s', (fragment, token) => {
  expect(shareTokenOf(fragment)).toBe(token);
});

test('the instant is found in a sentence', () => {
  expect(instantIn('该分享将于 2026-11-22T01:02:03.004Z 开放。')).toBe('2026-11-22T01:02:03.004Z');
  expect(instantIn('never')).toBeNull();
});
