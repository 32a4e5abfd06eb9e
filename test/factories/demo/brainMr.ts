import { HEAD_TISSUES, paintHead, type HeadLesion } from '../phantom/brain.ts';
import { HEAD_MAGNETISM, type Sequence } from '../phantom/magnetic.ts';
import type { Plane } from '../phantom/render.ts';
import type { Dataset } from '../part10.ts';
import { once } from '../study/ct.ts';
import { AXIAL, CORONAL, SAGITTAL, stack } from '../study/geometry.ts';
import { mrSeries, type MrSeriesOptions } from '../study/mr.ts';
import type { SeriesSpec } from '../study/study.ts';
import { bValueAttributes, EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { demoClock, demoStudy, HOSPITALS, type DemoStudy } from './study.ts';

const T1: Sequence = { repetitionTime: 500, echoTime: 9 };
const T2: Sequence = { repetitionTime: 4500, echoTime: 100, flipAngle: 150 };
const FLAIR: Sequence = {
  repetitionTime: 9000,
  echoTime: 110,
  inversionTime: 2500,
  flipAngle: 150,
  fatLeft: 0.4,
};
const DIFFUSION: Sequence = { repetitionTime: 5200, echoTime: 80, fatLeft: 0.04 };
const WHITE = { T1: 0.6, T2: 0.78, FLAIR: 0.32, B0: 0.85, B1000: 0.28 };

const tissues = HEAD_TISSUES.map((tissue) => HEAD_MAGNETISM[tissue]);
const head = (seed: string, lesion: HeadLesion) =>
  once(() => paintHead(seed, { min: [-95, -115, -100], max: [95, 115, 98] }, 1, lesion));

/** Planes tilted a little from front to back, as technologists lay them along the corpus callosum. */
const tilted = { row: [1, 0, 0], column: [0, 0.992115, -0.125333] } as const;
const axial = (rows: number, pixel: number): Plane[] =>
  stack({ ...tilted, centre: [0, 0, 18], rows, columns: rows, pixel, count: 20, step: 6, thickness: 5 });
const sagittal = stack({
  ...SAGITTAL,
  centre: [0, 0, 8],
  rows: 320,
  columns: 320,
  pixel: 0.72,
  count: 19,
  step: -6,
  thickness: 5,
});
const coronal = stack({
  ...CORONAL,
  centre: [0, 0, 10],
  rows: 320,
  columns: 320,
  pixel: 0.72,
  count: 20,
  step: 6.5,
  thickness: 5,
});

type Shared = Pick<MrSeriesOptions, 'labels' | 'tissues' | 'clock' | 'step' | 'noise'>;

/** Three planes through the middle in one series. */
function localizer(shared: Shared, number: number, headers: Dataset): SeriesSpec {
  const size = { rows: 256, columns: 256, pixel: 1, count: 1, step: 8, thickness: 8 };
  const planes = [AXIAL, CORONAL, SAGITTAL].flatMap((axes) =>
    stack({ ...axes, centre: [0, 0, 10], ...size }),
  );
  return mrSeries({
    ...shared,
    key: 'localizer',
    number,
    description: 'localizer',
    headers,
    planes,
    step: 8,
    pictures: [{ sequence: { repetitionTime: 8.6, echoTime: 4, flipAngle: 20 } }],
    white: 0.012,
    start: 5,
  });
}

/** Complete brain protocol (Siemens): MR-01 passes. */
export function brainMr(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 2, '16:02:18');
  const shared: Shared = { labels: head('demo/brain', 'infarct'), tissues, clock, step: 6, noise: 0.022 };
  const common: Dataset = { BodyPartExamined: 'HEAD', ReceiveCoilName: 'HeadNeck_20' };
  const siemens = (sequenceName: string, extra: Dataset = {}): Dataset => ({
    ...common,
    ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND', 'NORM'],
    ScanningSequence: 'SE',
    SequenceVariant: ['SK', 'SP', 'OSP'],
    ScanOptions: 'SFS',
    SequenceName: sequenceName,
    '00190010': { vr: 'LO', value: ['SIEMENS MR HEADER'] },
    ...extra,
  });
  const planes = axial(320, 0.72);
  const diffusionPlanes = axial(192, 1.2);
  const diffusion = (type: readonly string[], name: string, bValue: number): Dataset => ({
    ImageType: type,
    SequenceName: name,
    ...bValueAttributes('Siemens', bValue),
  });
  const epi = siemens('*ep_b0', {
    ScanningSequence: 'EP',
    SequenceVariant: ['SK', 'SP'],
    ScanOptions: ['PFP', 'FS'],
    ProtocolName: 'ep2d_diff_3scan_trace_p2',
  });
  return demoStudy({
    key: 'brain-mr',
    title: '颅脑MRI平扫',
    hospital: HOSPITALS.lncy,
    patient: PATIENTS.huang,
    clock,
    description: '颅脑MRI平扫',
    requested: '颅脑磁共振平扫+DWI',
    equipment: EQUIPMENT.siemensMr,
    characterSet: 'GB18030',
    series: [
      localizer(
        shared,
        1,
        siemens('*fl2d1', {
          ScanningSequence: 'GR',
          SequenceVariant: ['SP', 'OSP'],
          ProtocolName: 'localizer',
          ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'NORM', 'DIS2D'],
        }),
      ),
      mrSeries({
        ...shared,
        key: 't2',
        number: 2,
        description: 't2_tse_tra_320',
        headers: siemens('*tse2d1_15', { EchoTrainLength: 15, ProtocolName: 't2_tse_tra_320' }),
        planes,
        pictures: [{ sequence: T2 }],
        white: WHITE.T2,
        start: 60,
      }),
      mrSeries({
        ...shared,
        key: 't1',
        number: 3,
        description: 't1_se_tra_320',
        headers: siemens('*se2d1', {
          EchoTrainLength: 1,
          ProtocolName: 't1_se_tra_320',
          SequenceVariant: ['SP', 'OSP'],
        }),
        planes,
        pictures: [{ sequence: T1 }],
        white: WHITE.T1,
        start: 200,
      }),
      mrSeries({
        ...shared,
        key: 'flair',
        number: 4,
        description: 't2_tirm_tra_dark-fluid',
        headers: siemens('*tir2d1_16', {
          EchoTrainLength: 16,
          ScanningSequence: ['SE', 'IR'],
          ScanOptions: ['FS', 'SFS'],
          ProtocolName: 't2_tirm_tra_dark-fluid',
        }),
        planes,
        pictures: [{ sequence: FLAIR }],
        white: WHITE.FLAIR,
        start: 380,
      }),
      mrSeries({
        ...shared,
        key: 'trace',
        number: 5,
        description: 'ep2d_diff_3scan_trace_p2_TRACEW',
        headers: epi,
        planes: diffusionPlanes,
        pictures: [
          {
            sequence: DIFFUSION,
            headers: diffusion(['ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE', 'ND', 'NORM'], '*ep_b0', 0),
          },
          {
            sequence: { ...DIFFUSION, bValue: 1000 },
            headers: {
              ...diffusion(['DERIVED', 'PRIMARY', 'DIFFUSION', 'TRACEW', 'ND', 'NORM'], '*ep_b1000t', 1000),
              WindowCenter: 330,
              WindowWidth: 660,
            },
          },
        ],
        white: WHITE.B0,
        start: 560,
      }),
      mrSeries({
        ...shared,
        key: 'adc',
        number: 6,
        description: 'ep2d_diff_3scan_trace_p2_ADC',
        headers: {
          ...epi,
          ...diffusion(['DERIVED', 'PRIMARY', 'DIFFUSION', 'ADC', 'ND', 'NORM'], '*ep_b0_1000', 0),
          '0019100C': undefined,
          '0019100D': undefined,
        },
        planes: diffusionPlanes,
        pictures: [{ sequence: DIFFUSION, diffusionMap: true }],
        white: 1,
        start: 560,
      }),
      mrSeries({
        ...shared,
        key: 't1sag',
        number: 7,
        description: 't1_se_sag',
        headers: siemens('*se2d1', { ProtocolName: 't1_se_sag', SequenceVariant: ['SP', 'OSP'] }),
        planes: sagittal,
        step: -6,
        pictures: [{ sequence: T1 }],
        white: WHITE.T1,
        start: 640,
      }),
    ],
    expected: { itemCode: 'MR-01', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}

/** Brain without diffusion (Philips): MR-01 fails. The same patient has a mammogram in this hospital and a mass in the other. */
export function brainMrWithoutDwi(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 4, '09:55:30');
  const shared: Shared = {
    labels: head('demo/brain without dwi', 'spots'),
    tissues,
    clock,
    step: 6,
    noise: 0.03,
  };
  const philips = (technique: string, extra: Dataset = {}): Dataset => ({
    BodyPartExamined: 'BRAIN',
    ImageType: ['ORIGINAL', 'PRIMARY', 'M_SE', 'M', 'SE'],
    ScanningSequence: 'SE',
    SequenceVariant: 'SK',
    ScanOptions: 'OTHER',
    ReceiveCoilName: 'MULTI COIL',
    '20010010': { vr: 'LO', value: ['Philips Imaging DD 001'] },
    '20011020': { vr: 'LO', value: [technique] },
    ...extra,
  });
  const planes = axial(320, 0.72);
  return demoStudy({
    key: 'brain-mr-no-dwi',
    title: '颅脑MRI平扫（缺DWI）',
    hospital: HOSPITALS.lnfy,
    patient: PATIENTS.xie,
    clock,
    description: '颅脑MRI平扫',
    requested: '颅脑MRI平扫',
    equipment: EQUIPMENT.philipsMr,
    series: [
      localizer(
        shared,
        101,
        philips('FFE', {
          ScanningSequence: 'GR',
          ProtocolName: 'Survey',
          SeriesDescription: 'Survey',
          ImageType: ['ORIGINAL', 'PRIMARY', 'M_FFE', 'M', 'FFE'],
        }),
      ),
      mrSeries({
        ...shared,
        key: 't2',
        number: 201,
        description: 'T2W_TSE Ax',
        headers: philips('TSE', { ProtocolName: 'T2W_TSE', EchoTrainLength: 15 }),
        planes,
        pictures: [{ sequence: T2 }],
        white: WHITE.T2,
        start: 70,
      }),
      mrSeries({
        ...shared,
        key: 't1',
        number: 301,
        description: 'T1W_SE Ax',
        headers: philips('SE', { ProtocolName: 'T1W_SE', EchoTrainLength: 1 }),
        planes,
        pictures: [{ sequence: { ...T1, echoTime: 12 } }],
        white: WHITE.T1,
        start: 250,
      }),
      mrSeries({
        ...shared,
        key: 'flair',
        number: 401,
        description: 'T2W_FLAIR Ax',
        headers: philips('TSE', {
          ProtocolName: 'T2W_FLAIR',
          ScanningSequence: ['SE', 'IR'],
          EchoTrainLength: 27,
        }),
        planes,
        pictures: [{ sequence: FLAIR }],
        white: WHITE.FLAIR,
        start: 430,
      }),
      mrSeries({
        ...shared,
        key: 't1sag',
        number: 501,
        description: 'T1W_SE Sag',
        headers: philips('SE', { ProtocolName: 'T1W_SE sag' }),
        planes: sagittal,
        step: -6,
        pictures: [{ sequence: T1 }],
        white: WHITE.T1,
        start: 600,
      }),
    ],
    expected: { itemCode: 'MR-01', verdict: 'FAIL', missing: ['DWI'], label: null },
  });
}

/** Plain and enhanced brain with a mass (GE): MR-02 passes. */
export function brainMrEnhanced(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 7, '13:26:00');
  const shared: Shared = { labels: head('demo/brain mass', 'mass'), tissues, clock, step: 6, noise: 0.02 };
  const ge = (extra: Dataset = {}): Dataset => ({
    BodyPartExamined: 'BRAIN',
    ImageType: ['ORIGINAL', 'PRIMARY', 'OTHER'],
    ScanningSequence: 'SE',
    SequenceVariant: 'SK',
    ScanOptions: ['FAST_GEMS', 'NPW', 'TRF_GEMS', 'SAT_GEMS'],
    ReceiveCoilName: 'HNU 48Ch',
    ProtocolName: 'Brain C+',
    ...extra,
  });
  const planes = axial(320, 0.72);
  const diffusionPlanes = axial(192, 1.2);
  const t1Flair: Sequence = { repetitionTime: 1950, echoTime: 24, inversionTime: 780, flipAngle: 111 };
  const gadolinium: Dataset = {
    ContrastBolusAgent: 'Gadobutrol',
    ContrastBolusRoute: 'IV',
    ContrastBolusVolume: 7,
    ContrastBolusStartTime: clock.time(700),
  };
  const after: Sequence = { ...T1, echoTime: 10, repetitionTime: 560, afterContrast: true };
  return demoStudy({
    key: 'brain-mr-enhanced',
    title: '颅脑MRI平扫+增强',
    hospital: HOSPITALS.lncy,
    patient: PATIENTS.zeng,
    clock,
    description: '颅脑MRI平扫+增强',
    requested: '颅脑MRI平扫+增强',
    equipment: EQUIPMENT.geMr,
    series: [
      localizer(
        shared,
        1,
        ge({ ScanningSequence: 'GR', SequenceVariant: 'SS', SeriesDescription: '3-Plane Localizer' }),
      ),
      mrSeries({
        ...shared,
        key: 't2',
        number: 2,
        description: 'Ax T2 FSE',
        headers: ge({ EchoTrainLength: 24 }),
        planes,
        pictures: [{ sequence: T2 }],
        white: WHITE.T2,
        start: 60,
      }),
      mrSeries({
        ...shared,
        key: 't1',
        number: 3,
        description: 'Ax T1 FLAIR',
        headers: ge({ ScanningSequence: ['SE', 'IR'], EchoTrainLength: 7 }),
        planes,
        pictures: [{ sequence: t1Flair }],
        white: 0.42,
        start: 180,
      }),
      mrSeries({
        ...shared,
        key: 'flair',
        number: 4,
        description: 'Ax T2 FLAIR',
        headers: ge({
          ScanningSequence: ['SE', 'IR'],
          EchoTrainLength: 22,
          ScanOptions: ['FAST_GEMS', 'FS', 'TRF_GEMS'],
        }),
        planes,
        pictures: [{ sequence: { ...FLAIR, inversionTime: 2400, fatLeft: 0.1 } }],
        white: WHITE.FLAIR,
        start: 320,
      }),
      mrSeries({
        ...shared,
        key: 'dwi',
        number: 5,
        description: 'Ax DWI 1000b',
        headers: ge({
          ScanningSequence: ['EP', 'SE'],
          SequenceVariant: 'NONE',
          ScanOptions: ['EPI_GEMS', 'PFF', 'FS'],
        }),
        planes: diffusionPlanes,
        pictures: [
          { sequence: DIFFUSION, headers: bValueAttributes('GE', 0) },
          {
            sequence: { ...DIFFUSION, bValue: 1000 },
            headers: { ...bValueAttributes('GE', 1000), WindowCenter: 330, WindowWidth: 660 },
          },
        ],
        white: WHITE.B0,
        start: 480,
      }),
      mrSeries({
        ...shared,
        key: 't1c',
        number: 6,
        description: 'Ax T1 +C',
        headers: ge({ ...gadolinium, EchoTrainLength: 3 }),
        planes,
        pictures: [{ sequence: after }],
        white: WHITE.T1,
        start: 900,
      }),
      mrSeries({
        ...shared,
        key: 't1ccor',
        number: 7,
        description: 'Cor T1 +C',
        headers: ge({ ...gadolinium, EchoTrainLength: 3 }),
        planes: coronal,
        step: 6.5,
        pictures: [{ sequence: after }],
        white: WHITE.T1,
        start: 1050,
      }),
      mrSeries({
        ...shared,
        key: 't1csag',
        number: 8,
        description: 'Sag T1 +C',
        headers: ge({ ...gadolinium, EchoTrainLength: 3 }),
        planes: sagittal,
        step: -6,
        pictures: [{ sequence: after }],
        white: WHITE.T1,
        start: 1200,
      }),
    ],
    expected: { itemCode: 'MR-02', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}
