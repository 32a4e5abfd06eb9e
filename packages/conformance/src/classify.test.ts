import { describe, expect, test } from 'vitest';
import { expand, type Attributes, type StudyHeaders } from '../catalogues/headers.ts';
import { AXIAL, CORONAL, ct, dwi, mip, mr, OBLIQUE_CORONAL, SAGITTAL } from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import { summarizeStudy } from './summarize.ts';
import type { SeriesFacts } from './types.ts';

function understand(series: StudyHeaders['series'], exam = ''): SeriesFacts[] {
  return evaluateStudy(
    summarizeStudy(
      expand({
        common: { StudyDate: '20240603', ...(exam === '' ? {} : { StudyDescription: exam }) },
        series,
      }),
    ),
    defaultCatalogue(),
    { settled: true },
  ).series;
}

function one(series: StudyHeaders['series'][number]): SeriesFacts {
  const [facts] = understand([series]);
  if (facts === undefined) throw new Error('no series');
  return facts;
}

function withAttributes(
  series: StudyHeaders['series'][number],
  more: Attributes,
): StudyHeaders['series'][number] {
  return { ...series, attributes: { ...series.attributes, ...more } };
}

describe('MR weighting', () => {
  test.each([
    ['T1', 'Ax T1 FSE', 'T1'],
    ['T2', '横断位T2WI', 'T2'],
    ['FLAIR', 't2_tirm_tra_dark-fluid', 'FLAIR'],
    ['FLAIR', 'Ax T2 FLAIR', 'FLAIR'],
    ['STIR', 'STIR sag', 'T2'],
    ['PDFS', 'pd_tse_fs_cor', 'PD'],
    ['TOF', 'TOF_3D_multi-slab', 'TOF'],
    ['CEMRA', 'CE-MRA cor', 'CEMRA'],
    ['T1GRE', 't1_vibe_fs_tra', 'T1'],
    ['T1', '', 'T1'],
    ['T2', '', 'T2'],
    ['FLAIR', '', 'FLAIR'],
    ['T2', 'T12 L1 tra', 'T2'],
  ] as const)('%s timing named "%s" is %s', (technique, description, weighting) => {
    expect(one(mr('siemens', technique, description)).weighting).toBe(weighting);
  });

  test('a name that contradicts the timing leaves the weighting unknown with both reasons', () => {
    const facts = one(mr('ge', 'T2', 'Ax T1'));
    expect(facts.weighting).toBe('unknown');
    expect(
      facts.because.filter((reason) => reason.fact === 'weighting').map((reason) => reason.source),
    ).toEqual(['RepetitionTime, EchoTime, InversionTime', 'SeriesDescription']);
  });

  test.each(['siemens', 'ge', 'philips', 'uih'] as const)(
    'the private b-values of %s are read under its own creator',
    (maker) => {
      const facts = one(dwi(maker, 'series 5', 1000));
      expect(facts.weighting).toBe('DWI');
      expect(facts.bValues.at(-1)).toBe(1000);
    },
  );

  test('a private b-value without its creator is not read', () => {
    const series = withAttributes(mr('siemens', 'T2', 'x'), {
      SiemensCreator: 'SOMEBODY ELSE',
      SiemensBValue: 1000,
    });
    expect(one(series).weighting).toBe('T2');
  });

  test('an implausible b-value is not read', () => {
    expect(one(withAttributes(mr('siemens', 'T2', 'x'), { DiffusionBValue: 7.2e75 })).weighting).toBe('T2');
  });

  test('the diffusion tag that GE writes on other EPI is no evidence of diffusion', () => {
    const series = withAttributes(mr('ge', 'DWI', 'EPI run 1'), {
      GeBValueCreator: 'GEMS_PARM_01',
      GeBValue: [0, 268435456, 0, 0],
      ScanningSequence: ['EP', 'GR'],
    });
    expect(one(series).weighting).toBe('OTHER');
  });

  test('a diffusion name on a gradient echo that is no EPI is a contradiction', () => {
    expect(one(mr('philips', 'T1GRE', 'DWI')).weighting).toBe('unknown');
  });

  test('an ADC map beside its diffusion images is told apart within one series', () => {
    const diffusion = dwi('siemens', 'ep2d_diff');
    const parts = understand([
      {
        ...diffusion,
        repeats: [...(diffusion.repeats ?? []), { ImageType: ['DERIVED', 'PRIMARY', 'DIFFUSION', 'ADC'] }],
      },
    ]);
    expect(parts.map((facts) => [facts.weighting, facts.derived])).toEqual([
      ['DWI', null],
      ['ADC', 'MAP'],
    ]);
  });

  test('the two echoes of one series are judged apart', () => {
    const dual = mr('ge', 'T2', '', {});
    const parts = understand([{ ...dual, repeats: [{ EchoTime: 20 }, { EchoTime: 90 }] }]);
    expect(parts.map((facts) => facts.weighting)).toEqual(['PD', 'T2']);
  });
});

describe('fat suppression', () => {
  test('GE saturation bands are not fat suppression', () => {
    expect(
      one(withAttributes(mr('ge', 'T2', 'Ax T2'), { ScanOptions: ['SAT_GEMS', 'FSS_GEMS', 'FAST_GEMS'] }))
        .fatSat,
    ).toBe('no');
  });
  test('a short inversion time suppresses fat', () => {
    expect(one(mr('philips', 'STIR', 'cor')).fatSat).toBe('yes');
  });
  test('a dark-fluid TIRM is not fat-suppressed', () => {
    expect(one(mr('siemens', 'FLAIR', 't2_tirm_tra_dark-fluid')).fatSat).toBe('no');
  });
});

describe('plane', () => {
  test.each([
    [AXIAL, 'axial'],
    [SAGITTAL, 'sagittal'],
    [CORONAL, 'coronal'],
    [OBLIQUE_CORONAL, 'oblique'],
  ] as const)('orientation %j is %s', (plane, name) => {
    expect(one(mr('ge', 'T2', '', { plane })).plane).toBe(name);
  });
  test('a name that contradicts the orientation of a 2D series leaves the plane unknown', () => {
    expect(one(mr('ge', 'T2', 'Cor T2')).plane).toBe('unknown');
  });
});

describe('contrast and phase', () => {
  const agent = { ContrastBolusAgent: 'Gadobutrol' };

  test('an agent on every series proves nothing', () => {
    const facts = understand([
      mr('ge', 'T1', 'A', { more: agent }),
      mr('ge', 'T1', 'B', { at: 600, more: agent }),
    ]);
    expect(facts.map((series) => series.contrast)).toEqual(['unknown', 'unknown']);
  });

  test('an agent on some series tells before from after', () => {
    const facts = understand([mr('ge', 'T1', 'A'), mr('ge', 'T1', 'B', { at: 600, more: agent })]);
    expect(facts.map((series) => series.contrast)).toEqual(['pre', 'post']);
  });

  test('words for "none" in the agent field are no agent', () => {
    const facts = understand([
      mr('ge', 'T1', 'A'),
      mr('ge', 'T1', 'B', { at: 600, more: { ContrastBolusAgent: 'NONE' } }),
    ]);
    expect(facts.map((series) => series.contrast)).toEqual(['unknown', 'unknown']);
  });

  test('series after a series known to be enhanced are enhanced, those before are not', () => {
    const facts = understand([
      mr('uih', 'T1', '横断T1'),
      mr('uih', 'T1', '横断T1增强', { at: 600 }),
      mr('uih', 'T1', '冠状T1', { plane: CORONAL, at: 700 }),
    ]);
    expect(facts.map((series) => series.contrast)).toEqual(['pre', 'post', 'post']);
  });

  test('a plain name after the injection time is a contradiction', () => {
    const [facts] = understand([
      ct('philips', '平扫', { at: 60, more: { ContrastBolusStartTime: '100000' } }),
    ]);
    expect(facts?.contrast).toBe('unknown');
    expect(facts?.because.filter((reason) => reason.fact === 'contrast')).toHaveLength(2);
  });

  test('phases follow from the delay after the injection', () => {
    const at = (seconds: number, acquisition: number): StudyHeaders['series'][number] =>
      ct('ge', '5mm', { at: seconds, acquisition, more: { ContrastBolusStartTime: '100200' } });
    expect(understand([at(0, 1), at(150, 2), at(185, 3), at(320, 4)]).map((series) => series.phase)).toEqual([
      'native',
      'arterial',
      'portal-venous',
      'delayed',
    ]);
  });

  test('phases follow from order and gaps where the injection time is missing', () => {
    const at = (seconds: number, acquisition: number): StudyHeaders['series'][number] =>
      ct('ge', '5mm', { at: seconds, acquisition, agent: 'Iohexol' });
    expect(
      understand([ct('ge', '5mm'), at(240, 2), at(272, 3), at(400, 4)]).map((series) => series.phase),
    ).toEqual(['native', 'arterial', 'portal-venous', 'delayed']);
  });

  test('a phase name that the injection time contradicts stays unknown', () => {
    const [, facts] = understand([
      ct('ge', 'C-'),
      ct('ge', '动脉期', { at: 420, acquisition: 2, more: { ContrastBolusStartTime: '100200' } }),
    ]);
    expect(facts?.phase).toBe('unknown');
  });

  test('reconstructions of one acquisition are one phase', () => {
    const facts = understand([
      ct('ge', 'C-'),
      ct('ge', 'ART', { at: 240, acquisition: 2 }),
      ct('ge', '1.25mm', { at: 240, acquisition: 2, thickness: 1.25 }),
    ]);
    expect(facts.map((series) => series.phase)).toEqual(['native', 'arterial', 'arterial']);
  });
});

describe('what is not an acquisition', () => {
  test('bolus tracking is recognised by its single table position', () => {
    const monitor = ct('siemens', 'I40s', { range: [0, 1] });
    expect(one({ ...monitor, repeats: Array.from({ length: 12 }, () => ({})) }).derived).toBe('MONITOR');
  });
  test('a projection of an angiography is a MIP', () => {
    expect(one(mip('siemens', 'TOF')).derived).toBe('MIP');
  });
  test('a coronal CT is a reformat whatever its type says', () => {
    expect(one(ct('uih', 'x', { plane: CORONAL, imageType: ['DERIVED', 'SECONDARY'] })).derived).toBe('MPR');
  });
});
