import { paintChest } from '../phantom/chest.ts';
import { MULTIPLANAR } from '../study/coding.ts';
import { ctSeries, helical, once, contrast } from '../study/ct.ts';
import { AXIAL, stack, CORONAL, SAGITTAL } from '../study/geometry.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { HOSPITALS, demoClock, demoStudy, type DemoStudy } from './study.ts';

const LUNG = [-550, 1500] as const;

const SOFT = [40, 400] as const;

/** Thin chest CT with reformats of the nodule's region (Siemens, GB18030): CT-05 passes. */
export function chestCt(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 0, '09:12:40');
  const volume = once(() =>
    paintChest({ seed: 'demo/chest', box: { min: [-190, -125, -128], max: [190, 150, 116] }, spacing: 1 }),
  );
  const thin = stack({
    ...AXIAL,
    centre: [0, 12, -6],
    rows: 512,
    columns: 512,
    pixel: 0.72,
    count: 156,
    step: -1.5,
    thickness: 1.5,
  });
  const lung = helical(['Bl57d', '2'].join('\\'), {
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM5 SPI'],
    ConvolutionKernel: ['Bl57d', '2'],
    ProtocolName: 'Thorax_HRCT',
    BodyPartExamined: 'CHEST',
  });
  const reformat = (plane: string) => ({
    ...lung,
    ImageType: ['DERIVED', 'SECONDARY', 'AXIAL', 'CT_SOM5 MPR'],
    ConvolutionKernel: ['Br40d', '2'],
    DerivationDescription: `MPR ${plane}`,
    DerivationCodeSequence: [MULTIPLANAR],
  });
  const shared = { volume, clock, acquisition: 2, start: 65 };
  return demoStudy({
    key: 'chest-ct',
    title: '胸部CT平扫',
    hospital: HOSPITALS.lncy,
    patient: PATIENTS.chen,
    clock,
    description: '胸部CT平扫',
    requested: '胸部CT平扫',
    equipment: EQUIPMENT.siemensCt,
    characterSet: 'GB18030',
    series: [
      ctSeries({
        ...shared,
        key: 'thin',
        number: 3,
        description: '胸部 1.5mm Bl57 S3 肺窗',
        headers: lung,
        planes: thin,
        step: -1.5,
        noise: 26,
        softness: 0.06,
        window: LUNG,
      }),
      ctSeries({
        ...shared,
        key: 'soft',
        number: 2,
        description: '胸部 7.0mm Br40 纵隔窗',
        headers: { ...lung, ConvolutionKernel: ['Br40d', '3'] },
        planes: stack({
          ...AXIAL,
          centre: [0, 12, -6],
          rows: 512,
          columns: 512,
          pixel: 0.72,
          count: 34,
          step: -7,
          thickness: 7,
        }),
        step: -7,
        noise: 9,
        softness: 0.2,
        window: SOFT,
      }),
      ctSeries({
        ...shared,
        key: 'coronal',
        number: 4,
        description: '胸部 MPR 冠状位 3.0mm',
        headers: reformat('COR'),
        planes: stack({
          ...CORONAL,
          centre: [0, 2, -6],
          rows: 344,
          columns: 512,
          pixel: 0.7,
          count: 40,
          step: 3.5,
          thickness: 3,
        }),
        step: 3.5,
        noise: 12,
        softness: 0.12,
        window: LUNG,
      }),
      ctSeries({
        ...shared,
        key: 'sagittal',
        number: 5,
        description: '胸部 MPR 矢状位 3.0mm',
        headers: reformat('SAG'),
        planes: stack({
          ...SAGITTAL,
          centre: [-4, 4, -6],
          rows: 344,
          columns: 360,
          pixel: 0.7,
          count: 44,
          step: 5,
          thickness: 3,
        }),
        step: 5,
        noise: 12,
        softness: 0.12,
        window: LUNG,
      }),
    ],
    expected: { itemCode: 'CT-05', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}

/** A chest by its title, an abdomen by its order and body part (GE, no reformats): a person must decide. */
export function contradictoryCt(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 2, '15:48:05');
  const volume = once(() =>
    paintChest({
      seed: 'demo/contradiction',
      box: { min: [-190, -125, -128], max: [190, 150, 116] },
      spacing: 1.25,
      nodule: null,
    }),
  );
  return demoStudy({
    key: 'contradictory-ct',
    title: '胸部CT平扫（申请为上腹部）',
    hospital: HOSPITALS.lnfy,
    patient: PATIENTS.wu,
    clock,
    description: '胸部CT平扫',
    requested: '上腹部CT平扫+增强',
    equipment: EQUIPMENT.geCt,
    series: [
      ctSeries({
        key: 'axial',
        number: 2,
        description: 'Abdomen Routine 7mm',
        headers: helical('STANDARD', {
          BodyPartExamined: 'ABDOMEN',
          ProtocolName: '6.1 Abdomen Routine',
          ScanOptions: 'HELICAL MODE',
          ...contrast('CE', clock, 20),
        }),
        planes: stack({
          ...AXIAL,
          centre: [0, 12, -6],
          rows: 512,
          columns: 512,
          pixel: 0.74,
          count: 33,
          step: -7,
          thickness: 7,
        }),
        step: -7,
        volume,
        noise: 10,
        softness: 0.18,
        window: SOFT,
        clock,
        acquisition: 1,
        start: 12,
      }),
    ],
    expected: { itemCode: null, verdict: 'REVIEW', missing: [], label: null },
  });
}
