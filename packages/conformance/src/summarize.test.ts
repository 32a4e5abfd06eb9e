import fc from 'fast-check';
import type { DicomJson } from '@hutong/dicom';
import { expect, test } from 'vitest';
import { expand } from '../catalogues/headers.ts';
import { mr } from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import { summarizeStudy } from './summarize.ts';

test('a summary holds nothing that names the patient', () => {
  const [instance] = expand({ common: { StudyDate: '20240603' }, series: [mr('ge', 'T1', 'T1')] });
  const named: DicomJson = {
    ...instance,
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Wang^Xiaodong', Ideographic: '王^小东' }] },
    '00100020': { vr: 'LO', Value: ['P0017'] },
    '00100030': { vr: 'DA', Value: ['19800101'] },
    '00080050': { vr: 'SH', Value: ['ACC-881'] },
    '00080090': { vr: 'PN', Value: [{ Alphabetic: 'Li^Na' }] },
  };
  expect(JSON.stringify(summarizeStudy([named]))).not.toMatch(/Wang|王|P0017|19800101|ACC-881|Li\^Na/);
});

test('an enhanced object says the same as classic ones', () => {
  const groups = Array.from({ length: 20 }, (_, slice) => ({
    '00209113': { vr: 'SQ', Value: [{ '00200032': { vr: 'DS', Value: [-120, -120, slice * 5] } }] },
    '00209111': { vr: 'SQ', Value: [{ '00189074': { vr: 'DT', Value: ['20240603100000'] } }] },
  }));
  const enhanced: DicomJson = {
    '0020000D': { vr: 'UI', Value: ['2.25.1'] },
    '0020000E': { vr: 'UI', Value: ['2.25.1.1'] },
    '00080060': { vr: 'CS', Value: ['MR'] },
    '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'M', 'NONE'] },
    '00189008': { vr: 'CS', Value: ['SPIN'] },
    '52009229': {
      vr: 'SQ',
      Value: [
        {
          '00209116': { vr: 'SQ', Value: [{ '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] } }] },
          '00289110': { vr: 'SQ', Value: [{ '00180050': { vr: 'DS', Value: [5] } }] },
          '00189112': { vr: 'SQ', Value: [{ '00180080': { vr: 'DS', Value: [4200] } }] },
          '00189114': { vr: 'SQ', Value: [{ '00189082': { vr: 'FD', Value: [98] } }] },
        },
      ],
    },
    '52009230': { vr: 'SQ', Value: groups },
  };
  const [series] = evaluateStudy(summarizeStudy([enhanced]), defaultCatalogue(), { settled: true }).series;
  expect(series).toMatchObject({ weighting: 'T2', plane: 'axial', thicknessMm: 5, coverageMm: 100 });
});

test('instances without a series are passed over', () => {
  expect(summarizeStudy([{}, { '0020000E': { vr: 'UI' } }]).series).toEqual([]);
});

const TAGS = [
  '0020000D',
  '0020000E',
  '00080060',
  '00080008',
  '0008103E',
  '00081030',
  '00180020',
  '00180080',
  '00180081',
  '00200032',
  '00200037',
  '00280030',
  '00189087',
  '00431039',
  '00430010',
  '52009229',
  '52009230',
  '00400275',
  '00082218',
  '00180010',
  '00080032',
  '00181042',
  '00185101',
  '00540220',
];
const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.constant(null),
  fc.object(),
  fc.constantFrom('MR', 'CT', 'MG', 'DX', 'ORIGINAL', 'T1', '胸部CT平扫'),
  fc.array(fc.integer()),
);
const hostile = fc.dictionary(
  fc.constantFrom(...TAGS),
  fc.record(
    {
      vr: fc.constantFrom('SQ', 'CS', 'DS', 'UN', 'UI', ''),
      Value: fc.oneof(fc.array(value, { maxLength: 7 }), fc.constant('not a list')),
      InlineBinary: fc.string(),
    },
    { requiredKeys: ['vr'] },
  ),
);

test('no header, however broken, throws or passes an item', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 4 }), (instances) => {
      const result = evaluateStudy(summarizeStudy(instances as unknown as DicomJson[]), defaultCatalogue(), {
        settled: true,
      });
      expect(result.results.filter((one) => one.verdict === 'PASS')).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
