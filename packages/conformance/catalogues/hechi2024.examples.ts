import type { Verdict } from '../src/types.ts';
import type { SeriesHeaders, StudyHeaders } from './headers.ts';
import {
  AXIAL,
  CORONAL,
  ct,
  dwi,
  mammogram,
  mip,
  mpr,
  mr,
  mrLocalizer,
  OBLIQUE_CORONAL,
  radiograph,
  SAGITTAL,
  scout,
  vr,
  type CtOptions,
  type Maker,
} from './scanners.ts';

/** A study in headers and what the catalogue must say of it. */
export interface Example {
  itemCode: string;
  expect: Verdict | 'NOT_IN_LIST' | 'NOT_ELIGIBLE';
  /** Ids of the must requirements that decide against a PASS. */
  because?: string[];
  about: string;
  study: StudyHeaders;
}

const examples: Example[] = [];

/** Adds one example; `exam` is the StudyDescription as the site wrote it. */
function study(
  itemCode: string,
  expect: Example['expect'],
  because: string[],
  about: string,
  exam: string,
  series: SeriesHeaders[],
  common: StudyHeaders['common'] = {},
): void {
  examples.push({
    itemCode,
    expect,
    ...(because.length > 0 ? { because } : {}),
    about,
    study: { common: { StudyDate: '20240603', StudyDescription: exam, ...common }, series },
  });
}

// --- DR -------------------------------------------------------------------------------------------------
const radiographs: [string, string, string, string][] = [
  ['DR-01', '胸部正侧位片', 'PA', 'XR CHEST 2 VIEWS'],
  ['DR-02', '左胫腓骨正侧位', 'AP', 'XR tib-fib'],
  ['DR-03', '右膝关节正侧位', 'AP', 'XR Knee AP/LAT'],
  ['DR-04', '腰椎正侧位', 'AP', 'XR Lumbar spine'],
  ['DR-05', '骨盆正位', 'AP', 'XR PELVIS AP'],
];
for (const [item, exam, view, english] of radiographs) {
  study(item, 'PASS', [], 'flat-panel radiographs for presentation', exam, [
    radiograph(exam, { ViewPosition: view }),
    radiograph(exam, { ViewPosition: 'LL' }),
  ]);
  study(item, 'FAIL', ['IMG'], 'only raw images were sent', english, [
    radiograph(english, { PresentationIntentType: 'FOR PROCESSING' }),
  ]);
  study(item, 'REVIEW', ['MOD', 'IMG'], 'a plate reader is undecided by policy', exam, [
    {
      attributes: { Modality: 'CR', SeriesDescription: exam, ImageType: ['DERIVED', 'PRIMARY'] },
      images: [{}],
    },
  ]);
}
study('DR-06', 'PASS', [], 'the exam name says erect', '腹部立位平片', [
  radiograph('腹部', { ViewPosition: 'AP' }),
]);
study('DR-06', 'PASS', [], 'the position is coded', 'XR ABDOMEN', [
  radiograph('ABD AP', {
    PatientOrientationCodeSequence: [
      { CodeValue: '102538003', CodingSchemeDesignator: 'SCT', CodeMeaning: 'recumbent' },
    ],
  }),
]);
study('DR-06', 'REVIEW', ['POSITION'], 'nothing says erect, recumbent or inverted', '腹部DR', [
  radiograph('腹部'),
]);
study('DR-06', 'FAIL', ['IMG'], 'only raw images were sent', '腹部立位平片', [
  radiograph('腹部立位', { PresentationIntentType: 'FOR PROCESSING' }),
]);
const fourViews = [mammogram('R', 'CC'), mammogram('L', 'CC'), mammogram('R', 'MLO'), mammogram('L', 'MLO')];
study('DR-07', 'PASS', [], 'both breasts in both views', '双侧乳腺钼靶', fourViews);
study('DR-07', 'PASS', [], 'one breast, views by code', 'MG right breast CC MLO', [
  mammogram('R', '', {
    ViewCodeSequence: [
      { CodeValue: '399162004', CodingSchemeDesignator: 'SCT', CodeMeaning: 'cranio-caudal' },
    ],
    SeriesDescription: '',
  }),
  mammogram('R', '', {
    ViewCodeSequence: [
      { CodeValue: '399368009', CodingSchemeDesignator: 'SCT', CodeMeaning: 'medio-lateral oblique' },
    ],
    SeriesDescription: '',
  }),
]);
study(
  'DR-07',
  'REVIEW',
  ['CC', 'MLO'],
  'both breasts were ordered and one was sent',
  '双侧乳腺钼靶',
  fourViews.filter((_, index) => index % 2 === 0),
);
study(
  'DR-07',
  'FAIL',
  ['MLO'],
  'the left breast lacks its oblique view',
  '双侧乳腺钼靶',
  fourViews.slice(0, 3),
);
study(
  'DR-07',
  'FAIL',
  ['DETECTOR'],
  'a storage plate is no flat panel',
  '乳腺钼靶',
  fourViews.map((series) => ({ ...series, attributes: { ...series.attributes, DetectorType: 'STORAGE' } })),
);
study('DR-07', 'REVIEW', ['CC', 'MLO'], 'neither views nor sides are recorded', '乳腺钼靶', [
  mammogram('R', '', { SeriesDescription: '', ImageLaterality: '' }),
]);

// --- CT, plain ------------------------------------------------------------------------------------------
const agent = 'Iohexol 350';
function later(maker: Maker, description: string, options: CtOptions = {}): SeriesHeaders {
  return ct(maker, description, { at: 240, acquisition: 2, agent, ...options });
}

const plain: [string, string, string, readonly [number, number]][] = [
  ['CT-01', '头颅CT平扫', 'CT HEAD WO CONTRAST', [-70, 80]],
  ['CT-16', '颈椎间盘CT平扫', 'CT C-SPINE', [-60, 60]],
  ['CT-17', '胸椎CT平扫', 'CT thoracic spine WO', [-150, 150]],
  ['CT-18', '腰椎间盘CT平扫', 'CT L-Spine', [-100, 100]],
  ['CT-20', '内听道CT平扫', 'CT IAC WO', [-25, 25]],
];
for (const [item, chinese, english, range] of plain) {
  study(item, 'PASS', [], 'plain helical scan, GE, Chinese order', chinese, [
    scout('ge'),
    ct('ge', 'Routine', { range, thickness: item === 'CT-20' ? 0.625 : 2.5 }),
  ]);
  study(item, 'PASS', [], 'plain scan, Siemens, English order', english, [
    scout('siemens'),
    ct('siemens', 'Spi 1.0 Br40', { range, thickness: 1 }),
  ]);
  study(item, 'FAIL', ['PRE'], 'only enhanced images of a plain exam', chinese, [
    scout('uih'),
    ct('uih', '增强', { range, agent }),
  ]);
  study(item, 'REVIEW', ['PRE'], 'the name says plain, the injection time says enhanced', chinese, [
    ct('philips', '平扫', { range, at: 60, more: { ContrastBolusStartTime: '100000' } }),
  ]);
}
study('CT-02', 'PASS', [], 'axial with coronal reformats', '副鼻窦CT平扫', [
  scout('uih'),
  ct('uih', '鼻窦 1.0', { thickness: 1, range: [-50, 50] }),
  mpr('uih', '冠状位MPR'),
]);
study('CT-02', 'PASS', [], 'GE reformats', 'CT SINUSES WO', [
  ct('ge', 'Sinus Helical', { thickness: 1.25, range: [-50, 50] }),
  mpr('ge', 'Coronal Reformat'),
]);
study('CT-02', 'FAIL', ['CORMPR'], 'only sagittal reformats', '鼻窦CT平扫', [
  ct('siemens', 'Sinus 1.0', { thickness: 1, range: [-50, 50] }),
  mpr('siemens', 'Sag MPR', SAGITTAL),
]);
study('CT-02', 'REVIEW', ['CORMPR'], 'secondary captures of unknown content', '鼻窦CT平扫', [
  ct('siemens', 'Sinus 1.0', { thickness: 1, range: [-50, 50] }),
  {
    attributes: {
      Modality: 'CT',
      SeriesDescription: 'Series 102',
      ImageType: ['DERIVED', 'SECONDARY'],
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    },
    images: [{}],
  },
]);
study('CT-05', 'PASS', [], 'thin axial, reformats of a lesion', '胸部CT平扫', [
  scout('siemens'),
  ct('siemens', 'Thorax 5.0 Br40', { range: [-150, 150] }),
  ct('siemens', 'Thorax 1.0 Bl57', { range: [-150, 150], thickness: 1 }),
  mpr('siemens', 'Lesion MPR cor'),
]);
study('CT-05', 'PASS', [], 'without reformats: conditional on a lesion', 'CHEST WO', [
  ct('ge', 'LUNG 1.25', { range: [-150, 150], thickness: 1.25 }),
]);
study('CT-05', 'FAIL', ['THIN'], 'thick slices only', '胸部CT平扫', [
  scout('philips'),
  ct('philips', 'Chest 5mm', { range: [-150, 150] }),
]);
study('CT-05', 'REVIEW', ['THIN'], 'no slice thickness recorded', '胸部CT平扫', [
  {
    ...ct('philips', 'Chest', { range: [-150, 150] }),
    attributes: Object.fromEntries(
      Object.entries(ct('philips', 'Chest').attributes).filter(([key]) => key !== 'SliceThickness'),
    ),
  },
]);
study('CT-21', 'PASS', [], 'volume rendering and reformats stored', '膝关节CT平扫+三维重建', [
  ct('uih', '膝 0.8', { thickness: 0.8, range: [-60, 60] }),
  mpr('uih', '冠状MPR'),
  vr('三维重建 VR'),
]);
study('CT-21', 'FAIL', ['R3D'], 'no volume rendering', 'CT ANKLE 3D', [
  ct('siemens', 'Ankle 0.75', { thickness: 0.75, range: [-60, 60] }),
  mpr('siemens', 'Ankle MPR cor'),
]);
study('CT-21', 'FAIL', ['MPR'], 'no reformats', '四肢CT平扫+三维', [
  ct('ge', 'Bone', { thickness: 0.625, range: [-60, 60] }),
  vr('VR'),
]);

// --- CT, plain and enhanced -----------------------------------------------------------------------------
const both: [string, string, string][] = [
  ['CT-03', '鼻咽部CT平扫+增强', 'CT NASOPHARYNX WO+W'],
  ['CT-04', '颈部CT平扫+增强', 'CT NECK W WO CONTRAST'],
  ['CT-06', '胸部CT平扫+增强', 'CT CHEST WITHOUT AND WITH CONTRAST'],
  ['CT-08', '双肾CT平扫+增强', 'CT KIDNEYS WO+W'],
  ['CT-09', '盆腔CT平扫+增强', 'CT PELVIS WO+W'],
];
for (const [item, chinese, english] of both) {
  study(item, 'PASS', [], 'agent on the enhanced series only', chinese, [
    scout('siemens'),
    ct('siemens', 'Nat 5.0'),
    later('siemens', 'KM 5.0'),
  ]);
  study(item, 'PASS', [], 'words in the series names', english, [
    scout('ge'),
    ct('ge', 'C-'),
    ct('ge', 'C+', { at: 200, acquisition: 2 }),
  ]);
  study(item, 'PASS', [], 'repeated after a pause, as ordered', chinese, [
    ct('uih', '5mm'),
    ct('uih', '5mm', { at: 300, acquisition: 2 }),
  ]);
  study(item, 'FAIL', ['POST'], 'the enhanced part is missing', chinese, [ct('philips', '平扫 5mm')]);
  study(item, 'FAIL', ['PRE'], 'the plain part is missing', chinese, [ct('philips', '增强 5mm', { agent })]);
  study(
    item,
    'REVIEW',
    ['PRE', 'POST'],
    'an agent was registered on every series and nothing else tells',
    chinese,
    [
      ct('uih', 'A', { agent, range: [-100, 100] }),
      ct('uih', 'B', { agent, range: [100, 300], acquisition: 2, at: 20 }),
    ],
  );
}
study('CT-04', 'NOT_ELIGIBLE', [], 'a plain neck is named by the list as not recognised', '颈部CT平扫', [
  ct('siemens', 'Neck 3.0', { thickness: 3 }),
]);
const phases = (maker: Maker, names: string[], known: boolean): SeriesHeaders[] =>
  names.map((name, index) =>
    ct(maker, name, {
      at: [0, 240, 272, 400][index] ?? 0,
      acquisition: index + 1,
      ...(index > 0 && known ? { agent } : {}),
    }),
  );
study(
  'CT-07',
  'PASS',
  [],
  'phases by Chinese names',
  '上腹部CT平扫+增强（三期）',
  phases('uih', ['平扫', '动脉期', '门脉期', '延迟期'], false),
);
study(
  'CT-07',
  'PASS',
  [],
  'phases by time alone',
  'CT ABDOMEN TRIPHASIC',
  phases('ge', ['5mm', '5mm', '5mm', '5mm'], true),
);
study(
  'CT-07',
  'FAIL',
  ['PH3'],
  'a single enhanced phase',
  '上腹部CT平扫+增强（三期）',
  phases('siemens', ['Nat', 'Ven'], true),
);
study(
  'CT-07',
  'FAIL',
  ['PH3'],
  'two enhanced phases',
  'Tri Phase Liver',
  phases('siemens', ['Nat', 'Art', 'Ven'], true),
);
study(
  'CT-07',
  'REVIEW',
  ['PRE', 'PH3'],
  'four series, an agent on each, no times',
  '上腹部CT三期增强',
  ['A', 'B', 'C', 'D'].map((name, index) => {
    const series = ct('philips', name, { agent, acquisition: index + 1 });
    return {
      ...series,
      attributes: Object.fromEntries(
        Object.entries(series.attributes).filter(([key]) => key !== 'AcquisitionTime'),
      ),
    };
  }),
);

// --- CT angiography -------------------------------------------------------------------------------------
const angiographies: [string, string, string, readonly [number, number]][] = [
  ['CT-10', '头颈部CTA', 'CTA HEAD AND NECK', [-200, 150]],
  ['CT-11', '冠脉CTA', 'CCTA', [-70, 70]],
  ['CT-12', '肺动脉CTA', 'CTPA', [-140, 140]],
  ['CT-13', '胸腹主动脉CTA', 'CTA AORTA', [-300, 300]],
  ['CT-19', '双下肢动脉CTA', 'CTA runoff', [-500, 500]],
  ['CT-14', '左房肺静脉CTA', 'CTA LEFT ATRIUM', [-70, 70]],
];
for (const [item, chinese, english, range] of angiographies) {
  study(item, 'PASS', [], 'named CTA series after bolus tracking', chinese, [
    scout('siemens'),
    ct('siemens', 'Monitoring', { range: [0, 1], at: 100, more: {} }),
    later('siemens', `${english} CTA 1.0 Bv40`, { range, thickness: 1 }),
    vr('VR'),
  ]);
  study(item, 'PASS', [], 'arterial by injection time', english, [
    later('ge', 'Helical 0.625', {
      range,
      thickness: 0.625,
      at: 24,
      more: { ContrastBolusStartTime: '100000' },
    }),
  ]);
  study(item, 'FAIL', ['CTA'], 'slices too thick', chinese, [
    later('uih', 'CTA 5mm', { range, thickness: 5 }),
  ]);
  study(item, item === 'CT-14' ? 'FAIL' : 'FAIL', ['CTA'], 'only a plain scan', chinese, [
    ct('philips', '平扫', { range, thickness: 1 }),
  ]);
}
study('CT-12', 'REVIEW', ['CTA'], 'enhanced, but the phase cannot be told', '肺动脉CTA', [
  ct('philips', '平扫', { thickness: 1 }),
  later('philips', '1.0', { thickness: 1 }),
]);
study('CT-15', 'PASS', [], 'excretory phase named', '泌尿系CTU', [
  ct('siemens', '平扫', { range: [-200, 200] }),
  later('siemens', '排泄期', { range: [-200, 200], at: 900 }),
]);
study('CT-15', 'PASS', [], 'excretory by injection time', 'CT UROGRAM', [
  ct('ge', 'Pre', { range: [-200, 200] }),
  later('ge', 'Delay', { range: [-200, 200], at: 900, more: { ContrastBolusStartTime: '100300' } }),
]);
study('CT-15', 'FAIL', ['EXC'], 'no excretory phase', '泌尿系CTU', [
  ct('uih', '平扫', { range: [-200, 200] }),
  later('uih', '动脉期', { range: [-200, 200] }),
]);
study('CT-15', 'REVIEW', ['EXC'], 'a delayed series without a time', '泌尿系CTU', [
  ct('uih', '平扫', { range: [-200, 200] }),
  later('uih', '延迟期', { range: [-200, 200], at: 500 }),
]);

// --- MR -------------------------------------------------------------------------------------------------
const brain = (maker: Maker, names: string[]): SeriesHeaders[] => [
  mrLocalizer(maker),
  mr(maker, 'T1', names[0] ?? '', { at: 60 }),
  mr(maker, 'T2', names[1] ?? '', { at: 180 }),
  mr(maker, 'FLAIR', names[2] ?? '', { at: 300 }),
  dwi(maker, names[3] ?? '', 1000, { at: 420 }),
];
const brainNames: Readonly<Record<Maker, string[]>> = {
  siemens: ['t1_tse_tra', 't2_tse_tra_p2', 't2_tirm_tra_dark-fluid', 'ep2d_diff_3scan_trace_p2'],
  ge: ['Ax T1 FSE', 'Ax T2 FRFSE', 'Ax T2 FLAIR', 'Ax DWI 1000b'],
  philips: ['T1W_SE', 'T2W_TSE', 'FLAIR_longTR', 'DWI_SSh'],
  uih: ['横断位T1WI', '横断位T2WI', '横断位T2-FLAIR', '弥散加权'],
};
for (const maker of ['siemens', 'ge', 'philips', 'uih'] as const) {
  study(
    'MR-01',
    'PASS',
    [],
    `complete brain, ${maker}`,
    maker === 'uih' ? '颅脑MRI平扫' : 'MR BRAIN WO',
    brain(maker, brainNames[maker]),
  );
  study(
    'MR-01',
    'FAIL',
    ['DWI'],
    `no diffusion, ${maker}`,
    maker === 'uih' ? '头颅MRI平扫' : 'MR BRAIN WO CONTRAST',
    brain(maker, brainNames[maker]).slice(0, 4),
  );
}
study('MR-01', 'FAIL', ['DWI'], 'the diffusion series holds b=0 only', '头颅磁共振平扫', [
  ...brain('siemens', brainNames.siemens).slice(0, 4),
  mr('siemens', 'DWI', 'ep2d_diff_b0', { b: [0] }),
]);
study('MR-01', 'REVIEW', ['T2'], 'the name says T2, the timing says T1', '颅脑MRI平扫', [
  mr('ge', 'T1', 'Ax T1'),
  mr('ge', 'T1', 'Ax T2', { at: 90 }),
  mr('ge', 'FLAIR', 'Ax FLAIR', { at: 180 }),
  dwi('ge', 'Ax DWI', 1000, { at: 260 }),
]);
const gd = { ContrastBolusAgent: 'Gadoteridol' };
const brainPost = (maker: Maker, name: string, more: Readonly<Record<string, string>> = {}): SeriesHeaders =>
  mr(maker, 'T1', name, { at: 900, more });
study('MR-02', 'PASS', [], 'agent on the last T1', 'MR BRAIN W WO CONTRAST', [
  ...brain('siemens', brainNames.siemens),
  brainPost('siemens', 't1_tse_tra', gd),
]);
study('MR-02', 'PASS', [], 'named +C', '颅脑MRI平扫+增强', [
  ...brain('uih', brainNames.uih),
  brainPost('uih', '横断位T1WI+C'),
]);
study('MR-02', 'PASS', [], 'T1 repeated after a pause, as ordered', '头颅MRI平扫+增强', [
  ...brain('philips', brainNames.philips),
  brainPost('philips', 'T1W_SE'),
]);
study('MR-02', 'FAIL', ['POSTT1'], 'ordered with contrast, no enhanced T1', '头颅MRI增强', [
  ...brain('ge', ['Ax T1 pre', ...brainNames.ge.slice(1)]),
]);
study(
  'MR-02',
  'REVIEW',
  ['T1', 'POSTT1'],
  'an agent on every series and a single T1',
  '颅脑MRI平扫+增强',
  brain('ge', brainNames.ge).map((series) => ({ ...series, attributes: { ...series.attributes, ...gd } })),
);
const pituitary = (maker: Maker): SeriesHeaders[] => [
  mr(maker, 'T1', 'T1 sag', { plane: SAGITTAL, thickness: 3 }),
  mr(maker, 'T1', 'T1 cor', { plane: CORONAL, thickness: 3, at: 100 }),
  mr(maker, 'T2', 'T2 cor', { plane: CORONAL, thickness: 3, at: 200 }),
];
study('MR-03', 'PASS', [], 'one dynamic series of six time points', '垂体MRI平扫+动态增强', [
  ...pituitary('siemens'),
  mr('siemens', 'T1', 't1_tse_cor_dynamic', {
    plane: CORONAL,
    thickness: 2,
    at: 400,
    timePoints: 6,
    more: gd,
  }),
]);
study('MR-03', 'PASS', [], 'time points as separate series', 'MR pituitary dynamic', [
  ...pituitary('ge'),
  ...[400, 430, 460, 490].map((at, index) =>
    mr('ge', 'T1', `Cor T1 DYN+C ${index + 1}`, { plane: CORONAL, thickness: 2, at, more: gd }),
  ),
]);
study('MR-03', 'FAIL', ['DYN'], 'a single enhanced series', '垂体MRI平扫+增强', [
  ...pituitary('uih'),
  mr('uih', 'T1', '冠状位T1增强', { plane: CORONAL, thickness: 3, at: 500, more: gd }),
]);

const twoPlane: [string, string, string, string, readonly number[][]][] = [
  ['MR-04', '颈部MRI平扫', 'MR NECK WO', 'neck', [AXIAL, CORONAL]],
  ['MR-06', '腰椎MRI平扫', 'MR L-SPINE', 'spine', [AXIAL, SAGITTAL]],
  ['MR-22', '内听道MRI平扫', 'MR IAC WO', 'ear', [AXIAL, CORONAL]],
];
for (const [item, chinese, english, , planes] of twoPlane) {
  const [first = AXIAL, second = CORONAL] = planes;
  study(item, 'PASS', [], 'both weightings, both planes', chinese, [
    mrLocalizer('uih'),
    mr('uih', 'T1', 'T1WI', { plane: second }),
    mr('uih', 'T2', 'T2WI', { plane: second }),
    mr('uih', 'T2', 'T2WI', { plane: first }),
  ]);
  study(item, 'PASS', [], 'English names, a fat-suppressed T2 counts', english, [
    mr('siemens', 'T1', 't1_tse', { plane: first }),
    mr('siemens', 'T2FS', 't2_tse_fs', { plane: second }),
  ]);
  study(item, 'FAIL', ['PLANES'], 'one plane only', english, [
    mr('ge', 'T1', 'T1 FSE', { plane: first }),
    mr('ge', 'T2', 'T2 FSE', { plane: first }),
  ]);
  study(item, 'FAIL', ['T1'], 'no T1', chinese, [
    mr('philips', 'T2', 'T2W_TSE', { plane: first }),
    mr('philips', 'T2', 'T2W_TSE', { plane: second }),
  ]);
}
const threePlane: [string, string, string][] = [
  ['MR-05', '颈部MRI平扫+增强', 'MR NECK WO+W'],
  ['MR-07', '颈椎MRI平扫+增强', 'MR CERVICAL SPINE W WO CONTRAST'],
];
for (const [item, chinese, english] of threePlane) {
  const before = [
    mr('siemens', 'T1', 't1_tse_sag', { plane: SAGITTAL }),
    mr('siemens', 'T2', 't2_tse_sag', { plane: SAGITTAL, at: 90 }),
    mr('siemens', 'T2', 't2_tse_tra', { at: 180 }),
  ];
  const after = [
    mr('siemens', 'T1', 't1_tse_sag_+C', { plane: SAGITTAL, at: 600 }),
    mr('siemens', 'T1', 't1_tse_cor_+C', { plane: CORONAL, at: 700 }),
  ];
  study(item, 'PASS', [], 'three planes, enhanced T1', chinese, [...before, ...after]);
  study(item, 'FAIL', ['POSTT1', 'PLANES'], 'the enhanced part is missing', english, before);
  study(item, 'FAIL', ['PLANES'], 'no coronal', chinese, [...before, ...after.slice(0, 1)]);
}

const belly = (maker: Maker, names: string[], dynamic: boolean): SeriesHeaders[] => [
  mr(maker, 'T1GRE', names[0] ?? '', { at: 60, field: 380 }),
  mr(maker, 'T2FS', names[1] ?? '', { at: 180, field: 380 }),
  mr(maker, 'T2', names[2] ?? '', { plane: CORONAL, at: 300, field: 380 }),
  dwi(maker, names[3] ?? '', 800, { at: 420, field: 380 }),
  ...(dynamic ? [mr(maker, 'T1GRE', names[4] ?? '', { at: 600, timePoints: 5, field: 380, more: gd })] : []),
];
const bellyNames: Readonly<Record<Maker, string[]>> = {
  siemens: ['t1_vibe_fs_tra_pre', 't2_tse_fs_tra', 't2_haste_cor', 'ep2d_diff_b50_800', 't1_vibe_fs_tra_dyn'],
  ge: ['Ax LAVA mask', 'Ax T2 FRFSE FS', 'Cor T2 SSFSE', 'Ax DWI b800', 'Ax LAVA DYN+C'],
  philips: ['THRIVE pre', 'T2W_SPAIR', 'T2W_SSh cor', 'DWI b800', 'THRIVE_dyn'],
  uih: ['横断位T1WI平扫', '横断位压脂T2WI', '冠状位T2WI', '弥散 b800', '动态增强'],
};
const bellies: [string, string, string, string][] = [
  ['MR-08', 'MR-09', '上腹部MRI平扫', '上腹部MRI平扫+动态增强'],
  ['MR-10', 'MR-11', '盆腔MRI平扫', '盆腔MRI平扫+动态增强'],
  ['MR-14', 'MR-15', '乳腺MRI平扫', '乳腺MRI平扫+动态增强'],
];
for (const [plainItem, dynamicItem, plainExam, dynamicExam] of bellies) {
  for (const maker of ['siemens', 'uih', 'philips'] as const) {
    study(plainItem, 'PASS', [], `complete, ${maker}`, plainExam, belly(maker, bellyNames[maker], false));
    study(
      dynamicItem,
      'PASS',
      [],
      `complete with dynamic, ${maker}`,
      dynamicExam,
      belly(maker, bellyNames[maker], true),
    );
  }
  study(
    plainItem,
    'FAIL',
    ['DWI'],
    'no diffusion',
    plainExam,
    belly('ge', bellyNames.ge, false).filter((_, index) => index !== 3),
  );
  study(
    plainItem,
    'FAIL',
    ['PLANES'],
    'axial only',
    plainExam,
    belly('ge', bellyNames.ge, false).filter((_, index) => index !== 2),
  );
  study(dynamicItem, 'FAIL', ['DYN'], 'plain part only', dynamicExam, belly('ge', bellyNames.ge, false));
  study(dynamicItem, 'FAIL', ['DYN'], 'one enhanced time point', dynamicExam, [
    ...belly('siemens', bellyNames.siemens, false),
    mr('siemens', 'T1GRE', 't1_vibe_fs_tra_+C', { at: 700, field: 380, more: gd }),
  ]);
}
study('MR-08', 'REVIEW', ['DWI'], 'diffusion without a b-value anywhere', '肝脏MRI平扫', [
  ...belly('siemens', bellyNames.siemens, false).slice(0, 3),
  mr('siemens', 'DWI', 'ep2d_diff_tra'),
]);

study('MR-12', 'PASS', [], 'both hips in one field', '双髋关节MRI平扫', [
  mr('siemens', 'T1', 't1_tse_cor', { plane: CORONAL, field: 380 }),
  mr('siemens', 'T2', 't2_tse_tra', { field: 380 }),
  mr('siemens', 'STIR', 't2_tirm_cor', { plane: CORONAL, field: 380 }),
]);
study('MR-12', 'FAIL', ['T2'], 'no T2 without fat suppression', '髋关节MRI平扫', [
  mr('ge', 'T1', 'Cor T1', { plane: CORONAL, field: 380 }),
  mr('ge', 'T2FS', 'Ax T2 FS', { field: 380 }),
]);
study('MR-12', 'FAIL', ['BOTH'], 'the left hip only', '左髋关节MRI平扫', [
  mr('uih', 'T1', '左髋冠状T1', { plane: CORONAL, field: 200 }),
  mr('uih', 'T2', '左髋横断T2', { field: 200 }),
  mr('uih', 'T2FS', '左髋冠状压脂T2', { plane: CORONAL, field: 200 }),
]);
const jointSeries = (maker: Maker, axial: SeriesHeaders): SeriesHeaders[] => [
  mr(maker, 'T1', 'T1 SAG', { plane: SAGITTAL, field: 160 }),
  mr(maker, 'T2', 'T2 SAG', { plane: SAGITTAL, field: 160, at: 90 }),
  mr(maker, 'PDFS', 'PD FS COR', { plane: CORONAL, field: 160, at: 180 }),
  axial,
];
study(
  'MR-13',
  'PASS',
  [],
  'three planes',
  '右膝关节MRI平扫',
  jointSeries('philips', mr('philips', 'PDFS', 'PDW_SPAIR tra', { field: 160 })),
);
study(
  'MR-13',
  'PASS',
  [],
  'the axial is a reformat, which the text allows',
  '膝关节MRI',
  jointSeries(
    'siemens',
    mr('siemens', 'PDFS', 'pd_space_MPR_tra', {
      field: 160,
      more: { ImageType: ['DERIVED', 'SECONDARY', 'MPR'] },
    }),
  ),
);
study(
  'MR-13',
  'FAIL',
  ['PLANES'],
  'no axial',
  'MR KNEE WO',
  jointSeries('ge', mr('ge', 'PDFS', 'Cor PD FS', { plane: CORONAL, field: 160 })),
);
study(
  'MR-13',
  'FAIL',
  ['T1'],
  'no T1',
  'MR KNEE WO',
  jointSeries('ge', mr('ge', 'PDFS', 'Ax PD FS', { field: 160 })).slice(1),
);
study(
  'MR-24',
  'PASS',
  [],
  'ankle, three planes',
  '踝关节MRI平扫',
  jointSeries('uih', mr('uih', 'PDFS', 'PD FS TRA', { field: 160 })),
);
study('MR-24', 'PASS', [], 'shoulder, named oblique coronal', 'MR SHOULDER', [
  mr('siemens', 'T1', 't1_tse_cor_obl', { plane: OBLIQUE_CORONAL, field: 160 }),
  mr('siemens', 'T2', 't2_tse_sag', { plane: SAGITTAL, field: 160 }),
  mr('siemens', 'PDFS', 'pd_tse_fs_tra', { field: 160 }),
]);
study('MR-24', 'REVIEW', ['PLANES'], 'oblique, and the name does not say which', 'MR SHOULDER', [
  mr('siemens', 'T1', 't1_tse', { plane: OBLIQUE_CORONAL, field: 160 }),
  mr('siemens', 'T2', 't2_tse_sag', { plane: SAGITTAL, field: 160 }),
  mr('siemens', 'PDFS', 'pd_tse_fs_tra', { field: 160 }),
]);
study('MR-24', 'FAIL', ['PDORFST2'], 'neither PD nor fat-suppressed T2', '肘关节MRI平扫', [
  mr('ge', 'T1', 'Cor T1', { plane: CORONAL, field: 160 }),
  mr('ge', 'T2', 'Sag T2', { plane: SAGITTAL, field: 160 }),
  mr('ge', 'T2', 'Ax T2', { field: 160 }),
]);

// --- MR angiography and hydrography ---------------------------------------------------------------------
for (const [item, chinese, english] of [
  ['MR-16', '颅脑MRA', 'MRA HEAD TOF'],
  ['MR-20', '颈部MRA', 'MRA NECK WO'],
] as const) {
  study(item, 'PASS', [], 'time of flight with projections', chinese, [
    mr('siemens', 'TOF', 'tof_fl3d_tra', { slices: 100, thickness: 0.7 }),
    mip('siemens', 'TOF MIP'),
  ]);
  study(item, 'PASS', [], 'named inflow', english, [
    mr('philips', 'TOF', '3D INFLOW', { slices: 100, thickness: 0.7 }),
  ]);
  study(item, 'FAIL', ['MRA'], 'projections of nothing that was sent', chinese, [
    mr('uih', 'T2', '横断位T2WI'),
  ]);
}
for (const [item, chinese, english] of [
  ['MR-17', '颅脑MRA增强', 'CE-MRA head'],
  ['MR-19', '颅脑MRV增强', 'CE-MRV head'],
  ['MR-21', '颈部MRA增强', 'CE-MRA neck'],
] as const) {
  study(item, 'PASS', [], 'named contrast-enhanced angiography', chinese, [
    mr('siemens', 'CEMRA', 'CE-MRA cor', { plane: CORONAL, more: gd, slices: 80, thickness: 1 }),
    mip('siemens', 'CE-MRA MIP'),
  ]);
  study(item, 'FAIL', ['CE'], 'time of flight instead', english, [
    mr('ge', 'TOF', '3D TOF', { slices: 100, thickness: 0.8 }),
  ]);
}
study('MR-18', 'PASS', [], 'phase contrast, slow encoding', '头颅MRV', [
  mr('ge', 'PC', '3D PC MRV', { more: { VelocityEncodingMaximumValue: 20 } }),
]);
study('MR-18', 'REVIEW', ['MRV'], 'angiographic, but artery or vein cannot be told', '头颅MRV', [
  mr('philips', 'TOF', '2D TOF'),
]);
study('MR-18', 'FAIL', ['MRV'], 'no venographic series', '头颅MRV', [mr('uih', 'T1', '横断位T1WI')]);
study('MR-23', 'PASS', [], 'three-dimensional, heavily T2-weighted', '内耳水成像', [
  mr('siemens', 'HYDRO', 't2_space_内耳水成像', { thickness: 0.6, slices: 60 }),
  mip('siemens', '内耳 MIP'),
]);
study('MR-23', 'FAIL', ['HYDRO'], 'slices too thick', 'MR inner ear hydrography', [
  mr('ge', 'HYDRO', 'FIESTA-C', { thickness: 2, slices: 30 }),
]);
study('MR-23', 'FAIL', ['HYDRO'], 'plain T2 instead', '内耳水成像', [mr('uih', 'T2', 'T2WI')]);

/** Examples of every item of the Hechi catalogue, several makers, Chinese and English. */
export const HECHI_2024_EXAMPLES: readonly Example[] = examples;
