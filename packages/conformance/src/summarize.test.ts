import fc from 'fast-check';
import type { DicomJson } from '@hutong/dicom';
import { describe, expect, test } from 'vitest';
import { expand } from '../catalogues/headers.ts';
import { mr } from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { classifySeries } from './classify.ts';
import { evaluateStudy } from './evaluate.ts';
import { summarizeStudy } from './summarize.ts';
import type { SeriesFacts } from './types.ts';

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

/** An enhanced MR object of the given frames: one functional group each, beside a shared one. */
function enhancedMr(shared: DicomJson, frames: readonly DicomJson[], more: DicomJson = {}): DicomJson {
  return {
    '0020000D': { vr: 'UI', Value: ['2.25.1'] },
    '0020000E': { vr: 'UI', Value: ['2.25.1.1'] },
    '00080060': { vr: 'CS', Value: ['MR'] },
    '52009229': { vr: 'SQ', Value: [shared] },
    '52009230': { vr: 'SQ', Value: [...frames] },
    ...more,
  };
}

function macro(sequence: string, attributes: DicomJson): DicomJson {
  return { [sequence]: { vr: 'SQ', Value: [attributes] } };
}

const at = (z: number): DicomJson => macro('00209113', { '00200032': { vr: 'DS', Value: [-120, -120, z] } });
const facing = (...orientation: number[]): DicomJson =>
  macro('00209116', { '00200037': { vr: 'DS', Value: orientation } });
const slices = (count: number, more: DicomJson): DicomJson[] =>
  Array.from({ length: count }, (_, slice) => ({ ...at(slice * 5), ...more }));
const understand = (...instances: DicomJson[]): SeriesFacts[] =>
  summarizeStudy(instances).series.map((series) => classifySeries(series).facts);

describe('one enhanced object is divided into what is judged apart', () => {
  const axial = facing(1, 0, 0, 0, 1, 0);
  const echo = (te: number): DicomJson => macro('00189114', { '00189082': { vr: 'FD', Value: [te] } });
  const timing = macro('00189112', { '00180080': { vr: 'DS', Value: [3000] } });
  const spin: DicomJson = { '00189008': { vr: 'CS', Value: ['SPIN'] } };

  test('by the echo in each frame', () => {
    const frames = [...slices(10, echo(20)), ...slices(10, echo(100))];
    const facts = understand(enhancedMr({ ...axial, ...timing }, frames, spin));
    expect(facts.map((one) => one.weighting)).toEqual(['PD', 'T2']);
  });

  test('by the stack in each frame, where each is a whole one', () => {
    const frames = [...slices(10, axial), ...slices(10, facing(0, 1, 0, 0, 0, -1))];
    const facts = understand(enhancedMr({ ...echo(100), ...timing }, frames, spin));
    expect(facts.map((one) => one.plane)).toEqual(['axial', 'sagittal']);
  });

  test('but not the few images that a localizer has of each plane', () => {
    const frames = [...slices(3, axial), ...slices(3, facing(0, 1, 0, 0, 0, -1))];
    expect(understand(enhancedMr(echo(100), frames)).map((one) => one.plane)).toEqual(['mixed']);
  });

  test('by the frame type of maps; b-values of one diffusion series stay together', () => {
    const type = (...tokens: string[]): DicomJson =>
      macro('00189226', { '00089007': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', ...tokens] } });
    const b = (value: number): DicomJson => macro('00189117', { '00189087': { vr: 'FD', Value: [value] } });
    const frames = [
      ...slices(10, { ...type('DIFFUSION', 'NONE'), ...b(0) }),
      ...slices(10, { ...type('DIFFUSION', 'NONE'), ...b(1000) }),
      ...slices(10, type('DIFFUSION', 'ADC')),
    ];
    const facts = understand(enhancedMr(axial, frames, { '00189018': { vr: 'CS', Value: ['YES'] } }));
    expect(facts.map((one) => [one.weighting, one.bValues])).toEqual([
      ['DWI', [0, 1000]],
      ['ADC', []],
    ]);
  });

  test('and its coded fat suppression is read, where suppressed water is not suppressed fat', () => {
    const suppressed = (word: string): DicomJson =>
      macro('00189115', { '00189025': { vr: 'CS', Value: [word] } });
    const fatSat = (word: string): unknown =>
      understand(
        enhancedMr({ ...axial, ...echo(100), ...timing, ...suppressed(word) }, slices(10, {}), spin),
      )[0]?.fatSat;
    expect([fatSat('FAT'), fatSat('FAT_AND_WATER'), fatSat('WATER')]).toEqual(['yes', 'yes', 'unknown']);
  });
});

describe('slices tiled in one image', () => {
  const tiled = (token: string, more: DicomJson): DicomJson => ({
    '0020000D': { vr: 'UI', Value: ['2.25.1'] },
    '0020000E': { vr: 'UI', Value: ['2.25.1.1'] },
    '00080060': { vr: 'CS', Value: ['MR'] },
    '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'M', token] },
    '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] },
    '00180050': { vr: 'DS', Value: [3] },
    '00180088': { vr: 'DS', Value: [3] },
    ...more,
  });
  const mosaic: DicomJson = {
    '00200032': { vr: 'DS', Value: [0, 0, 0] },
    '0019100A': { vr: 'US', Value: [40] },
  };

  test('of a Siemens mosaic count under their creator', () => {
    const creator: DicomJson = { '00190010': { vr: 'LO', Value: ['SIEMENS MR HEADER'] } };
    expect(understand(tiled('MOSAIC', { ...mosaic, ...creator }))[0]?.coverageMm).toBe(120);
    expect(understand(tiled('MOSAIC', mosaic))[0]?.coverageMm).toBe(3);
  });

  test('of a UIH volume have positions of their own', () => {
    const tiles = [0, 3, 6].map((z) => ({ '00200032': { vr: 'DS', Value: [0, 0, z] } }));
    const volume = tiled('VFRAME', {
      '00650010': { vr: 'LO', Value: ['Image Private Header'] },
      '00651051': { vr: 'SQ', Value: tiles },
    });
    expect(understand(volume)[0]?.coverageMm).toBe(9);
  });
});

test('contrast that was only drunk is no agent', () => {
  const agents = (agent: string, route: string): string[] =>
    summarizeStudy([
      {
        '0020000E': { vr: 'UI', Value: ['2.25.1.1'] },
        '00180010': { vr: 'LO', Value: [agent] },
        '00181040': { vr: 'LO', Value: [route] },
      },
    ]).series.flatMap((series) => series.contrast.agents);
  expect(agents('ORAL', '')).toEqual([]);
  expect(agents('Iohexol', 'ORAL')).toEqual([]);
  expect(agents('ORAL & IV', '')).toEqual(['ORAL & IV']);
  expect(agents('Iohexol', 'IV')).toEqual(['Iohexol']);
});

test('the b-value in a Canon image comment is read, and nothing else of a comment', () => {
  const b = (manufacturer: string, comment: string): unknown =>
    summarizeStudy([
      {
        '0020000E': { vr: 'UI', Value: ['2.25.1.1'] },
        '00080060': { vr: 'CS', Value: ['MR'] },
        '00080070': { vr: 'LO', Value: [manufacturer] },
        '00204000': { vr: 'LT', Value: [comment] },
      },
    ]).series[0]?.mr?.bValues;
  expect(b('CANON_MEC', 'b=1500(0.3,0.2,0.9)')).toEqual([1500]);
  expect(b('CANON_MEC', 'Wang b=1500')).toEqual([]);
  expect(b('SIEMENS', 'b=1500')).toEqual([]);
});

test('a text of a million characters and a list of a million numbers are cut, not worked through', () => {
  const long = 't1 c+ '.repeat(170_000);
  const summary = summarizeStudy([
    {
      '0020000E': { vr: 'UI', Value: ['2.25.1.1'] },
      '00080060': { vr: 'CS', Value: ['MR'] },
      '0008103E': { vr: 'LO', Value: [long] },
      '00080008': { vr: 'CS', Value: Array.from({ length: 1_000_000 }, (_, i) => `TOKEN ${i}`) },
      '00180080': { vr: 'DS', Value: Array.from({ length: 1_000_000 }, () => 1e300) },
      '00200032': { vr: 'DS', Value: [1e308, Number.NaN, -1e308] },
    },
  ]);
  expect(JSON.stringify(summary).length).toBeLessThan(10_000);
  expect(summary.series.map(classifySeries)).toHaveLength(1);
});

test('a series of very many slice positions is summarised without running out of stack', () => {
  const objects = Array.from({ length: 7 }, (_, object) =>
    enhancedMr(
      facing(1, 0, 0, 0, 1, 0),
      Array.from({ length: 20_000 }, (__, i) => at(object * 20_000 + i)),
    ),
  );
  expect(summarizeStudy(objects).series[0]?.numberOfFrames).toBe(140_000);
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
  '00080070',
  '00181030',
  '00180022',
  '00180082',
  '00181314',
  '00181210',
  '00181250',
  '00181040',
  '00204000',
  '00089215',
  '00189226',
  '00209113',
  '00209116',
  '00189117',
  '00650010',
  '00651050',
  '00651051',
  '00190010',
  '0019100A',
  '0019109C',
];
const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.constant(null),
  fc.object(),
  fc.constantFrom(
    'MR',
    'CT',
    'MG',
    'DX',
    'ORIGINAL',
    'T1',
    '胸部CT平扫',
    'MOSAIC',
    'VFRAME',
    'CANON',
    '1e999',
    '',
  ),
  fc.constantFrom('Image Private Header', 'SIEMENS MR HEADER', 'GEMS_ACQU_01', 't1_vibe_dixon_C', 'b=99999'),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, 5e-324, 4096),
  fc.array(fc.integer()),
);
const { dataset: hostile } = fc.letrec<{ dataset: Record<string, unknown>; attribute: unknown }>((tie) => ({
  dataset: fc.dictionary(fc.constantFrom(...TAGS), tie('attribute'), { maxKeys: 12 }),
  attribute: fc.record(
    {
      vr: fc.constantFrom('SQ', 'CS', 'DS', 'UN', 'UI', ''),
      Value: fc.oneof(
        { depthSize: 'small' },
        fc.array(value, { maxLength: 7 }),
        fc.constant('not a list'),
        fc.array(tie('dataset'), { maxLength: 3 }),
      ),
      InlineBinary: fc.string(),
    },
    { requiredKeys: ['vr'] },
  ),
}));
/** A broken instance that at least says which series it is of, so that the rest of it is read. */
const instance = fc
  .tuple(hostile, fc.constantFrom('MR', 'CT', 'MG', 'DX', 'XX'), fc.constantFrom('2.25.1.1', '2.25.1.2'))
  .map(([dataset, modality, series]) => ({
    ...dataset,
    '0020000E': { vr: 'UI', Value: [series] },
    '00080060': { vr: 'CS', Value: [modality] },
  }));

test('no header, however broken, throws, passes an item, or makes a summary that is not plain JSON', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(instance, hostile), { maxLength: 5 }), (instances) => {
      const summary = summarizeStudy(instances as unknown as DicomJson[]);
      expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
      const result = evaluateStudy(summary, defaultCatalogue(), { settled: true });
      expect(result.results.filter((one) => one.verdict === 'PASS')).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('any text is read, and what it says is one of the known words', () => {
  const words = fc.constantFrom(
    'T1',
    't2',
    'FLAIR',
    '压脂',
    'C+',
    '+',
    'DWI',
    'b1000',
    '_',
    ' ',
    'tra',
    '矢状',
    '(',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 30 }), (parts) => {
      const summary = summarizeStudy([
        {
          '0020000E': { vr: 'UI', Value: ['2.25.1.1'] },
          '00080060': { vr: 'CS', Value: ['MR'] },
          '0008103E': { vr: 'LO', Value: [parts.join('')] },
        },
      ]);
      const facts = summary.series.map((series) => classifySeries(series).facts)[0];
      expect(['axial', 'sagittal', 'coronal', 'oblique', 'unknown']).toContain(facts?.plane);
      expect(facts?.confidence).toBeGreaterThanOrEqual(0);
      expect(facts?.confidence).toBeLessThanOrEqual(1);
    }),
    { numRuns: 200 },
  );
});
