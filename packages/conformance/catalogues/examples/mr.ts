import type { SeriesHeaders } from '../headers.ts';
import { AXIAL, CORONAL, dwi, mr, mrLocalizer, SAGITTAL, type Maker } from '../scanners.ts';
import { exampleList, gd } from './example.ts';

const { examples, study } = exampleList();

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

/** MR of brain, neck, spine, abdomen, pelvis and breast. */
export const MR_EXAMPLES = examples;
