import { KNEE_TISSUES, paintKnee } from '../phantom/knee.ts';
import { KNEE_MAGNETISM, type Sequence } from '../phantom/magnetic.ts';
import type { Dataset } from '../part10.ts';
import { once } from '../study/ct.ts';
import { AXIAL, CORONAL, SAGITTAL, stack } from '../study/geometry.ts';
import { mrSeries } from '../study/mr.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { demoClock, demoStudy, HOSPITALS, type DemoStudy } from './study.ts';

const PD_FS: Sequence = { repetitionTime: 3000, echoTime: 34, flipAngle: 150, fatLeft: 0.1 };

/** Right knee in three planes (UIH, Chinese protocol names): MR-13 passes. */
export function kneeMr(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 0, '14:47:52');
  const labels = once(() => paintKnee('demo/knee', { min: [-85, -85, -85], max: [85, 92, 95] }, 0.7));
  const matrix = { rows: 320, columns: 320, pixel: 0.5 };
  const coronal = stack({ ...CORONAL, centre: [0, 4, 4], ...matrix, count: 22, step: 3.9, thickness: 3.5 });
  const sagittal = stack({
    ...SAGITTAL,
    centre: [0, 4, 4],
    ...matrix,
    count: 24,
    step: -3.9,
    thickness: 3.5,
  });
  const axial = stack({ ...AXIAL, centre: [0, 4, 12], ...matrix, count: 24, step: 4, thickness: 3.6 });
  const uih = (sequenceName: string, protocol: string, extra: Dataset = {}): Dataset => ({
    BodyPartExamined: 'KNEE',
    Laterality: 'R',
    ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'UCA', 'IF'],
    ScanningSequence: 'SE',
    SequenceVariant: 'SK',
    ScanOptions: '',
    SequenceName: sequenceName,
    ProtocolName: `右膝常规_${protocol}`,
    ReceiveCoilName: 'KNEE-12',
    EchoTrainLength: 9,
    '00650010': { vr: 'LO', value: ['Image Private Header'] },
    ...extra,
  });
  const shared = {
    labels,
    tissues: KNEE_TISSUES.map((tissue) => KNEE_MAGNETISM[tissue]),
    clock,
    noise: 0.02,
  };
  const fatSat = { ScanOptions: 'FS' };
  return demoStudy({
    key: 'knee-mr',
    title: '右膝关节MRI平扫',
    hospital: HOSPITALS.lnzy,
    patient: PATIENTS.liu,
    clock,
    description: '右膝关节MRI平扫',
    requested: '右膝关节磁共振平扫',
    equipment: EQUIPMENT.uihMr,
    series: [
      mrSeries({
        ...shared,
        key: 't1',
        number: 201,
        description: 't1_fse_cor',
        headers: uih('fse', '冠状位T1', { EchoTrainLength: 3 }),
        planes: coronal,
        step: 3.9,
        pictures: [{ sequence: { repetitionTime: 620, echoTime: 12, flipAngle: 150 } }],
        white: 0.85,
        start: 60,
      }),
      mrSeries({
        ...shared,
        key: 't2',
        number: 301,
        description: 't2_fse_sag',
        headers: uih('fse', '矢状位T2', { EchoTrainLength: 15 }),
        planes: sagittal,
        step: -3.9,
        pictures: [{ sequence: { repetitionTime: 3600, echoTime: 82, flipAngle: 150 } }],
        white: 0.68,
        start: 240,
      }),
      mrSeries({
        ...shared,
        key: 'pdsag',
        number: 401,
        description: 'pd_fse_fs_sag',
        headers: uih('fse_fs', '矢状位PD压脂', fatSat),
        planes: sagittal,
        step: -3.9,
        pictures: [{ sequence: PD_FS }],
        white: 0.72,
        start: 420,
      }),
      mrSeries({
        ...shared,
        key: 'pdcor',
        number: 501,
        description: 'pd_fse_fs_cor',
        headers: uih('fse_fs', '冠状位PD压脂', fatSat),
        planes: coronal,
        step: 3.9,
        pictures: [{ sequence: PD_FS }],
        white: 0.72,
        start: 600,
      }),
      mrSeries({
        ...shared,
        key: 'pdtra',
        number: 601,
        description: 'pd_fse_fs_tra',
        headers: uih('fse_fs', '横断位PD压脂', fatSat),
        planes: axial,
        step: 4,
        pictures: [{ sequence: PD_FS }],
        white: 0.72,
        start: 780,
      }),
    ],
    expected: { itemCode: 'MR-13', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}
