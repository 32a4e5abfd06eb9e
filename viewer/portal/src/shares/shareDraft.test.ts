import { describe, expect, test } from 'vitest';
import type { SharePolicy } from '@hutong/server/contract/shares';
import { forAudience, FRESH_DRAFT, isMinor, numbersIn, shareRequest, underPolicy } from './shareDraft.ts';

const FREE: SharePolicy = {
  colleagueSignIn: false,
  patientFactor: false,
  longestHours: null,
  mostUses: null,
  mayDownload: true,
  mayReply: true,
  watermark: false,
};
const request = (part: Partial<typeof FRESH_DRAFT> = {}) =>
  shareRequest({ ...FRESH_DRAFT, ...part }, 'a', '1.2');

describe('what is sent', () => {
  test('is a week with a code of the whole study, when nothing was changed', () => {
    expect(request()).toEqual({
      hospital: 'a',
      studies: [{ studyInstanceUid: '1.2' }],
      audience: 'patient',
      mayDownload: false,
      mayReply: false,
      watermark: false,
      hours: 168,
      maxUses: null,
      factor: 'code',
      note: '',
    });
  });

  test('names the chosen series, or the other studies of the patient', () => {
    expect(request({ what: 'series', series: ['1.2.3'] })?.studies).toEqual([
      { studyInstanceUid: '1.2', seriesInstanceUids: ['1.2.3'] },
    ]);
    expect(request({ what: 'studies', otherStudies: ['1.5'] })?.studies).toEqual([
      { studyInstanceUid: '1.2' },
      { studyInstanceUid: '1.5' },
    ]);
  });

  test('names a guardian, and who may sign in', () => {
    const guardian = request({ audience: 'guardian', guardianName: ' 张妈妈 ' });
    expect(guardian?.guardian).toEqual({ name: '张妈妈', relation: 'parent' });
    const colleague = request({ ...forAudience('colleague'), signInAccount: ' wang ' });
    expect(colleague).toMatchObject({
      signIn: { hospitals: [], account: 'wang' },
      factor: 'none',
      mayReply: true,
    });
  });

  test('names accession numbers as they were typed or scanned', () => {
    const draft = { ...FRESH_DRAFT, accessionNumbers: 'A1, A2\nA1', patientId: '' };
    expect(shareRequest(draft, 'a', null)).toMatchObject({ accessionNumbers: ['A1', 'A2'] });
    expect(numbersIn(' A1；A2、A3 ')).toEqual(['A1', 'A2', 'A3']);
  });

  test('begins later where a later moment was chosen', () => {
    const now = new Date('2026-01-01T08:00:00').getTime();
    const at = (from: string) => shareRequest({ ...FRESH_DRAFT, from }, 'a', '1.2', now)?.notBefore;
    expect(at('2026-01-02T08:00')).toBe(new Date('2026-01-02T08:00').toISOString());
    expect(at('2025-12-31T08:00')).toBeUndefined();
  });

  test.each([
    { what: 'series' as const },
    { period: 'own' as const, ownDays: null },
    { period: 'own' as const, ownDays: 400 },
    { factor: 'password' as const, secret: '12345' },
    { factor: 'idDigits' as const, secret: '12x4' },
    { audience: 'guardian' as const },
  ])('is nothing while %j is missing something', (part) => {
    expect(request(part)).toBeNull();
  });
});

test('a policy turns on what it demands and off what it does not allow', () => {
  const wanted = {
    ...FRESH_DRAFT,
    ...forAudience('colleague'),
    signIn: false,
    mayDownload: true,
    period: '30' as const,
  };
  const strict = {
    ...FREE,
    colleagueSignIn: true,
    longestHours: 48,
    mostUses: 3,
    watermark: true,
    mayReply: false,
  };
  expect(underPolicy(wanted, strict)).toMatchObject({
    signIn: true,
    period: 'own',
    ownDays: 2,
    maxUses: 3,
    watermark: true,
    mayDownload: false,
    mayReply: false,
  });
  expect(underPolicy({ ...FRESH_DRAFT, factor: 'none' }, { ...FREE, patientFactor: true }).factor).toBe(
    'code',
  );
  expect(underPolicy(FRESH_DRAFT, FREE)).toEqual(FRESH_DRAFT);
});

test.each([
  ['2010-06-02', '2028-06-01', true],
  ['2010-06-02', '2028-06-02', false],
  ['', '2028-06-02', false],
])('born %s is on %s a minor: %s', (born, day, minor) => {
  expect(isMinor(born, new Date(`${day}T12:00:00`))).toBe(minor);
});
