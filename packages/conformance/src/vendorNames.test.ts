import { describe, expect, test } from 'vitest';
import { expand, type Attributes } from '../catalogues/headers.ts';
import { classifySeries, type ClassifiedSeries } from './classify.ts';
import { summarizeStudy } from './summarize.ts';
import type { SeriesFacts } from './types.ts';

/** Pulse sequences as scanners write them; a name is put beside them or stands alone. */
const SEQUENCES = {
  none: {},
  t1se: { ScanningSequence: 'SE', RepetitionTime: 520, EchoTime: 11, FlipAngle: 90 },
  t1ir: { ScanningSequence: ['IR', 'SE'], RepetitionTime: 2100, EchoTime: 9, InversionTime: 860 },
  t2se: { ScanningSequence: 'SE', RepetitionTime: 4200, EchoTime: 98, FlipAngle: 150 },
  pdse: { ScanningSequence: 'SE', RepetitionTime: 2600, EchoTime: 34, FlipAngle: 150 },
  t2heavy: { ScanningSequence: 'SE', RepetitionTime: 4500, EchoTime: 720, MRAcquisitionType: '3D' },
  t2volume: { ScanningSequence: 'SE', RepetitionTime: 1400, EchoTime: 210, MRAcquisitionType: '3D' },
  flair: { ScanningSequence: ['SE', 'IR'], RepetitionTime: 9000, EchoTime: 92, InversionTime: 2500 },
  flairWithoutTi: { ScanningSequence: ['SE', 'IR'], RepetitionTime: 9000, EchoTime: 92 },
  stir: { ScanningSequence: ['SE', 'IR'], RepetitionTime: 4300, EchoTime: 60, InversionTime: 160 },
  t1gre: {
    ScanningSequence: 'GR',
    SequenceVariant: 'SP',
    RepetitionTime: 4.1,
    EchoTime: 1.8,
    FlipAngle: 11,
    MRAcquisitionType: '3D',
  },
  mprage: {
    ScanningSequence: ['GR', 'IR'],
    RepetitionTime: 2300,
    EchoTime: 2.98,
    InversionTime: 900,
    FlipAngle: 9,
  },
  dualPhase: { ScanningSequence: 'GR', RepetitionTime: 150, EchoTime: 2.3, FlipAngle: 75 },
  t2gre: { ScanningSequence: 'GR', RepetitionTime: 620, EchoTime: 20, FlipAngle: 20 },
  swi: { ScanningSequence: 'GR', RepetitionTime: 28, EchoTime: 20, FlipAngle: 15, MRAcquisitionType: '3D' },
  bssfp: { ScanningSequence: 'GR', SequenceVariant: 'SS', RepetitionTime: 5.8, EchoTime: 2.6, FlipAngle: 50 },
  tof: { ScanningSequence: 'GR', RepetitionTime: 23, EchoTime: 3.6, FlipAngle: 18, MRAcquisitionType: '3D' },
  epi: { ScanningSequence: ['EP', 'SE'], ScanOptions: 'FS', RepetitionTime: 4000, EchoTime: 78 },
  greEpi: {
    ScanningSequence: ['EP', 'GR'],
    ScanOptions: 'FS',
    RepetitionTime: 2000,
    EchoTime: 30,
    FlipAngle: 90,
  },
} as const satisfies Record<string, Attributes>;
type Sequence = keyof typeof SEQUENCES;

function understand(sequence: Sequence, name: string, more: Attributes = {}): SeriesFacts {
  const headers = expand({
    common: {},
    series: [
      {
        attributes: { Modality: 'MR', ...SEQUENCES[sequence], SeriesDescription: name, ...more },
        orientation: [1, 0, 0, 0, 1, 0],
        stack: { start: 0, step: 5, slices: 20 },
      },
    ],
  });
  const [series] = summarizeStudy(headers).series.map(classifySeries);
  if (series === undefined) throw new Error('no series');
  return series.facts;
}

describe('the weighting of names as vendors and hospitals write them', () => {
  test.each([
    // T1 by name, by technique, and by technique in other words
    ['t1se', 'T1W_SE', 'T1'],
    ['t1se', 'sT1W_TSE', 'T1'],
    ['t1se', 'sagT1', 'T1'],
    ['t1se', '矢状位T1WI', 'T1'],
    ['t1se', '3D SPACE T1 黑血', 'T1'],
    ['t1gre', 'DELAYED 5MIN COR', 'T1'],
    ['t1ir', 'T1 FLAIR SAG', 'T1'],
    ['t1ir', 'FLAIR T1', 'T1'],
    ['t1ir', 'T1_TIRM_sag', 'T1'],
    ['t1ir', 't1_tirm_tra_dark-fluid', 'T1'],
    ['t1gre', 'Ax LAVA-Flex+C', 'T1'],
    ['t1gre', 'eTHRIVE_BH', 'T1'],
    ['t1gre', 'THRIVE dyn', 'T1'],
    ['t1gre', 't1_vibe_dixon_tra_bh_W', 'T1'],
    ['t1gre', 'Quick3D+C', 'T1'],
    ['t1gre', 'TWIST-VIBE dyn', 'T1'],
    ['t1gre', 'DISCO', 'T1'],
    ['t1gre', 'AX VIBE DIXON TWIST DELAYED_W', 'T1'],
    ['t1gre', 't1_quick3d_tra_fs_1+6steps_R2', 'T1'],
    ['t1gre', 'Ax VIBRANT-xv+C', 'T1'],
    ['dualPhase', '同反相位', 'T1'],
    ['dualPhase', 'Ax Dual Echo In Phase', 'T1'],
    ['mprage', 'Sag 3D BRAVO', 'T1'],
    ['mprage', 'MPRAGE_iso', 'T1'],
    ['none', 'T1W_3D_TFE', 'T1'],
    // T2 and its fast, motion-robust and volume kinds
    ['t2se', 'T2W_TSE', 'T2'],
    ['t2se', 'eT2W', 'T2'],
    ['t2se', 'T2 PROPELLER', 'T2'],
    ['t2se', 'T2_BLADE_tra', 'T2'],
    ['t2se', 'T2W_MultiVane', 'T2'],
    ['t2se', 't2_arms_fs_tra', 'T2'],
    ['t2se', 'HR T2 oblique', 'T2'],
    ['t2se', 'T2W_DRIVE_CLEAR', 'T2'],
    ['t2se', 'Sag CUBE T2', 'T2'],
    ['t2se', 't2_space_sag_iso', 'T2'],
    ['t2se', 't2_fse_mx_3d_sag', 'T2'],
    ['t2se', '横断T2压脂', 'T2'],
    ['t2se', 'Cor SSFSE BH', 'T2'],
    ['none', 'HASTE_cor', 'T2'],
    ['stir', 'STIR_longTE', 'T2'],
    ['pdse', 'PDW_SPAIR', 'PD'],
    ['pdse', 'cor_pd_tse_fs', 'PD'],
    ['pdse', '质子密度压脂', 'PD'],
    // FLAIR in every word order
    ['flair', 'T2 FLAIR FS', 'FLAIR'],
    ['flair', 't2_tirm_tra_dark-fluid_fs', 'FLAIR'],
    ['flair', 'Flair_T2', 'FLAIR'],
    ['flair', '3D Brain VIEW FLAIR', 'FLAIR'],
    ['flair', 'Ax CUBE FLAIR', 'FLAIR'],
    ['flair', '黑水像', 'FLAIR'],
    ['flairWithoutTi', 'T2 FLAIR', 'FLAIR'],
    // T2* and susceptibility
    ['t2gre', 'T2 MERGE', 'T2STAR'],
    ['t2gre', 'mFFE', 'T2STAR'],
    ['t2gre', 'T2* GRE', 'T2STAR'],
    ['t2gre', 't2_me2d_tra', 'T2STAR'],
    ['t2gre', 'Ax T2 GRE', 'T2STAR'],
    ['swi', 'SWAN', 'SWI'],
    ['swi', 'VenBOLD', 'SWI'],
    ['swi', 'FSBB', 'SWI'],
    ['swi', '磁敏感加权成像', 'SWI'],
    // diffusion
    ['epi', 'DWIBS', 'DWI'],
    ['epi', 'IVIM', 'DWI'],
    ['epi', 'DKI', 'DWI'],
    ['epi', 'sB1000', 'DWI'],
    ['epi', 'resolve_4scan_trace_tra', 'DWI'],
    ['epi', 'eADC', 'MAP'],
    ['epi', 'dADC', 'ADC'],
    ['epi', 'ADC (10^-6 mm²/s)', 'ADC'],
    ['epi', '表观弥散系数', 'ADC'],
    ['epi', 'DTI_FA', 'MAP'],
    // hydrography and balanced sequences
    ['t2heavy', 'MRCP_3D', 'HYDRO'],
    ['t2heavy', 'MRU', 'HYDRO'],
    ['t2heavy', '水成像', 'HYDRO'],
    ['t2volume', 't2_space_iac_tra', 'HYDRO'],
    ['t2volume', '3D FASE IAC AX', 'HYDRO'],
    ['t2volume', 't2_space_sag_iso', 'T2'],
    ['t2volume', '', 'T2'],
    ['t2heavy', '', 'unknown'],
    ['bssfp', 'CISS_3D', 'HYDRO'],
    ['bssfp', 'FIESTA-C', 'HYDRO'],
    ['bssfp', 'FIESTA', 'OTHER'],
    ['bssfp', 'bTFE_BH', 'OTHER'],
    ['bssfp', 'B-TFE', 'OTHER'],
    // vessels and perfusion
    ['tof', '3D TOF', 'TOF'],
    ['tof', 'Inhance Inflow IR', 'TOF'],
    ['tof', 'Inhance 3D Velocity', 'PC'],
    ['t1gre', 'TRICKS', 'CEMRA'],
    ['greEpi', 'DSC_PWI', 'PERF'],
    ['t2se', '3D ASL', 'PERF'],
    ['greEpi', 'ep2d_bold_moco', 'OTHER'],
    ['greEpi', 'EPI run 2', 'OTHER'],
    // maps and by-products are no evidence of a weighting
    ['t2gre', 'T2* Map', 'MAP'],
    ['t2se', 'T2 mapping', 'MAP'],
    ['t1gre', 'IDEAL IQ', 'MAP'],
    ['t2gre', 'gre_field_mapping', 'OTHER'],
    ['t1gre', 'Asset calibration', 'OTHER'],
    ['t1gre', '三平面定位', 'LOCALIZER'],
    // an enhanced name in MR is T1 where timing allows it, and never against timing
    ['none', '动态增强5期', 'T1'],
    ['t1gre', '动脉期', 'T1'],
    ['flair', '冠状位增强', 'FLAIR'],
  ] as const)('%s timing named "%s" is %s', (sequence, name, weighting) => {
    expect(understand(sequence, name).weighting).toBe(weighting);
  });
});

describe('voters that contradict each other', () => {
  test.each([
    ['t2se', 'T1W_TSE', ['T2', 'T1']],
    ['t1se', 'T2W_TSE', ['T1', 'T2']],
    ['flair', 'T2W_TSE', ['FLAIR', 'T2']],
    ['t1gre', 'DWI', ['DWI']],
    ['t2se', '3D TOF', ['TOF']],
    ['swi', 'TOF SWI', ['TOF', 'SWI']],
    ['t1gre', '横断位内耳水成像', ['hydrography']],
    ['t2se', 'Sag 3D PC MRV', ['PC']],
  ] as const)('%s timing named "%s" stays unknown, with every reason', (sequence, name, possible) => {
    const facts = understand(sequence, name);
    expect(facts.weighting).toBe('unknown');
    expect(facts.because.filter((one) => one.fact === 'weighting').length).toBeGreaterThan(1);
    expect(facts.confidence).toBeLessThan(0.5);
    const said = facts.because.map((one) => one.text.en).join(' ');
    for (const one of possible) expect(said).toContain(one === 'DWI' ? 'diffusion' : one);
  });

  test('a lone b-value does not make a named T2 of a spin echo without EPI diffusion', () => {
    const facts = understand('t2se', 'Ax T2', { DiffusionBValue: 1000 });
    expect(facts.weighting).toBe('unknown');
  });

  test('agreement of independent voters raises the confidence', () => {
    expect(understand('t2se', '').confidence).toBeLessThan(understand('t2se', 'T2').confidence);
  });

  test('a phase image of any sequence is none of its weighted images', () => {
    expect(
      understand('swi', 'Pha_Images SWI', { ImageType: ['ORIGINAL', 'PRIMARY', 'P', 'ND'] }).weighting,
    ).toBe('OTHER');
  });

  test('the b = 0 of United Imaging and its kin is zero', () => {
    expect(understand('epi', 'DWI', { DiffusionBValue: 1.25 }).bValues).toEqual([0]);
  });
});

describe('fat suppression and how it was done', () => {
  test.each([
    ['t2se', 'T2W_SPAIR', {}, 'yes', 'SPAIR'],
    ['t1se', 'T1W_SPIR', {}, 'yes', 'SPIR'],
    ['t2se', 't2_tse_fs_tra', { ScanOptions: 'FS' }, 'yes', 'SATURATION'],
    ['t2se', 'T2 SPAIR', { ScanOptions: 'FS' }, 'yes', 'SPAIR'],
    ['stir', 'STIR', {}, 'yes', 'STIR'],
    ['stir', '矢状位', {}, 'yes', 'STIR'],
    ['t2se', 't2_tse_dixon_tra_W', {}, 'yes', 'DIXON'],
    ['t2se', 't2_tse_dixon_tra_F', {}, 'no', null],
    ['t1gre', 't1_vibe_dixon_opp', {}, 'no', null],
    ['t1gre', 'mDIXON', { ImageType: ['DERIVED', 'PRIMARY', 'W', 'W'] }, 'yes', 'DIXON'],
    ['t1gre', 'LAVA-Flex', { ImageType: ['DERIVED', 'PRIMARY', 'DIXON', 'WATER'] }, 'yes', 'DIXON'],
    ['t2se', 'WATER: Ax T2 FSE-IDEAL', {}, 'yes', 'DIXON'],
    ['t2se', 'FAT: Ax T2 FSE-IDEAL', {}, 'no', null],
    ['t1gre', 't1_we_sag', {}, 'yes', 'WATER_EXCITATION'],
    ['t1gre', 'ProSet T1', {}, 'yes', 'WATER_EXCITATION'],
    ['t2se', '横断T2压脂', {}, 'yes', 'SATURATION'],
    ['t2se', 'T2 脂肪抑制', {}, 'yes', 'SATURATION'],
    ['t2se', 'T2 non-FS', {}, 'no', null],
    ['t2se', 'T2 不压脂', {}, 'no', null],
    ['t2se', 'T2W_TSE', {}, 'no', null],
    ['flair', 'T2 FLAIR FS', {}, 'yes', 'SATURATION'],
    ['flair', 't2_tirm_tra_dark-fluid', {}, 'no', null],
    ['t1ir', 't1_tirm_sag', {}, 'no', null],
  ] as const)('%s "%s" %j is %s by %s', (sequence, name, more, value, method) => {
    const facts = understand(sequence, name, more);
    expect([facts.fatSat, facts.fatSatMethod]).toEqual([value, method]);
  });

  test('a name that denies what the scan options say stays unknown with both reasons', () => {
    const facts = understand('t2se', 'T2 no fatsat', { ScanOptions: 'FS' });
    expect(facts.fatSat).toBe('unknown');
    expect(facts.because.filter((one) => one.fact === 'fatSat').map((one) => one.source)).toEqual([
      'SeriesDescription',
      'ScanOptions',
    ]);
  });
});

describe('words of before and after contrast', () => {
  test.each([
    ['t1_mprage_sag_iso_C', 'post'],
    ['T1W_SPIRC', 'post'],
    ['T1 TRA+', 'post'],
    ['MdC_3D_T1_TSE', 'post'],
    ['T1 FS +Gd', 'post'],
    ['肝胆期', 'post'],
    ['AX T1 FS VIBE 10 MIN', 'post'],
    ['LAVA mask', 'pre'],
    ['冠状位CE-MRA 蒙片', 'pre'],
    ['CE-MRA COR pre', 'pre'],
    ['T1蒙片', 'pre'],
    ['T1 W/O', 'pre'],
  ] as const)('"%s" says %s', (name, state) => {
    const [series] = summarizeStudy(
      expand({ common: {}, series: [{ attributes: { Modality: 'MR', SeriesDescription: name } }] }),
    ).series.map(classifySeries);
    expect(series?.description.read('contrast')).toEqual([state]);
  });

  test.each(['T1_tse_sag_C', '3D phase contrast', 'Prescan T1', 'T1 post processing'])(
    '"%s" says nothing of contrast',
    (name) => {
      const [series] = summarizeStudy(
        expand({ common: {}, series: [{ attributes: { Modality: 'MR', SeriesDescription: name } }] }),
      ).series.map(classifySeries);
      expect(series?.description.read('contrast')).toEqual([]);
    },
  );
});

describe('planes', () => {
  const planeOf = (more: Attributes, orientation?: readonly number[]): ClassifiedSeries | undefined =>
    summarizeStudy(
      expand({
        common: {},
        series: [
          {
            attributes: { Modality: 'MR', ...more },
            ...(orientation === undefined ? {} : { orientation, stack: { start: 0, step: 5, slices: 20 } }),
          },
        ],
      }),
    ).series.map(classifySeries)[0];

  test.each([
    ['矢T2', 'sagittal'],
    ['横轴T1', 'axial'],
    ['冠T2压脂', 'coronal'],
    ['OSag T2', 'sagittal'],
    ['t2_tse_tra', 'axial'],
    ['Lt Obl t2_tse', 'oblique'],
    ['pd_tse_fs_ABER', 'oblique'],
    ['斜冠状位PD-FS', 'oblique'],
    ['冠脉MRA', 'unknown'],
    ['轴位片', 'unknown'],
    ['HR T2', 'unknown'],
    ['flair_sag_MPR_tra', 'unknown'],
  ] as const)('without an orientation, "%s" is %s', (name, plane) => {
    expect(planeOf({ SeriesDescription: name })?.facts.plane).toBe(plane);
  });

  test('the protocol names the plane where the description names none', () => {
    expect(planeOf({ SeriesDescription: 'T2', ProtocolName: 't2_tse_sag' })?.facts.plane).toBe('sagittal');
  });

  const tilted = (degrees: number): number[] => {
    const angle = (degrees * Math.PI) / 180;
    return [1, 0, 0, 0, Math.cos(angle), Math.sin(angle)];
  };

  test.each([
    [0, 'axial', true],
    [30, 'axial', true],
    [34, 'oblique', true],
    [40, 'oblique', false],
  ] as const)('a stack tilted by %d° is %s', (degrees, plane, counts) => {
    const series = planeOf({ SeriesDescription: 'T2' }, tilted(degrees));
    expect(series?.facts.plane).toBe(plane);
    expect(series?.nearestPlane).toBe('axial');
    expect(series?.obliqueNamed === true || plane === 'axial').toBe(counts);
  });
});
