import { type Dataset } from '../part10.ts';
import { type Sequence } from '../phantom/magnetic.ts';
import { mrSeries } from '../study/mr.ts';
import { EQUIPMENT, bValueAttributes } from '../study/vendors.ts';
import {
  DIFFUSION,
  FLAIR,
  T1,
  T2,
  WHITE,
  axial,
  coronal,
  head,
  localizer,
  sagittal,
  tissues,
  type Shared,
} from './brainProtocol.ts';
import { PATIENTS } from './patients.ts';
import { HOSPITALS, demoClock, demoStudy, type DemoStudy } from './study.ts';

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
        white: 0.34,
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
        noise: 0.008,
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
