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
  type CtOptions,
  type Maker,
} from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import { summarizeStudy } from './summarize.ts';

/** Whole studies that lack one thing, or are of another purpose, and must not pass. */

const agent = 'Iohexol 350';
const gd = { ContrastBolusAgent: 'Gd-DTPA' };
const upper: readonly [number, number] = [-110, 110];
const chest: readonly [number, number] = [-160, 160];
const head: readonly [number, number] = [-70, 75];
const body = { field: 380 };
const joint = { field: 160, thickness: 3 };

function passed(exam: string, series: SeriesHeaders[], common: Attributes = {}): string[] {
  const study = { common: { StudyDate: '20240603', StudyDescription: exam, ...common }, series };
  return evaluateStudy(summarizeStudy(expand(study)), defaultCatalogue(), { settled: true })
    .results.filter((one) => one.verdict === 'PASS')
    .map((one) => one.itemCode);
}

function with_(series: SeriesHeaders, attributes: Attributes): SeriesHeaders {
  return { ...series, attributes: { ...series.attributes, ...attributes } };
}

/** CT acquisitions one after the other, each at its time (s). */
function scans(
  maker: Maker,
  list: readonly (readonly [name: string, at: number, more?: CtOptions])[],
  shared: CtOptions = {},
): SeriesHeaders[] {
  return [
    scout(maker),
    ...list.map(([name, at, more], index) =>
      ct(maker, name, { at, acquisition: index + 1, range: upper, ...shared, ...more }),
    ),
  ];
}

function brain(maker: Maker, more: Attributes = {}): SeriesHeaders[] {
  return [
    mrLocalizer(maker),
    mr(maker, 'T1', 'T1 tra', { at: 60, more }),
    mr(maker, 'T2', 'T2 tra', { at: 180, more }),
    mr(maker, 'FLAIR', 'FLAIR tra', { at: 300, more }),
    dwi(maker, 'DWI b1000', 1000, { at: 420, more }),
  ];
}

function liver(maker: Maker): SeriesHeaders[] {
  return [
    mrLocalizer(maker),
    mr(maker, 'T2', 't2_haste_cor', { ...body, plane: CORONAL, at: 30 }),
    mr(maker, 'T2FS', 't2_tse_fs_tra', { ...body, at: 100 }),
    mr(maker, 'T1GRE', 't1_vibe_fs_tra', { ...body, at: 200, slices: 60, thickness: 3 }),
    dwi(maker, 'dwi_b800', 800, { ...body, at: 300 }),
  ];
}

function vibe(name: string, at: number, more: Attributes = {}): SeriesHeaders {
  return mr('siemens', 'T1GRE', name, { ...body, at, slices: 60, thickness: 3, more });
}

function knee(names: readonly [string, string, string, string]): SeriesHeaders[] {
  return [
    mrLocalizer('uih'),
    mr('uih', 'T1', names[0], { ...joint, plane: SAGITTAL, at: 10 }),
    mr('uih', 'T2', names[1], { ...joint, plane: SAGITTAL, at: 100 }),
    mr('uih', 'PDFS', names[2], { ...joint, plane: CORONAL, at: 200 }),
    mr('uih', 'PDFS', names[3], { ...joint, at: 300 }),
  ];
}

const capture = (description: string): SeriesHeaders => ({
  attributes: {
    Modality: 'SC',
    SeriesDescription: description,
    ImageType: ['DERIVED', 'SECONDARY'],
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
  },
  images: [{}],
});

type Miss = [about: string, exam: string, series: SeriesHeaders[], common?: Attributes];

const tri = '上腹部CT平扫+增强（三期）';
const ctPhases: Miss[] = [
  [
    'plain and arterial alone',
    tri,
    scans('uih', [
      ['平扫', 0],
      ['动脉期', 240],
    ]),
  ],
  [
    'plain, arterial and portal',
    tri,
    scans('uih', [
      ['平扫', 0],
      ['动脉期', 240],
      ['门脉期', 272],
    ]),
  ],
  [
    'plain, portal and delayed',
    tri,
    scans('ge', [
      ['C-', 0],
      ['C+ PV', 260],
      ['C+ DELAY', 420],
    ]),
  ],
  [
    'abbreviations of two phases',
    tri,
    scans('uih', [
      ['平扫', 0],
      ['A期', 240],
      ['V期', 272],
    ]),
  ],
  [
    'three phases without a plain scan',
    tri,
    scans('uih', [
      ['动脉期', 0],
      ['门脉期', 32],
      ['延迟期', 160],
    ]),
  ],
  [
    'three phases in letters without a plain scan',
    tri,
    scans(
      'ge',
      [
        ['5mm A', 0],
        ['5mm V', 32],
        ['5mm D', 160],
      ],
      { agent },
    ),
  ],
  [
    'an unnamed first scan 40 s before the portal one is no plain scan',
    '盆腔CT平扫+增强',
    scans('ge', [
      ['5mm', 0],
      ['门脉期', 40],
    ]),
  ],
  [
    'an unnamed first scan before a delayed one is no plain scan',
    '盆腔CT平扫+增强',
    scans('ge', [
      ['5mm', 0],
      ['延迟期', 180],
    ]),
  ],
  [
    'an unnamed first scan after bolus tracking is no plain scan',
    '盆腔CT平扫+增强',
    [
      ...scans('siemens', [
        ['Abdomen 5.0', 120],
        ['Abdomen Ven 5.0', 160],
      ]),
      ct('siemens', 'Monitoring', { range: [0, 1], at: 100 }),
    ],
  ],
  [
    'phases thick and thin are not more phases',
    tri,
    scans('siemens', [
      ['Nat 5.0', 0],
      ['Art 5.0', 240],
      ['Art 1.0', 240, { acquisition: 2, thickness: 1 }],
      ['Ven 5.0', 272, { acquisition: 3 }],
      ['Ven 1.0', 272, { acquisition: 3, thickness: 1 }],
    ]),
  ],
  [
    'a delayed phase of the pelvis is none of the liver',
    tri,
    scans('ge', [
      ['平扫', 0],
      ['动脉期', 240],
      ['门脉期', 272],
      ['盆腔 延迟期', 400, { range: [-400, -200] }],
    ]),
  ],
  [
    'a third phase that was cut short',
    tri,
    scans('ge', [
      ['平扫', 0],
      ['动脉期', 240],
      ['门脉期', 272],
      ['延迟期', 400, { range: [80, 110] }],
    ]),
  ],
  [
    'a third phase of an earlier exam',
    tri,
    [
      ...scans('ge', [
        ['平扫', 0],
        ['动脉期', 240],
        ['门脉期', 272],
      ]),
      with_(ct('ge', '延迟期', { range: upper, at: 400, acquisition: 4 }), { AcquisitionDate: '20240103' }),
    ],
  ],
  [
    'a third phase that is a subtraction made at the console',
    tri,
    [
      ...scans('ge', [
        ['平扫', 0],
        ['动脉期', 240],
        ['门脉期', 272],
      ]),
      ct('ge', '延迟期 SUB', {
        range: upper,
        at: 400,
        acquisition: 4,
        imageType: ['DERIVED', 'SECONDARY', 'SUBTRACTION'],
      }),
    ],
  ],
  [
    'a CTU without an excretory phase',
    '泌尿系CTU',
    [
      ...scans(
        'ge',
        [
          ['平扫', 0],
          ['A', 220],
          ['V', 270],
        ],
        { range: [-200, 200] },
      ),
      vr('VR'),
    ],
  ],
  [
    'a nephrographic phase is not excretory',
    '泌尿系CTU',
    [
      ...scans(
        'ge',
        [
          ['平扫', 0],
          ['皮质期', 220],
          ['实质期', 290],
        ],
        { range: [-200, 200] },
      ),
      vr('VR'),
    ],
  ],
  [
    'a venous scan after a lost arterial one is no CTA',
    '胸腹主动脉CTA',
    [
      ct('siemens', 'Monitoring', { range: [0, 1], at: 100 }),
      ct('siemens', 'Aorta 1.0', { range: [-320, 320], thickness: 1, at: 200, acquisition: 3 }),
    ],
  ],
  [
    'a CTA order with a venous phase only',
    '头颈CTA',
    [ct('uih', '静脉期 1.0', { range: [-180, 150], thickness: 1, at: 200, agent })],
  ],
  [
    'a calcium score is no coronary CTA',
    '冠脉CTA',
    [ct('siemens', 'CaScore 3.0', { range: [-70, 70], thickness: 3 }), vr('VR')],
  ],
  [
    'a plain thin scan of a CTA order, registered with an agent',
    '冠脉CTA',
    [ct('siemens', '平扫 0.75', { range: [-70, 70], thickness: 0.75, agent })],
  ],
  [
    'runoff of the thighs alone',
    '双下肢动脉CTA',
    [ct('siemens', 'CTA 1.0', { range: [0, 400], thickness: 1, at: 130, agent })],
  ],
];

const ctOthers: Miss[] = [
  [
    'slices of 2 mm are not thin',
    '胸部CT平扫',
    scans('uih', [['胸部 2.0', 0]], { range: chest, thickness: 2 }),
  ],
  [
    'thin coronal slices are not thin axial ones',
    '胸部CT平扫',
    [...scans('ge', [['5mm', 0]], { range: chest }), mpr('ge', 'Cor 1mm')],
  ],
  [
    'a lung apex in thin slices',
    '胸部CT平扫',
    scans(
      'ge',
      [
        ['5mm', 0],
        ['1mm', 0, { acquisition: 1, thickness: 1, range: [60, 160] }],
      ],
      { range: chest },
    ),
  ],
  [
    'the abdomen does not answer a chest order',
    '胸部CT平扫',
    scans('ge', [['Abdomen 1.0', 0]], { range: chest, thickness: 1 }),
  ],
  [
    'a chest does not answer an order of the thoracic spine',
    '胸椎CT平扫',
    scans('ge', [['Chest 1.0', 0]], { range: chest, thickness: 1 }),
  ],
  [
    'five captured pictures of a head',
    '头颅CT平扫',
    [with_(ct('ge', 'Head', { range: [0, 25] }), { Modality: 'OT' })],
  ],
  ['a dose report alone', '头颅CT平扫', [scout('ge'), with_(capture('Dose Report'), { Modality: 'CT' })]],
  ['a scanned request alone', '头颅CT平扫', [capture('申请单')]],
  ['screenshots of a chest', '胸部CT平扫', [scout('ge'), with_(capture('Screen Save'), { Modality: 'CT' })]],
  ['a phantom', '头颅CT平扫 质控', scans('ge', [['Head', 0]], { range: head })],
  ['a water phantom named by its series', '', scans('ge', [['Head QA phantom', 0]], { range: head })],
  [
    'a CT-guided biopsy',
    'CT引导下肺穿刺活检',
    scans('ge', [['胸部 1.0', 0]], { range: chest, thickness: 1 }),
  ],
  [
    'a radiotherapy planning scan',
    '胸部放疗定位CT',
    scans('ge', [['胸部 1.0', 0]], { range: chest, thickness: 1 }),
  ],
  ['a brain perfusion', '颅脑CT灌注', scans('ge', [['Head 5.0', 0]], { range: head })],
  [
    'a prior exam alone',
    '头颅CT平扫',
    scans('ge', [['头颅平扫', 0]], { range: head }).map((one) => with_(one, { AcquisitionDate: '20231212' })),
  ],
  [
    'the reformats of a limb without the volume rendering',
    '左膝关节CT平扫+三维重建',
    [...scans('uih', [['膝 1.0', 0]], { range: [-60, 60], thickness: 1 }), mpr('uih', '冠状')],
  ],
  [
    'sinuses whose coronal reformat is of another part',
    '副鼻窦CT平扫',
    [...scans('uih', [['鼻窦 1.0', 0]], { range: [-50, 50], thickness: 1 }), mpr('uih', '胸部 冠状MPR')],
  ],
  [
    'only the thin half of head and chest',
    '头颅+胸部CT平扫',
    scans('ge', [['胸部 5.0', 0]], { range: chest }),
  ],
  [
    'an agent recorded on the only scan of a plain order',
    '腰椎CT平扫',
    scans('ge', [['L-Spine', 0]], { agent }),
  ],
  [
    'a neck scan of five slices',
    '颈部CT平扫+增强',
    scans(
      'ge',
      [
        ['平扫', 0],
        ['增强', 260],
      ],
      { range: [0, 25] },
    ),
  ],
];

const mrContrast: Miss[] = [
  [
    'a T1 repeated for motion at the end of an exam ordered with contrast',
    '颅脑MRI平扫+增强',
    [...brain('siemens'), mr('siemens', 'T1', 'T1 tra', { at: 540 })],
  ],
  [
    'the same with an agent registered on every series',
    '颅脑MRI平扫+增强',
    [...brain('ge', gd), mr('ge', 'T1', 'T1 tra', { at: 540, more: gd })],
  ],
  [
    'a T1 named as a retake',
    '颅脑MRI平扫+增强',
    [...brain('siemens'), mr('siemens', 'T1', 'T1 tra 重扫', { at: 900 })],
  ],
  [
    'an enhanced T2 instead of T1',
    '颅脑MRI平扫+增强',
    [...brain('siemens'), mr('siemens', 'T2', 'T2 tra+C', { at: 900, more: gd })],
  ],
  [
    'enhanced images without plain T1',
    '颅脑MRI平扫+增强',
    [
      ...brain('siemens').filter((_, index) => index !== 1),
      mr('siemens', 'T1', 'T1 tra+C', { at: 900, more: gd }),
    ],
  ],
  [
    'an enhanced T1 of the spine is none of the brain',
    '颅脑MRI平扫+增强',
    [...brain('siemens'), mr('siemens', 'T1', 'L-spine T1 sag+C', { plane: SAGITTAL, at: 900, more: gd })],
  ],
  [
    'a liver with one enhanced phase',
    '上腹部MRI平扫+动态增强',
    [...liver('siemens'), vibe('t1_vibe_fs_tra+C', 700)],
  ],
  [
    'a liver with two phases, each in three Dixon images',
    '上腹部MRI平扫+动态增强',
    [
      ...liver('siemens'),
      ...['art', 'pv'].flatMap((phase, index) =>
        ['W', 'F', 'in'].map((kind) => vibe(`t1_vibe_dixon_${phase}_${kind}`, 700 + 40 * index)),
      ),
    ],
  ],
  [
    'an unnamed arterial phase shortly before a named one is no plain T1',
    '上腹部MRI平扫+动态增强',
    [
      ...liver('siemens').filter((_, index) => index !== 3),
      ...['t1_vibe_fs_tra', 't1_vibe_fs_tra_门脉期', 't1_vibe_fs_tra_延迟期', 't1_vibe_fs_tra_延迟期2'].map(
        (name, index) => vibe(name, 700 + 45 * index),
      ),
    ],
  ],
  [
    'three retakes of a plain T1',
    '上腹部MRI平扫+动态增强',
    [...liver('siemens'), ...[500, 530, 560].map((at) => vibe('t1_vibe_fs_tra 重扫', at))],
  ],
  [
    'a dynamic scan of two points',
    '垂体MRI平扫+动态增强',
    [
      mr('ge', 'T1', 'Sag T1', { plane: SAGITTAL, thickness: 3 }),
      mr('ge', 'T1', 'Cor T1', { plane: CORONAL, thickness: 3, at: 90 }),
      mr('ge', 'T2', 'Cor T2', { plane: CORONAL, thickness: 3, at: 180 }),
      mr('ge', 'T1', 'Cor T1 DYN', { plane: CORONAL, thickness: 3, at: 300, timePoints: 2, more: gd }),
    ],
  ],
  [
    'a mask of an enhanced angiography',
    '颈部MRA增强',
    [mr('ge', 'CEMRA', 'CE-MRA', { plane: CORONAL, slices: 80, thickness: 1 })],
  ],
  [
    'time of flight for an enhanced angiography',
    '颈部MRA增强',
    [mr('ge', 'TOF', '3D TOF', { slices: 80, thickness: 1 })],
  ],
  [
    'an angiography of arteries for veins',
    '头颅MRV',
    [mr('ge', 'TOF', '3D TOF MRA', { slices: 120, thickness: 0.8 })],
  ],
  ['projections without their angiography', '头颅MRA', [mrLocalizer('siemens'), mip('siemens', 'TOF MIP')]],
];

const mrOthers: Miss[] = [
  ['the left knee for the right one', '右膝关节MRI平扫', knee(['左膝 T1', '左膝 T2', '左膝 PD', '左膝 PD'])],
  [
    'a knee coded as the other side',
    '右膝关节MRI平扫',
    knee(['T1', 'T2', 'PD', 'PD']).map((one) => with_(one, { Laterality: 'L' })),
  ],
  ['a knee without its axial plane', '右膝关节MRI平扫', knee(['T1', 'T2', 'PD', 'PD']).slice(0, 4)],
  [
    'three slices of each series of a knee',
    '膝关节MRI平扫',
    knee(['T1', 'T2', 'PD', 'PD']).map((one) => ({ ...one, stack: { start: 0, step: 3, slices: 3 } })),
  ],
  [
    'a spine without its axial plane',
    '腰椎MRI平扫',
    [mr('ge', 'T1', 'Sag T1', { plane: SAGITTAL }), mr('ge', 'T2', 'Sag T2', { plane: SAGITTAL })],
  ],
  [
    'a spine without T1',
    '颈椎MRI平扫',
    [mr('ge', 'T2', 'Sag T2', { plane: SAGITTAL }), mr('ge', 'T2', 'Ax T2')],
  ],
  [
    'a neck instead of the cervical spine',
    '颈椎MRI平扫',
    [
      mr('ge', 'T1', 'Thyroid Sag T1', { plane: SAGITTAL }),
      mr('ge', 'T2', 'Thyroid Sag T2', { plane: SAGITTAL }),
      mr('ge', 'T2', 'Thyroid Ax T2'),
    ],
  ],
  [
    'two parts ordered, one scanned',
    '头颅+颈椎MRI平扫',
    brain('siemens').map((one) => with_(one, { BodyPartExamined: 'CSPINE' })),
  ],
  ['a liver without diffusion', '上腹部MRI平扫', liver('siemens').slice(0, 4)],
  [
    'a liver with low b-values only',
    '上腹部MRI平扫',
    [...liver('siemens').slice(0, 4), dwi('siemens', 'dwi_b50', 50, { ...body, at: 300 })],
  ],
  [
    'a brain whose diffusion was cut short',
    '颅脑MRI平扫',
    brain('siemens').map((one, index) =>
      index === 4 ? dwi('siemens', 'DWI b1000', 1000, { slices: 4 }) : one,
    ),
  ],
  ['a spectroscopy exam', '颅脑MRI波谱', brain('siemens')],
  ['a research scan', '科研 颅脑MRI', brain('siemens')],
  ['a test of the scanner', 'MR BRAIN QA', brain('siemens')],
  ['MRCP for a liver', 'MRCP', liver('siemens')],
  [
    'one hip for both',
    '双髋关节MRI平扫',
    [
      mr('uih', 'T1', 'T1 cor', { field: 200, plane: CORONAL }),
      mr('uih', 'T2', 'T2 tra', { field: 200 }),
      mr('uih', 'T2FS', 'T2 fs cor', { field: 200, plane: CORONAL }),
    ],
  ],
];

const projections: Miss[] = [
  ['a plate reader', '胸部正侧位', [with_(radiograph('Chest PA'), { Modality: 'CR' })]],
  ['a hand for a chest', '胸部DR', [radiograph('右手正位', { BodyPartExamined: 'HAND' })]],
  [
    'the left hand for the right one',
    '右手正斜位',
    [radiograph('Hand', { BodyPartExamined: 'HAND', ImageLaterality: 'L' })],
  ],
  [
    'an abdomen of which nobody says the position',
    '腹部平片',
    [radiograph('Abdomen', { BodyPartExamined: 'ABDOMEN' })],
  ],
  [
    'a spine of which nobody says the segment',
    '脊柱正侧位',
    [radiograph('Spine', { BodyPartExamined: 'SPINE' })],
  ],
  ['the other breast', '右乳腺钼靶', [mammogram('L', 'CC'), mammogram('L', 'MLO')]],
  ['two CC views', '双乳钼靶', [mammogram('L', 'CC'), mammogram('R', 'CC')]],
  [
    'mammograms of a plate reader',
    '双乳钼靶',
    [mammogram('L', 'CC', { DetectorType: 'STORAGE' }), mammogram('L', 'MLO', { DetectorType: 'STORAGE' })],
  ],
  [
    'one of two parts',
    '胸部正位,右手正斜位',
    [radiograph('右手正位', { BodyPartExamined: 'HAND', PresentationIntentType: 'FOR PROCESSING' })],
  ],
];

describe.each([
  ['CT phases', ctPhases],
  ['CT', ctOthers],
  ['MR contrast', mrContrast],
  ['MR', mrOthers],
  ['projection images', projections],
] as const)('%s', (_, misses) => {
  test.each(misses)('%s', (_about, exam, series, common = {}) => {
    expect(passed(exam, series, common)).toEqual([]);
  });
});

test('the whole study beside each near miss passes', () => {
  expect(
    passed(
      tri,
      scans('uih', [
        ['平扫', 0],
        ['A期', 240],
        ['V期', 272],
        ['D期', 400],
      ]),
    ),
  ).toEqual(['CT-07']);
  expect(passed('右膝关节MRI平扫', knee(['T1', 'T2', 'PD', 'PD']))).toEqual(['MR-13']);
  expect(
    passed('颅脑MRI平扫+增强', [...brain('siemens'), mr('siemens', 'T1', 'T1 tra', { at: 900 })]),
  ).toEqual(['MR-02']);
  expect(
    passed('上腹部MRI平扫+动态增强', [
      ...liver('siemens'),
      ...['art', 'pv', 'del'].map((name, index) => vibe(`t1_vibe_fs_tra_${name}`, 700 + 45 * index)),
    ]),
  ).toEqual(['MR-09']);
  expect(passed('头颅CT平扫', [...scans('ge', [['Head', 0]], { range: head }), capture('申请单')])).toEqual([
    'CT-01',
  ]);
});
