import { expect, test } from 'vitest';
import type { SessionInfo } from '@hutong/server/contract';
import { looksElsewhere, type SearchDraft, searchOf, viewingOf } from './searchDraft.ts';

const draft = (part: Partial<SearchDraft>): SearchDraft => ({
  viewing: 'a',
  name: '张三',
  by: 'birth',
  birthDate: '1968-03-03',
  sex: 'F',
  patientId: '',
  accession: '',
  ...part,
});

test('what is asked has the name and one thing more, and waits for both', () => {
  expect(searchOf(draft({}))).toEqual({ viewing: 'a', name: '张三', birthDate: '1968-03-03', sex: 'F' });
  expect(searchOf(draft({ by: 'patientId', patientId: ' 7 ' }))).toEqual({
    viewing: 'a',
    name: '张三',
    patientId: '7',
  });
  expect(searchOf(draft({ by: 'accession', accession: 'A1', viewing: '' }))).toEqual({
    name: '张三',
    accessionNumber: 'A1',
  });
  for (const part of [
    { name: '张' },
    { name: ' ^ ' },
    { birthDate: '' },
    { by: 'patientId' },
    { by: 'accession' },
  ] as const)
    expect(searchOf(draft(part))).toBeNull();
});

const session = (read: string[] | null | undefined, roles: [string, string | null][], purpose = 'TREAT') =>
  ({
    purpose,
    rights: read === undefined ? {} : { read },
    account: { roles: roles.map(([role, hospital]) => ({ role, hospital })), mustChangePassword: false },
  }) as unknown as SessionInfo;

test('who acts for a hospital looks elsewhere; who sees the region, or reads nothing, does not', () => {
  const clinician = session(
    ['a'],
    [
      ['clinician', 'a'],
      ['auditor', 'b'],
    ],
  );
  expect(viewingOf(clinician)).toEqual(['a']);
  expect(looksElsewhere(clinician)).toBe(true);
  expect(looksElsewhere(session(null, [['clinician', null]]))).toBe(false);
  expect(looksElsewhere(session(undefined, [['auditor', 'a']]))).toBe(false);
  expect(looksElsewhere(undefined)).toBe(false);
  expect(looksElsewhere(session(['a'], [['administrator', 'a']], 'HOPERAT'))).toBe(false);
  expect(
    viewingOf(
      session(
        ['b'],
        [
          ['clinician', 'a'],
          ['qualityControl', 'b'],
        ],
        'HQUALIMP',
      ),
    ),
  ).toEqual(['b']);
});
