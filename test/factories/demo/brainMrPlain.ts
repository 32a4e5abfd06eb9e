import { type Dataset } from '../part10.ts';
import { mrSeries } from '../study/mr.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import {
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
