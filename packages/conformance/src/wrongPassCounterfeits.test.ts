import { describe, expect, test } from 'vitest';
import { expand, type Attributes, type SeriesHeaders } from '../catalogues/headers.ts';
import {
  CORONAL,
  ct,
  dwi,
  mammogram,
  mip,
  mpr,
  mr,
  mrLocalizer,
  radiograph,
  SAGITTAL,
  scout,
  vr,
  type MrOptions,
} from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import type { EvaluationOptions } from './options.ts';
import { summarizeStudy } from './summarize.ts';

/** Studies that were made to look complete: other sides, copied series, screen pictures, names that say more than was scanned. */

const agent = 'Iohexol 350';
const gd = { ContrastBolusAgent: 'Gd-DTPA' };
const chest: readonly [number, number] = [-160, 160];
const upper: readonly [number, number] = [-110, 110];
const neck: readonly [number, number] = [-200, 200];
const body = { field: 380 };
const joint = { field: 160, thickness: 3 };

function passed(
  exam: string,
  series: SeriesHeaders[],
  common: Attributes = {},
  options: Partial<EvaluationOptions> = {},
): string[] {
  const study = { common: { StudyDate: '20240603', StudyDescription: exam, ...common }, series };
  return evaluateStudy(summarizeStudy(expand(study)), defaultCatalogue(), { settled: true, ...options })
    .results.filter((one) => one.verdict === 'PASS')
    .map((one) => one.itemCode);
}

function with_(series: SeriesHeaders, attributes: Attributes): SeriesHeaders {
  return { ...series, attributes: { ...series.attributes, ...attributes } };
}

function brain(names: readonly string[] = ['T1 tra', 'T2 tra', 'FLAIR tra', 'DWI b1000']): SeriesHeaders[] {
  const [t1 = '', t2 = '', flair = '', diffusion = ''] = names;
  return [
    mrLocalizer('siemens'),
    mr('siemens', 'T1', t1, { at: 60 }),
    mr('siemens', 'T2', t2, { at: 180 }),
    mr('siemens', 'FLAIR', flair, { at: 300 }),
    dwi('siemens', diffusion, 1000, { at: 420 }),
  ];
}

function knee(sides: readonly string[], common: MrOptions = {}): SeriesHeaders[] {
  const side = (index: number): Attributes => ({ Laterality: sides[index] ?? '' });
  const one = (
    index: number,
    technique: 'T1' | 'T2' | 'PDFS',
    name: string,
    plane?: readonly number[],
  ): SeriesHeaders =>
    mr('uih', technique, name, {
      ...joint,
      ...common,
      at: 100 * index,
      ...(plane === undefined ? {} : { plane }),
      more: side(index),
    });
  return [
    mrLocalizer('uih'),
    one(0, 'T1', 'T1 sag', SAGITTAL),
    one(1, 'T2', 'T2 sag', SAGITTAL),
    one(2, 'PDFS', 'PD fs cor', CORONAL),
    one(3, 'PDFS', 'PD fs tra'),
  ];
}

function liver(): SeriesHeaders[] {
  return [
    mrLocalizer('siemens'),
    mr('siemens', 'T2', 't2_haste_cor', { ...body, plane: CORONAL, at: 30 }),
    mr('siemens', 'T2FS', 't2_tse_fs_tra', { ...body, at: 100 }),
    vibe('t1_vibe_fs_tra', 200),
    dwi('siemens', 'dwi_b800', 800, { ...body, at: 300 }),
  ];
}

function vibe(name: string, at: number, more: Attributes = {}): SeriesHeaders {
  return mr('siemens', 'T1GRE', name, { ...body, at, slices: 60, thickness: 3, more });
}

function spine(extra: SeriesHeaders[], names = ['T1 sag', 'T2 sag']): SeriesHeaders[] {
  const slices = { slices: 13, thickness: 4, field: 280 };
  return [
    mrLocalizer('ge'),
    mr('ge', 'T1', names[0] ?? '', { ...slices, plane: SAGITTAL, at: 60 }),
    mr('ge', 'T2', names[1] ?? '', { ...slices, plane: SAGITTAL, at: 200 }),
    ...extra,
  ];
}

const screen = (description: string, modality: string, images = 1): SeriesHeaders => ({
  attributes: {
    Modality: modality,
    SeriesDescription: description,
    ImageType: ['DERIVED', 'SECONDARY'],
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
  },
  images: Array.from({ length: images }, () => ({})),
});

const left = [mammogram('L', 'CC'), mammogram('L', 'MLO')];
const mapped = (itemCode: string): Partial<EvaluationOptions> => ({
  examMapping: [{ code: 'X1', scheme: '99H', itemCodes: [itemCode] }],
});
const code = (meaning: string): Attributes => ({
  ProcedureCodeSequence: [{ CodeValue: 'X1', CodingSchemeDesignator: '99H', CodeMeaning: meaning }],
});

type Counterfeit = [
  about: string,
  exam: string,
  series: SeriesHeaders[],
  common?: Attributes,
  options?: Partial<EvaluationOptions>,
];

const sides: Counterfeit[] = [
  ['the left breast for RT', 'MG RT', left],
  ['the left breast for a lone R', 'MAMMO R', left],
  ['the left breast for (R)', '乳腺X线摄影(R)', left],
  [
    'the side stands in a less trusted text',
    '乳腺钼靶',
    left,
    { PerformedProcedureStepDescription: '右乳腺钼靶' },
  ],
  ['the left breast under a mapped code of the right one', '', left, code('右乳钼靶'), mapped('DR-07')],
  [
    'the left knee under a mapped code',
    '',
    knee(['L', 'L', 'L', 'L']),
    code('右膝关节MRI平扫'),
    mapped('MR-13'),
  ],
  ['half of a right knee is the left one', '右膝关节MRI平扫', knee(['R', 'R', 'L', 'L'])],
  ['a knee of nobody knows which side, of two halves', '膝关节MRI平扫', knee(['R', 'R', 'L', 'L'])],
  ['both knees ordered, half of each', '双膝关节MRI平扫', knee(['R', 'R', 'L', 'L'])],
  [
    'the right hand ordered, the image marked by its name alone',
    '右手正斜位',
    [radiograph('Hand L', { BodyPartExamined: 'HAND' })],
  ],
];

const visits: Counterfeit[] = [
  [
    'two halves of a chest from two visits',
    '胸部CT平扫',
    [
      ct('ge', '5mm', { range: [-160, 0], more: { AcquisitionDate: '20240603' } }),
      ct('ge', '1.25mm', { range: [0, 160], thickness: 1.25, more: { AcquisitionDate: '20240520' } }),
    ],
  ],
  [
    'two halves of a chest on one day, thin and thick',
    '胸部CT平扫',
    [
      ct('ge', '1.25mm A', { range: [-160, 0], thickness: 1.25 }),
      ct('ge', '1.25mm B', { range: [0, 160], thickness: 1.25, at: 5000, acquisition: 2 }),
    ],
  ],
  [
    'the thin slices of an earlier exam known by ContentDate alone',
    '胸部CT平扫',
    [
      ct('ge', '5mm', { range: chest }),
      with_(ct('ge', '1.25mm', { range: chest, thickness: 1.25 }), {
        AcquisitionTime: [],
        ContentDate: '20230511',
      }),
    ],
  ],
  [
    'a volume rendering of an earlier exam known by ContentDate',
    '膝关节CT平扫+三维重建',
    [
      ct('uih', '膝 0.8', { thickness: 0.8, range: [-60, 60] }),
      mpr('uih', '膝 冠状MPR'),
      with_(vr('膝 VR'), { ContentDate: '20230511' }),
    ],
  ],
  [
    'the diffusion of a later visit',
    '颅脑MRI平扫',
    brain().map((one, index) => (index === 4 ? with_(one, { AcquisitionDate: '20240701' }) : one)),
  ],
  [
    'a wrong study date over images of another day',
    '颅脑MRI平扫',
    brain().map((one) => with_(one, { AcquisitionDate: '20240301' })),
  ],
  [
    'an exam made of another patient position set: the frame of an earlier series date',
    '颅脑MRI平扫',
    brain().map((one, index) =>
      index === 2 ? with_(one, { AcquisitionTime: [], SeriesDate: '20230511' }) : one,
    ),
  ],
];

const brains: Counterfeit[] = [
  [
    'a T1 repeated late in an exam whose name says nothing of contrast',
    '颅脑MRI',
    [
      ...brain(),
      mr('siemens', 'T1', 'T1 tra', { at: 800 }),
      mr('siemens', 'T1', 'T1 cor', { at: 900, plane: CORONAL }),
    ],
  ],
  [
    'diffusion calculated for a b-value that was not scanned',
    '颅脑MRI平扫',
    [
      ...brain().slice(0, 4),
      with_(dwi('siemens', 'ep2d_calc_b1400', 1400, { at: 420 }), {
        ImageType: ['DERIVED', 'PRIMARY', 'DIFFUSION', 'CALC_BVALUE'],
      }),
    ],
  ],
  [
    'a T2 synthesised from maps',
    '颅脑MRI平扫',
    brain().map((one, index) =>
      index === 2 ? with_(one, { ImageType: ['DERIVED', 'PRIMARY', 'SYNTHETIC'] }) : one,
    ),
  ],
  [
    'hydrography for an exam of the ear with contrast',
    'MR IAC WO/W CISS',
    [mrLocalizer('siemens'), mr('siemens', 'HYDRO', 'CISS')],
  ],
  [
    'the only run of an enhanced angiography, an agent registered on everything',
    '头颅MRA增强',
    [mr('siemens', 'CEMRA', 'CE MRA COR', { plane: CORONAL, slices: 80, thickness: 1, more: gd })],
  ],
  [
    'a FLAIR under the name T2',
    '颅脑MRI平扫',
    brain().map((one, index) => (index === 2 ? mr('siemens', 'FLAIR', 'T2 tra', { at: 180 }) : one)),
  ],
  [
    'b=0 and a copied ADC map',
    '颅脑MRI平扫',
    [
      ...brain().slice(0, 4),
      mr('siemens', 'DWI', 'ep2d_diff', { b: [0], at: 420 }),
      mr('siemens', 'DWI', 'ep2d_diff_ADC', {
        at: 430,
        more: { ImageType: ['DERIVED', 'PRIMARY', 'DIFFUSION', 'ADC'] },
      }),
    ],
  ],
  [
    'a T2 renamed DWI',
    '颅脑MRI平扫',
    [...brain().slice(0, 4), mr('siemens', 'T2', 'DWI b1000', { at: 420 })],
  ],
  [
    'a T1 renamed FLAIR',
    '颅脑MRI平扫',
    brain().map((one, index) => (index === 3 ? mr('siemens', 'T1', 'FLAIR tra', { at: 300 }) : one)),
  ],
  [
    'screen pictures under modality MR',
    '颅脑MRI平扫',
    ['T1 tra', 'T2 tra', 'FLAIR tra', 'DWI b1000'].map((name) => screen(name, 'MR', 20)),
  ],
  [
    'one screen picture for the diffusion',
    '颅脑MRI平扫',
    [...brain().slice(0, 4), screen('DWI b1000', 'MR', 20)],
  ],
  [
    'derived images alone',
    '颅脑MRI平扫',
    brain().map((one) => with_(one, { ImageType: ['DERIVED', 'SECONDARY', 'OTHER'] })),
  ],
  [
    'one slab in every series',
    '颅脑MRI平扫',
    brain().map((one) => ({ ...one, stack: { start: 0, step: 5, slices: 6 } })),
  ],
  [
    'a phantom scanned with the protocol of the brain',
    '颅脑MRI平扫',
    brain(['T1 phantom', 'T2 phantom', 'FLAIR phantom', 'DWI phantom']),
  ],
  [
    'MIPs without their source',
    '颅脑MRA',
    [mrLocalizer('siemens'), mip('siemens', 'TOF_MIP_COR'), mip('siemens', 'TOF_MIP_SAG')],
  ],
  [
    'a MIP that calls itself original',
    '颅脑MRA',
    [
      mrLocalizer('siemens'),
      mr('siemens', 'TOF', 'TOF_3D_multi-slab_MIP_TRA', { slices: 12, thickness: 10 }),
    ],
  ],
  [
    'a TOF that is a T2 by its timing',
    '颅脑MRA',
    [mrLocalizer('siemens'), mr('siemens', 'T2', 'TOF_3D', { slices: 40 })],
  ],
];

const spines: Counterfeit[] = [
  [
    'axial planes of the localizer',
    '腰椎MRI平扫',
    spine([mr('ge', 'T1GRE', 'Ax Loc', { slices: 5, thickness: 10, at: 20, field: 400 })]),
  ],
  [
    'axial slices of one disc',
    '腰椎MRI平扫',
    spine([mr('ge', 'T2', 'Ax T2', { slices: 3, thickness: 4, at: 400 })]),
  ],
  [
    'axial slices of the neck',
    '腰椎MRI平扫',
    spine([mr('ge', 'T2', 'Ax T2 C-spine', { slices: 20, thickness: 3, at: 400 })]),
  ],
  [
    'a myelography for the axial plane',
    '腰椎MRI平扫',
    spine([mr('ge', 'HYDRO', 'MRM', { plane: CORONAL, slices: 20, thickness: 3, at: 400 })]),
  ],
  [
    'a sagittal scan named axial',
    '腰椎MRI平扫',
    spine([mr('ge', 'T2', 'Ax T2', { plane: SAGITTAL, slices: 13, thickness: 4, at: 400 })]),
  ],
];

const enhanced: Counterfeit[] = [
  [
    'an excretory phase half a minute after the plain scan',
    'CTU',
    [
      scout('uih'),
      ct('uih', '平扫', { range: [-250, 200] }),
      ct('uih', '排泄期', { range: [-250, 200], at: 30, acquisition: 2, agent }),
    ],
  ],
  [
    'one enhanced series sent three times as a dynamic scan',
    '上腹部MRI平扫+动态增强',
    [...liver(), ...[1, 2, 3].map((n) => vibe(`t1_vibe_dyn_${n}`, 700, gd))],
  ],
  [
    'one enhanced series sent again with new times of the series only',
    '上腹部MRI平扫+动态增强',
    [
      ...liver(),
      ...[1, 2, 3].map((n) => vibe(`t1_vibe_dyn_${n}`, 700, { ...gd, SeriesTime: `10${10 + n}00` })),
    ],
  ],
  [
    'late planes for time points',
    '上腹部MRI平扫+动态增强',
    [
      ...liver(),
      vibe('t1_vibe_fs_tra_+C', 700, gd),
      mr('siemens', 'T1GRE', 't1_vibe_fs_cor_+C', {
        ...body,
        plane: CORONAL,
        at: 800,
        slices: 60,
        thickness: 3,
        more: gd,
      }),
      mr('siemens', 'T1GRE', 't1_vibe_fs_sag_+C', {
        ...body,
        plane: SAGITTAL,
        at: 900,
        slices: 60,
        thickness: 3,
        more: gd,
      }),
    ],
  ],
  [
    'an enhanced scan copied as the plain one',
    '颅脑MRI平扫+增强',
    [
      mrLocalizer('siemens'),
      mr('siemens', 'T2', 'T2 tra', { at: 180 }),
      mr('siemens', 'FLAIR', 'FLAIR tra', { at: 300 }),
      dwi('siemens', 'DWI', 1000, { at: 420 }),
      mr('siemens', 'T1', 'T1 tra', { at: 700, more: gd }),
      mr('siemens', 'T1', 'T1 tra +C', { at: 700, more: gd }),
    ],
  ],
  [
    'a plain scan sent again under the name of the enhanced one',
    '颅脑MRI平扫+增强',
    [...brain(), mr('siemens', 'T1', 'T1 tra +C', { at: 60 })],
  ],
  [
    'a plain CT sent again under the name of the enhanced one',
    '胸部CT平扫+增强',
    [
      scout('ge'),
      ct('ge', '平扫 5mm', { range: chest }),
      ct('ge', '平扫 1.25mm', { range: chest, thickness: 1.25 }),
      ct('ge', '增强 1.25mm', { range: chest, thickness: 1.25 }),
    ],
  ],
  [
    'three names on one enhanced acquisition',
    '上腹部CT平扫+增强（三期）',
    [
      scout('uih'),
      ct('uih', '平扫', { range: upper }),
      ...['动脉期', '门脉期', '延迟期'].map((name, index) =>
        ct('uih', name, { range: upper, at: 240, acquisition: 2 + index, agent }),
      ),
    ],
  ],
  [
    'phases named against their times',
    '上腹部CT平扫+增强（三期）',
    [
      scout('uih'),
      ct('uih', '延迟期', { range: upper, at: 240, acquisition: 2, agent }),
      ct('uih', '门脉期', { range: upper, at: 275, acquisition: 3, agent }),
      ct('uih', '动脉期', { range: upper, at: 420, acquisition: 4, agent }),
      ct('uih', '平扫', { range: upper, at: 600, acquisition: 5 }),
    ],
  ],
];

const angiographies: Counterfeit[] = [
  [
    'a plain scan registered with an agent, named after what was ordered',
    '头颈CTA',
    [
      scout('uih'),
      ct('uih', '头颈平扫 0.8', { range: neck, thickness: 0.8, agent }),
      mip('uih', 'MIP'),
      vr('VR'),
    ],
  ],
  [
    'a plain scan with pictures of an angiography',
    '头颈CTA',
    [
      scout('uih'),
      ct('uih', '头颈 0.8', { range: neck, thickness: 0.8 }),
      vr('头颈CTA VR'),
      mpr('uih', 'CTA MPR'),
    ],
  ],
  [
    'pictures of an angiography alone',
    '冠脉CTA',
    [scout('ge'), vr('冠脉 VR'), mpr('ge', '冠脉 CPR'), mpr('ge', '冠脉 MIP')],
  ],
  [
    'a venous scan of the head',
    '头颈CTA',
    [scout('uih'), ct('uih', '静脉期 0.8', { range: neck, thickness: 0.8, agent, at: 240 }), vr('VR')],
  ],
];

const projections: Counterfeit[] = [
  ['a radiograph for a CT order', '膝关节CT平扫', [radiograph('Knee AP', { BodyPartExamined: 'KNEE' })]],
  ['a radiograph for an MR order', '膝关节MRI平扫', [radiograph('Knee AP', { BodyPartExamined: 'KNEE' })]],
  [
    'a CT for a radiograph order',
    '胸部DR正位',
    [ct('ge', '5mm', { range: chest }), ct('ge', '1mm', { range: chest, thickness: 1 })],
  ],
  [
    'a film behind a digital header',
    '胸部正位',
    [radiograph('PA', { BodyPartExamined: 'CHEST', DetectorType: 'FILM' })],
  ],
  ['an image of a fluoroscopy', '胸部透视', [radiograph('Chest', { BodyPartExamined: 'CHEST' })]],
  [
    'an abdomen filled with contrast',
    '静脉肾盂造影（卧位）',
    [radiograph('腹部卧位', { BodyPartExamined: 'ABDOMEN' })],
  ],
  [
    'a lateral image named PA, of the abdomen',
    '胸部正位',
    [radiograph('腹部 LAT', { BodyPartExamined: 'ABDOMEN' })],
  ],
  [
    'a screen picture of a chest',
    '胸部正位',
    [
      with_(screen('Chest PA', 'DX'), {
        PresentationIntentType: 'FOR PRESENTATION',
        DetectorType: 'SCINTILLATOR',
      }),
    ],
  ],
  ['an image of the report', '胸部正位', [screen('胸部正位 报告', 'OT')]],
  [
    'CC named MLO',
    '右乳腺钼靶',
    [mammogram('R', 'CC'), mammogram('R', 'CC', { SeriesDescription: 'R MLO' })],
  ],
  [
    'a synthetic slice of tomosynthesis for the second view',
    '右乳腺钼靶',
    [mammogram('R', 'CC'), mammogram('R', 'MLO', { Modality: 'OT' })],
  ],
  [
    'a standing abdomen named after the order of another day',
    '腹部立位平片',
    [
      radiograph('腹部立位', {
        BodyPartExamined: 'ABDOMEN',
        AcquisitionDate: '20240101',
        AcquisitionTime: '080000',
      }),
    ],
  ],
];

describe.each([
  ['sides', sides],
  ['several visits', visits],
  ['brain', brains],
  ['spine', spines],
  ['contrast', enhanced],
  ['angiography', angiographies],
  ['projection images', projections],
] as const)('%s', (_, counterfeits) => {
  test.each(counterfeits)('%s', (_about, exam, series, common = {}, options = {}) => {
    expect(passed(exam, series, common, options)).toEqual([]);
  });
});

test('the honest study beside each counterfeit passes', () => {
  expect(passed('Mammography LT', left)).toEqual(['DR-07']);
  expect(passed('', left, code('左乳钼靶'), mapped('DR-07'))).toEqual(['DR-07']);
  expect(passed('MAMMO L', left)).toEqual(['DR-07']);
  for (const exam of ['右膝关节MRI平扫', '膝关节MRI平扫', 'MR KNEE R WO'])
    expect(passed(exam, knee(['R', 'R', 'R', 'R'])), exam).toEqual(['MR-13']);
  expect(passed('双膝关节MRI平扫', [...knee(['R', 'R', 'R', 'R']), ...knee(['L', 'L', 'L', 'L'])])).toEqual([
    'MR-13',
  ]);
  expect(passed('双膝关节MRI平扫', knee(['', '', '', ''], { field: 350 }))).toEqual(['MR-13']);
  expect(passed('颅脑MRI平扫', brain())).toEqual(['MR-01']);
  expect(
    passed('腰椎MRI平扫', spine([mr('ge', 'T2', 'Ax T2', { slices: 15, thickness: 4, at: 400 })])),
  ).toEqual(['MR-06']);
  expect(
    passed('上腹部MRI平扫+动态增强', [
      ...liver(),
      ...[1, 2, 3].map((n) => vibe(`t1_vibe_dyn_${n}`, 660 + 40 * n, gd)),
    ]),
  ).toEqual(['MR-09']);
});
