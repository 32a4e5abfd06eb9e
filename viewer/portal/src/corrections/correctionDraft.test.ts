import { expect, test } from 'vitest';
import type { CopyFacts } from '../api/copy.ts';
import { correctionRequest, draftOf, type Draft } from './correctionDraft.ts';

const facts = (change: Partial<CopyFacts> = {}): CopyFacts => ({
  name: { alphabetic: 'Zhang^San', ideographic: '张^三', phonetic: '' },
  patientId: 'P1',
  issuerOfPatientId: '',
  birthDate: '1970-01-31',
  sex: 'M',
  studyDate: '2026-11-09',
  description: '胸部CT平扫',
  numberOfSeries: 1,
  numberOfInstances: 3,
  ...change,
});
const written = (change: Partial<Draft>): Draft => ({ ...draftOf(facts()), ...change });
const ofStudy = (change: Partial<Draft>, stored = facts()) =>
  correctionRequest('studyAttributes', '1.2.3', stored, { ...draftOf(stored), ...change });

test('a form nobody changed makes no request, nor one with added spaces', () => {
  expect(ofStudy({})).toEqual({ fault: 'unchanged' });
  expect(ofStudy({ patientId: ' P1 ', alphabetic: 'Zhang^San ' })).toEqual({ fault: 'unchanged' });
});

test('only what was changed is asked for', () => {
  expect(ofStudy({ sex: 'F' })).toEqual({
    request: { kind: 'studyAttributes', studyInstanceUid: '1.2.3', values: { patientSex: 'F' } },
  });
  expect(ofStudy({ birthDate: '', patientId: 'P2' })).toEqual({
    request: {
      kind: 'studyAttributes',
      studyInstanceUid: '1.2.3',
      values: { patientBirthDate: '', patientId: 'P2' },
    },
  });
});

test('a corrected name is sent whole, with the phonetic group that no field shows', () => {
  const stored = facts({ name: { alphabetic: 'Li^Si', ideographic: '李^四', phonetic: 'リ^シ' } });
  expect(ofStudy({ ideographic: '李^肆' }, stored)).toMatchObject({
    request: { values: { patientName: { alphabetic: 'Li^Si', ideographic: '李^肆', phonetic: 'リ^シ' } } },
  });
});

test.each([
  [{ birthDate: '1970-02-30' }, 'badDate'],
  [{ birthDate: '1970年1月31日' }, 'badDate'],
  [{ alphabetic: 'Zhang=San' }, 'badName'],
  [{ ideographic: '三'.repeat(65) }, 'badName'],
  [{ patientId: '' }, 'badId'],
  [{ patientId: 'P\\1' }, 'badId'],
] as const)('%j is told as %s before it is sent', (change, fault) => {
  expect(ofStudy(change)).toEqual({ fault });
});

test('a correction of the patient names the patient as stored and leaves the ID alone', () => {
  const stored = facts({ issuerOfPatientId: 'HIS' });
  expect(
    correctionRequest('patientAttributes', '1.2.3', stored, written({ sex: 'O', patientId: 'other' })),
  ).toEqual({
    request: {
      kind: 'patientAttributes',
      patient: { patientId: 'P1', issuerOfPatientId: 'HIS' },
      values: { patientSex: 'O' },
    },
  });
});

test('a merge goes from the ID of the study into another, never into itself or nothing', () => {
  const merge = (patientId: string) =>
    correctionRequest('patientMerge', '1.2.3', facts(), written({ patientId }));
  expect(merge(' P9 ')).toEqual({
    request: { kind: 'patientMerge', from: { patientId: 'P1' }, into: { patientId: 'P9' } },
  });
  expect(merge('P1')).toEqual({ fault: 'unchanged' });
  expect(merge('')).toEqual({ fault: 'badId' });
});
