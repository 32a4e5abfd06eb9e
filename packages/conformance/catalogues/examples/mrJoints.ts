import type { SeriesHeaders } from '../headers.ts';
import { CORONAL, mip, mr, OBLIQUE_CORONAL, SAGITTAL, type Maker } from '../scanners.ts';
import { exampleList, gd } from './example.ts';

const { examples, study } = exampleList();

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

/** MR of joints, MR angiography and hydrography. */
export const MR_JOINT_EXAMPLES = examples;
