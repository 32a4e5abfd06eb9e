import { expect, test } from 'vitest';
import { copyFacts } from './copy.ts';

test('a QIDO-RS result gives name groups, dates as people write them, and counts', () => {
  const result = {
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Zhang^San', Ideographic: '张^三' }] },
    '00100020': { vr: 'LO', Value: ['P1'] },
    '00100030': { vr: 'DA', Value: ['19700131'] },
    '00100040': { vr: 'CS', Value: ['F'] },
    '00080020': { vr: 'DA', Value: ['20261109'] },
    '00201206': { vr: 'IS', Value: [2] },
    '00201208': { vr: 'IS', Value: ['30'] },
  };
  expect(copyFacts(result)).toEqual({
    name: { alphabetic: 'Zhang^San', ideographic: '张^三', phonetic: '' },
    patientId: 'P1',
    issuerOfPatientId: '',
    birthDate: '1970-01-31',
    sex: 'F',
    studyDate: '2026-11-09',
    description: '',
    numberOfSeries: 2,
    numberOfInstances: 30,
  });
});

test('what is missing or no date stays empty', () => {
  expect(copyFacts({ '00100030': { vr: 'DA', Value: ['unknown'] }, '00100010': { vr: 'PN' } })).toMatchObject(
    {
      name: { alphabetic: '', ideographic: '', phonetic: '' },
      birthDate: '',
      sex: '',
      numberOfInstances: 0,
    },
  );
});
