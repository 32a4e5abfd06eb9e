import { expect, test } from 'vitest';
import { FRESH_DRAFT, shareRequest, type ShareDraft } from './shareDraft.ts';

const request = (given: Partial<ShareDraft>) => shareRequest({ ...FRESH_DRAFT, ...given }, 'a', '1.2');

test('a fresh draft shares the whole study for a week, with a code the server makes', () => {
  expect(request({})).toEqual({
    hospital: 'a',
    studies: [{ studyInstanceUid: '1.2' }],
    mayDownload: false,
    hours: 168,
    maxUses: null,
    factor: 'code',
    note: '',
  });
});

test.each([
  ['no series chosen', { what: 'series' }],
  ['no days', { period: 'own', ownDays: null }],
  ['too many days', { period: 'own', ownDays: 367 }],
  ['a short password', { factor: 'password', secret: '12345' }],
  ['letters for the last digits of an identity card', { factor: 'idDigits', secret: 'abcd' }],
] as const)('with %s nothing can be sent', (_what, given) => {
  expect(request(given)).toBeNull();
});

test('a secret that was typed for another factor is not sent', () => {
  expect(request({ factor: 'none', secret: 'left over' })).not.toHaveProperty('secret');
  expect(request({ factor: 'idDigits', secret: '123X' })).toHaveProperty('secret', '123X');
});

test('chosen series are named, and forgotten when the whole study is chosen again', () => {
  expect(request({ what: 'series', series: ['1.2.3'] })?.studies).toEqual([
    { studyInstanceUid: '1.2', seriesInstanceUids: ['1.2.3'] },
  ]);
  expect(request({ what: 'study', series: ['1.2.3'] })?.studies).toEqual([{ studyInstanceUid: '1.2' }]);
});
