import { describe, expect, test } from 'vitest';
import { expand, type Attributes, type SeriesHeaders } from '../catalogues/headers.ts';
import {
  AXIAL,
  CORONAL,
  ct,
  dwi,
  mammogram,
  mpr,
  mr,
  OBLIQUE_CORONAL,
  radiograph,
  SAGITTAL,
  scout,
  vr,
} from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import type { EvaluationOptions } from './options.ts';
import { summarizeStudy } from './summarize.ts';

/** Header sets that a hospital can send and that must not pass: a wrong PASS labels what must not be labelled. */

const chest = { range: [-150, 150] as const };
const thin = { ...chest, thickness: 1 };
const agent = 'Iohexol 350';
const gd = { ContrastBolusAgent: 'Gadobutrol' };

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

function brain(): [SeriesHeaders, SeriesHeaders, SeriesHeaders, SeriesHeaders] {
  return [
    mr('siemens', 'T1', 't1_tse_tra'),
    mr('siemens', 'T2', 't2_tse_tra', { at: 60 }),
    mr('siemens', 'FLAIR', 't2_tirm_tra_dark-fluid', { at: 120 }),
    dwi('siemens', 'ep2d_diff_3scan_trace', 1000, { at: 180 }),
  ];
}

function phases(names: readonly string[], at: readonly number[], known = true): SeriesHeaders[] {
  return names.map((name, index) =>
    ct('ge', name, {
      at: at[index] ?? 0,
      acquisition: index + 1,
      ...(index > 0 && known ? { agent } : {}),
    }),
  );
}

type Attack = [about: string, exam: string, series: SeriesHeaders[], common?: Attributes];

const [t1, t2, flair, diffusion] = brain();

const ctEvidence: Attack[] = [
  ['a scout alone is no head CT', '头颅CT平扫', [scout('siemens'), scout('ge')]],
  [
    'a secondary reconstruction is no plain scan',
    '头颅CT平扫',
    [ct('ge', 'Brain', { range: [-70, 80], imageType: ['DERIVED', 'SECONDARY', 'AXIAL'] })],
  ],
  [
    'thin slices made by a workstation do not make a thin-slice chest',
    '胸部CT平扫',
    [ct('ge', 'Chest', chest), ct('ge', 'Recon', { ...thin, imageType: ['DERIVED', 'SECONDARY', 'AXIAL'] })],
  ],
  [
    'a thick-slab MIP is not thin',
    '胸部CT平扫',
    [ct('ge', 'Chest', chest), ct('ge', 'Lung MIP', { ...thin, imageType: ['DERIVED', 'PRIMARY', 'AXIAL'] })],
  ],
  [
    'a high-resolution scan with gaps is not thin-slice',
    '胸部CT平扫',
    [
      ct('siemens', 'Thorax 5.0', chest),
      {
        ...ct('siemens', 'HRCT 1.0', thin),
        stack: { start: -150, step: 10, slices: 30 },
      },
    ],
  ],
  [
    'a thin reconstruction of one lesion is not a thin-slice chest',
    '胸部CT平扫',
    [ct('siemens', 'Thorax 5.0', chest), ct('siemens', 'Nodule 1.0', { thickness: 1, range: [0, 140] })],
  ],
  [
    'a head scan that stopped half way is a fragment',
    '头颅CT平扫',
    [ct('philips', 'BRAIN', { range: [-20, 40] })],
  ],
  [
    'a secondary capture is no CT scan',
    '头颅CT平扫',
    [with_(ct('ge', 'Brain', { range: [-70, 80] }), { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7.2' })],
  ],
  [
    'a volume rendering of another part is none of the knee',
    '膝关节CT平扫+三维重建',
    [
      ct('uih', '膝 0.8', { thickness: 0.8, range: [-60, 60] }),
      mpr('uih', '膝 冠状MPR'),
      vr('头颅三维重建 VR'),
    ],
  ],
  [
    'reformats of the sagittal plane are not coronal ones',
    '副鼻窦CT平扫',
    [ct('uih', '鼻窦 1.0', { thickness: 1, range: [-50, 50] }), mpr('uih', 'MPR', SAGITTAL)],
  ],
  [
    'a perfusion scan is no plain head',
    '头颅CT平扫',
    [
      {
        ...ct('siemens', 'VPCT 5.0', { range: [-60, 60] }),
        repeats: Array.from({ length: 20 }, (_, index) => ({
          AcquisitionTime: `1000${String(index * 2).padStart(2, '0')}`,
        })),
      },
    ],
  ],
  [
    'the images of a prior exam prove nothing today',
    '头颅CT平扫',
    [with_(ct('ge', 'Brain', { range: [-70, 80] }), { AcquisitionDate: '20240102' })],
  ],
  [
    'a CT in a study that was ordered as MR goes to a person',
    '颅脑MRI平扫',
    [ct('ge', 'Brain', { range: [-70, 80] })],
  ],
];

const ctContrast: Attack[] = [
  [
    'an injected volume without an agent is contrast',
    '胸部CT',
    [with_(ct('ge', 'Lung', thin), { ContrastBolusVolume: 80 })],
  ],
  ['an agent on every series is not plain', '胸部CT平扫', [ct('uih', 'Lung', { ...thin, agent })]],
  [
    'an agent on every series does not make one of two scans enhanced',
    '盆腔CT平扫+增强',
    [ct('uih', 'A', { agent }), ct('uih', 'B', { agent, range: [-60, 60], at: 20, acquisition: 2 })],
  ],
  [
    'an agent registered between two reconstructions of one scan enhances neither',
    '胸部CT平扫+增强',
    [ct('ge', 'Std', chest), ct('ge', 'Lung', { ...thin, agent })],
  ],
  [
    'a scan repeated at once failed and was not enhanced',
    '盆腔CT平扫+增强',
    [ct('ge', '5mm'), ct('ge', '5mm', { at: 30, acquisition: 2 })],
  ],
  [
    'a scan named repeat was not enhanced',
    '盆腔CT平扫+增强',
    [ct('ge', '5mm'), ct('ge', '5mm 重扫', { at: 300, acquisition: 2 })],
  ],
  [
    'a plain exam and an enhanced one ordered together are not passed as plain',
    '胸部CT平扫+增强',
    [ct('ge', 'Lung', thin)],
    { RequestedProcedureDescription: '胸部CT平扫' },
  ],
  [
    'an enhanced scan does not pass a plain order',
    '胸部CT平扫',
    [ct('ge', 'C-', thin), ct('ge', 'C+', { ...thin, at: 300, acquisition: 2 })],
  ],
  [
    'an enhanced scan of another range is no enhanced pelvis',
    '盆腔CT平扫+增强',
    [
      ct('ge', 'C-', { range: [-100, 100] }),
      ct('ge', 'C+', { range: [90, 290], at: 300, acquisition: 2, agent }),
    ],
  ],
  [
    'a scan a few seconds before the first named phase is no plain scan',
    '上腹部CT平扫+增强（三期）',
    phases(['5mm', '动脉期', '门脉期', '延迟期'], [230, 240, 272, 400], false),
  ],
];

const ctPhases: Attack[] = [
  [
    'three reconstructions of one acquisition are one phase',
    '上腹部CT平扫+增强（三期）',
    [
      ct('siemens', 'Nat 5.0'),
      ...['Ven 5.0', 'Ven 2.0', 'Ven 1.0'].map((name, index) =>
        ct('siemens', name, { at: 240, acquisition: 2, agent, thickness: [5, 2, 1][index] ?? 5 }),
      ),
    ],
  ],
  [
    'reconstructions that start later inside one scan are one phase',
    '上腹部CT平扫+增强（三期）',
    [
      ct('siemens', 'Nat 5.0'),
      ...[240, 252, 263].map((at, index) => {
        const series = ct('siemens', `5mm ${index}`, { at, acquisition: index + 2, agent });
        return { ...series, repeats: [{}, { AcquisitionTime: '100430' }] };
      }),
    ],
  ],
  [
    'the same phase scanned twice is one phase',
    '上腹部CT平扫+增强（三期）',
    phases(['平扫', '动脉期', '门脉期', '门脉期'], [0, 240, 275, 300]),
  ],
  [
    'a timing scan of a few positions is no phase',
    '上腹部CT平扫+增强（三期）',
    [
      ...phases(['平扫', '动脉期', '门脉期'], [0, 240, 275]),
      {
        ...ct('ge', '5mm', { at: 200, acquisition: 9, agent, range: [0, 20] }),
        repeats: Array.from({ length: 10 }, (_, index) => ({
          AcquisitionTime: `1003${String(20 + index * 2)}`,
        })),
      },
    ],
  ],
  [
    'a fragment is no phase',
    '上腹部CT平扫+增强（三期）',
    [
      ...phases(['平扫', '动脉期', '门脉期'], [0, 240, 275]),
      ct('ge', '延迟期', { at: 420, acquisition: 4, agent, range: [0, 40] }),
    ],
  ],
  [
    'a late scan of a CTA protocol is not arterial',
    '头颈部CTA',
    [
      ct('siemens', '5.0', {
        at: 240,
        acquisition: 2,
        agent,
        range: [-200, 150],
        more: { ProtocolName: 'CTA_HeadNeck' },
      }),
      ct('siemens', '1.0', {
        at: 330,
        acquisition: 3,
        agent,
        thickness: 1,
        range: [-200, 150],
        more: { ProtocolName: 'CTA_HeadNeck' },
      }),
      ct('siemens', 'plain', { range: [-200, 150] }),
    ],
  ],
  [
    'a CTA of the head alone is none of head and neck',
    '头颈部CTA',
    [ct('siemens', 'CTA 1.0', { at: 240, agent, thickness: 1, range: [0, 140] })],
  ],
  [
    'a CTA of the chest alone is none of the whole aorta',
    '胸腹主动脉CTA',
    [ct('siemens', 'CTA 1.0', { at: 240, agent, thickness: 1, range: [0, 280] })],
  ],
];

const mrEvidence: Attack[] = [
  [
    'a FLAIR named after its T2 contrast is no T2',
    '颅脑MRI平扫',
    [t1, with_(mr('ge', 'FLAIR', 'Ax T2', { at: 60 }), { InversionTime: '' }), flair, diffusion],
  ],
  ['a second FLAIR is no T2', '颅脑MRI平扫', [t1, flair, mr('siemens', 'FLAIR', 't2_flair_cor'), diffusion]],
  [
    'an ADC map is no diffusion series',
    '颅脑MRI平扫',
    [
      t1,
      t2,
      flair,
      dwi('ge', 'Apparent Diffusion Coefficient (mm2/s)', 1000, {
        more: { ImageType: ['DERIVED', 'SECONDARY', 'OTHER'] },
      }),
    ],
  ],
  [
    'an average-DC map that inherited its b-value is no diffusion series',
    '颅脑MRI平扫',
    [
      t1,
      t2,
      flair,
      dwi('ge', 'Average DC', 1000, { more: { ImageType: ['DERIVED', 'SECONDARY', 'COMBINED'] } }),
    ],
  ],
  ['b=0 alone is no diffusion', '颅脑MRI平扫', [t1, t2, flair, mr('uih', 'DWI', 'DWI', { b: [0] })]],
  [
    'the b=0 part of a diffusion protocol is no diffusion',
    '颅脑MRI平扫',
    [t1, t2, flair, mr('uih', 'DWI', 'DWI_b0', { more: { ProtocolName: 'DWI b1000' } })],
  ],
  [
    'an echo-planar T2 does not stand for T2WI without a person',
    '颅脑MRI平扫',
    [t1, mr('siemens', 'DWI', 'ep2d_t2_tra', { at: 60 }), flair, diffusion],
  ],
  [
    'a gradient-echo T2* is no T2',
    '颅脑MRI平扫',
    [
      t1,
      mr('siemens', 'T1GRE', 't2_fl2d_tra_hemo', {
        more: { RepetitionTime: 620, EchoTime: 20, FlipAngle: 20, MRAcquisitionType: '2D' },
      }),
      flair,
      diffusion,
    ],
  ],
  [
    'susceptibility weighting is no T2',
    '颅脑MRI平扫',
    [
      t1,
      mr('siemens', 'T1GRE', 't2_swi3d_tra', {
        more: { RepetitionTime: 28, EchoTime: 20, FlipAngle: 15, SequenceName: '*swi3d1r' },
      }),
      flair,
      diffusion,
    ],
  ],
  ['time of flight is no T1', '颅脑MRI平扫', [mr('siemens', 'TOF', 'tof_fl3d_tra'), t2, flair, diffusion]],
  [
    'an unnamed localizer in several planes is no T1',
    '颅脑MRI平扫',
    [
      {
        attributes: mr('uih', 'T1GRE', '').attributes,
        images: [AXIAL, SAGITTAL, CORONAL].flatMap((plane) =>
          [-40, -20, 0, 20, 40].map((along) => ({
            ImageOrientationPatient: plane,
            ImagePositionPatient: [along, along, along],
          })),
        ),
      },
      t2,
      flair,
      diffusion,
    ],
  ],
  [
    'an unnamed localizer of a few distant slices is no T1',
    '颅脑MRI平扫',
    [{ ...mr('uih', 'T1GRE', ''), stack: { start: -60, step: 30, slices: 5 } }, t2, flair, diffusion],
  ],
  [
    'a T2 of four slices was broken off',
    '颅脑MRI平扫',
    [t1, mr('siemens', 'T2', 't2_tse_tra', { at: 60, slices: 4 }), flair, diffusion],
  ],
  [
    'the diffusion of an earlier exam proves nothing today',
    '颅脑MRI平扫',
    [t1, t2, flair, with_(diffusion, { AcquisitionDate: '20240520' })],
  ],
  [
    'the diffusion of another part proves nothing of the brain',
    '颅脑MRI平扫',
    [t1, t2, flair, diffusion].map((series, index) =>
      with_(series, { BodyPartExamined: index === 3 ? 'LIVER' : 'BRAIN' }),
    ),
  ],
  [
    'PD without fat suppression is no second T2 of a hip',
    '双髋关节MRI平扫',
    [
      mr('ge', 'T1', 'Cor T1', { plane: CORONAL, field: 380 }),
      mr('ge', 'T2FS', 'Ax T2 FS', { field: 380 }),
      mr('ge', 'PDFS', 'Cor PD', { plane: CORONAL, field: 380, more: { ScanOptions: 'FAST_GEMS' } }),
    ],
  ],
  [
    'an inline reformat gives no plane that was not scanned',
    '颈部MRI平扫',
    [
      mr('siemens', 'T1', 't1_space_tra'),
      mr('siemens', 'T2', 't2_tse_tra'),
      mr('siemens', 'T2', 't2_tse_cor', {
        plane: CORONAL,
        more: { ImageType: ['DERIVED', 'SECONDARY', 'MPR', 'ND', 'NORM'] },
      }),
    ],
  ],
  [
    'an unexplained derived series gives no plane',
    '颈部MRI平扫',
    [
      mr('ge', 'T1', 'Ax T1'),
      mr('ge', 'T2', 'Ax T2'),
      mr('ge', 'T2', 'Cor T2', { plane: CORONAL, more: { ImageType: ['DERIVED', 'SECONDARY', 'OTHER'] } }),
    ],
  ],
  [
    'an oblique plane that is not named is left to a person',
    '肩关节MRI平扫',
    [
      mr('siemens', 'T1', 't1_tse', { plane: OBLIQUE_CORONAL, field: 160 }),
      mr('siemens', 'T2', 't2_tse_sag', { plane: SAGITTAL, field: 160 }),
      mr('siemens', 'PDFS', 'pd_tse_fs_tra', { field: 160 }),
    ],
  ],
  [
    'the left knee does not answer an order of the right one',
    '右膝关节MRI平扫',
    [
      mr('uih', 'T1', '左膝 T1 SAG', { plane: SAGITTAL, field: 160 }),
      mr('uih', 'T2', '左膝 T2 SAG', { plane: SAGITTAL, field: 160 }),
      mr('uih', 'PDFS', '左膝 PD FS COR', { plane: CORONAL, field: 160 }),
      mr('uih', 'PDFS', '左膝 PD FS TRA', { field: 160 }),
    ],
  ],
  [
    'one knee does not answer an order of both',
    '双膝关节MRI平扫',
    [
      mr('uih', 'T1', '左膝 T1 SAG', { plane: SAGITTAL, field: 160 }),
      mr('uih', 'T2', '左膝 T2 SAG', { plane: SAGITTAL, field: 160 }),
      mr('uih', 'PDFS', '左膝 PD FS COR', { plane: CORONAL, field: 160 }),
      mr('uih', 'PDFS', '左膝 PD FS TRA', { field: 160 }),
    ],
  ],
];

const mrContrast: Attack[] = [
  [
    'a T1 repeated at once for motion is not enhanced',
    '颅脑MRI平扫+增强',
    [
      mr('siemens', 'T1', 't1_tse_tra'),
      mr('siemens', 'T1', 't1_tse_tra', { at: 150 }),
      mr('siemens', 'T2', 't2_tse_tra', { at: 300 }),
      mr('siemens', 'FLAIR', 't2_tirm_tra_dark-fluid', { at: 450 }),
      dwi('siemens', 'ep2d_diff_3scan_trace', 1000, { at: 600 }),
    ],
  ],
  [
    'a subtraction is no enhanced T1',
    '颅脑MRI平扫+增强',
    [
      ...brain(),
      mr('siemens', 'T1', 't1_tse_tra_SUB', {
        at: 900,
        more: { ...gd, ImageType: ['DERIVED', 'PRIMARY', 'M', 'SUB'] },
      }),
    ],
  ],
  [
    'an agent on every series leaves a single T1 open',
    '颅脑MRI平扫+增强',
    brain().map((series) => with_(series, gd)),
  ],
  [
    'an injected volume without an agent is contrast',
    '颅脑MRI',
    brain().map((series) => with_(series, { ContrastBolusVolume: 15 })),
  ],
  [
    'a dynamic series that was broken off has the time points it has',
    '垂体MRI平扫+动态增强',
    [
      mr('siemens', 'T1', 'T1 sag', { plane: SAGITTAL, thickness: 3 }),
      mr('siemens', 'T1', 'T1 cor', { plane: CORONAL, thickness: 3, at: 100 }),
      mr('siemens', 'T2', 'T2 cor', { plane: CORONAL, thickness: 3, at: 200 }),
      mr('siemens', 'T1', 't1_tse_cor_dynamic', {
        plane: CORONAL,
        thickness: 2,
        at: 400,
        more: { ...gd, NumberOfTemporalPositions: 6, TemporalPositionIdentifier: 1 },
      }),
    ],
  ],
  [
    'three enhanced series of different kinds are not a dynamic one',
    '垂体MRI平扫+动态增强',
    [
      mr('siemens', 'T1', 'T1 sag', { plane: SAGITTAL, thickness: 3 }),
      mr('siemens', 'T1', 'T1 cor', { plane: CORONAL, thickness: 3, at: 100 }),
      mr('siemens', 'T2', 'T2 cor', { plane: CORONAL, thickness: 3, at: 200 }),
      mr('siemens', 'T1', 'T1 cor +C', { plane: CORONAL, thickness: 3, at: 400, more: gd }),
      mr('siemens', 'T1', 'T1 fs cor +C', {
        plane: CORONAL,
        thickness: 3,
        at: 600,
        more: { ...gd, ScanOptions: 'FS' },
      }),
      mr('siemens', 'T1GRE', 't1_vibe_cor +C', { plane: CORONAL, thickness: 3, at: 800, more: gd }),
    ],
  ],
  [
    'the four images of a Dixon set are no time points',
    '上腹部MRI平扫+动态增强',
    [
      mr('siemens', 'T1GRE', 't1_vibe_dixon_tra_pre', { field: 380 }),
      mr('siemens', 'T2FS', 't2_tse_fs_tra', { at: 60, field: 380 }),
      mr('siemens', 'T2', 't2_haste_cor', { plane: CORONAL, at: 120, field: 380 }),
      dwi('siemens', 'ep2d_diff_b50_800', 800, { at: 180, field: 380 }),
      ...['W', 'F', 'in', 'opp'].map((kind) =>
        mr('siemens', 'T1GRE', `t1_vibe_dixon_tra_+C_${kind}`, { at: 700, field: 380, more: gd }),
      ),
    ],
  ],
];

const projections: Attack[] = [
  [
    'an image of another part does not answer a chest order',
    '胸部DR',
    [radiograph('Chest PA', { PresentationIntentType: 'FOR PROCESSING' }), radiograph('左手正位')],
  ],
  [
    'unprocessed images are not for presentation',
    '胸部DR',
    [radiograph('Chest PA', { PresentationIntentType: 'FOR PROCESSING' })],
  ],
  [
    'a storage plate written as DX is computed radiography',
    '胸部DR',
    [radiograph('Chest PA', { DetectorType: 'STORAGE' })],
  ],
  ['a plate reader is undecided by policy', '胸部DR', [radiograph('Chest PA', { Modality: 'CR' })]],
  [
    'a digitised film is a secondary capture',
    '胸部DR',
    [radiograph('Chest PA', { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7' })],
  ],
  [
    'an image of an earlier day proves nothing today',
    '胸部DR',
    [radiograph('Chest PA', { AcquisitionDate: '20230603', AcquisitionTime: '101010' })],
  ],
  [
    'mammograms for processing are no mammograms for presentation',
    '双侧乳腺钼靶',
    (['L', 'R'] as const).flatMap((side) =>
      ['CC', 'MLO'].map((view) => mammogram(side, view, { PresentationIntentType: 'FOR PROCESSING' })),
    ),
  ],
  [
    'MLO of one side only is incomplete',
    '双侧乳腺钼靶',
    [mammogram('L', 'CC'), mammogram('R', 'CC'), mammogram('R', 'MLO')],
  ],
  [
    'one breast does not answer an order of both',
    '双侧乳腺钼靶',
    [mammogram('R', 'CC'), mammogram('R', 'MLO')],
  ],
  [
    'a spot view named by words is no full view',
    '右乳腺钼靶',
    [mammogram('R', 'CC'), mammogram('R', 'MLO', { SeriesDescription: 'R MLO 局部加压' })],
  ],
  [
    'a magnification view is no full view',
    '右乳腺钼靶',
    [
      mammogram('R', 'CC'),
      mammogram('R', '', {
        SeriesDescription: '',
        ViewCodeSequence: [
          {
            CodeValue: '399368009',
            CodingSchemeDesignator: 'SCT',
            CodeMeaning: 'medio-lateral oblique',
            ViewModifierCodeSequence: [
              { CodeValue: '399163009', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Magnification' },
            ],
          },
        ],
      }),
    ],
  ],
];

const texts: Attack[] = [
  [
    'two orders of different parts in one study',
    '头颅CT平扫',
    [ct('ge', '5mm', { range: [-70, 80] })],
    { RequestedProcedureDescription: '胸部CT平扫' },
  ],
  [
    'GBK text that was read as Latin names no part',
    'Í·Â­CTÆ½É¨',
    [ct('ge', '', { range: [-70, 80], more: { BodyPartExamined: 'HEAD' } })],
  ],
  ['no text at all', '', [ct('ge', '', { range: [-70, 80], more: { BodyPartExamined: 'HEAD' } })]],
];

describe.each([
  ['CT evidence', ctEvidence],
  ['CT contrast', ctContrast],
  ['CT phases', ctPhases],
  ['MR evidence', mrEvidence],
  ['MR contrast', mrContrast],
  ['projection images', projections],
  ['texts', texts],
] as const)('%s', (_, attacks) => {
  test.each(attacks)('%s', (_about, exam, series, common = {}) => {
    expect(passed(exam, series, common)).toEqual([]);
  });
});

test('a spine ordered by the letters of its segments is no CT', () => {
  const spine = (name: string): SeriesHeaders[] => [
    mr('ge', 'T1', `Sag T1 ${name}`, { plane: SAGITTAL }),
    mr('ge', 'T2', `Sag T2 ${name}`, { plane: SAGITTAL }),
    mr('ge', 'T2', `Ax T2 ${name}`),
  ];
  expect(passed('CTL SPINE WO', spine('spine'))).toEqual(['MR-06']);
});

test('the honest study beside each attack passes', () => {
  expect(passed('颅脑MRI平扫', brain())).toEqual(['MR-01']);
  expect(passed('胸部CT平扫', [ct('ge', 'Chest', chest), ct('ge', 'Lung', thin)])).toEqual(['CT-05']);
  expect(
    passed('上腹部CT平扫+增强（三期）', phases(['平扫', '动脉期', '门脉期', '延迟期'], [0, 240, 275, 420])),
  ).toEqual(['CT-07']);
  expect(passed('右乳腺钼靶', [mammogram('R', 'CC'), mammogram('R', 'MLO')])).toEqual(['DR-07']);
  expect(
    passed('胸部+腰椎DR', [
      radiograph('PA', { BodyPartExamined: 'CHEST' }),
      radiograph('LAT', { BodyPartExamined: 'LSPINE' }),
    ]),
  ).toEqual(['DR-01', 'DR-04']);
});
