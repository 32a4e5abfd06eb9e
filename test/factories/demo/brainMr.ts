import { type Dataset } from '../part10.ts';
import { mrSeries } from '../study/mr.ts';
import { EQUIPMENT, bValueAttributes } from '../study/vendors.ts';
import {
  DIFFUSION,
  FLAIR,
  T1,
  T2,
  WHITE,
  axial,
  head,
  localizer,
  sagittal,
  tissues,
  type Shared,
} from './brainProtocol.ts';
import { PATIENTS } from './patients.ts';
import { HOSPITALS, demoClock, demoStudy, type DemoStudy } from './study.ts';

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
    ScanOptions: 'SAT1',
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
          ScanOptions: ['PFP', 'FS'],
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
        noise: 0.008,
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
