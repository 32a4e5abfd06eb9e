import { paintHead } from '../phantom/head.ts';
import { CT_HEAD, HEAD_TISSUES, type HeadLesion } from '../phantom/headTissues.ts';
import { withValues } from '../phantom/volume.ts';
import { ctSeries, helical, once } from '../study/ct.ts';
import { AXIAL, stack } from '../study/geometry.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { demoClock, demoStudy, HOSPITALS, type DemoStudy } from './study.ts';

const headVolume = (seed: string, lesion: HeadLesion) =>
  once(() =>
    withValues(
      paintHead(seed, { min: [-95, -115, -66], max: [95, 115, 98] }, 1, lesion),
      HEAD_TISSUES.map((tissue) => CT_HEAD[tissue]),
    ),
  );

const planes = (count: number) =>
  stack({
    ...AXIAL,
    centre: [0, 0, 22],
    rows: 512,
    columns: 512,
    pixel: 0.45,
    count,
    step: -5,
    thickness: 5,
  });

/** Plain head CT with a bone series (UIH): CT-01 passes and is labelled. */
export function headCt(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 6, '08:40:09');
  const volume = headVolume('demo/head', 'infarct');
  const shared = { volume, planes: planes(26), step: -5, clock, acquisition: 1, start: 20 };
  const headers = helical('H_SOFT_A', {
    BodyPartExamined: 'HEAD',
    ProtocolName: '头颅平扫',
    ReconstructionDiameter: 230,
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'NORMAL'],
  });
  return demoStudy({
    key: 'head-ct',
    title: '头颅CT平扫',
    hospital: HOSPITALS.lnzy,
    patient: PATIENTS.zhong,
    clock,
    description: '头颅CT平扫',
    requested: '头颅CT平扫',
    equipment: EQUIPMENT.uihCt,
    characterSet: 'GB18030',
    series: [
      ctSeries({
        ...shared,
        key: 'brain',
        number: 201,
        description: '头颅 5.0mm 脑窗',
        headers,
        noise: 3,
        softness: 0.21,
        window: [35, 90],
      }),
      ctSeries({
        ...shared,
        key: 'bone',
        number: 202,
        description: '头颅 5.0mm 骨窗',
        headers: { ...headers, ConvolutionKernel: 'B_SHARP_C' },
        noise: 24,
        softness: 0.04,
        window: [500, 2000],
      }),
    ],
    expected: { itemCode: 'CT-01', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}

/** The same patient at a hospital that is not qualified for the item (Philips): CT-01 passes without a label. */
export function headCtElsewhere(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 1, '21:15:44');
  return demoStudy({
    key: 'head-ct-elsewhere',
    title: '头颅CT平扫（复查）',
    hospital: HOSPITALS.lnfy,
    patient: PATIENTS.zhong,
    clock,
    description: '头颅CT平扫',
    requested: '头颅CT平扫',
    equipment: EQUIPMENT.philipsCt,
    series: [
      ctSeries({
        key: 'brain',
        number: 201,
        description: 'Head Routine 5mm, iDose',
        headers: helical('UB', {
          BodyPartExamined: 'HEAD',
          ProtocolName: '颅脑平扫 /Head',
          ReconstructionDiameter: 230,
          ScanOptions: 'HELIX',
        }),
        volume: headVolume('demo/head', 'infarct'),
        planes: planes(26),
        step: -5,
        clock,
        acquisition: 1,
        start: 15,
        noise: 3.6,
        softness: 0.2,
        window: [35, 90],
      }),
    ],
    expected: { itemCode: 'CT-01', verdict: 'PASS', missing: [], label: null },
  });
}
