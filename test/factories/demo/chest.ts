import { paintChest } from '../phantom/chest.ts';
import { CTA_HEART, heartShape } from '../phantom/heart.ts';
import { HEART_CENTRE } from '../phantom/chest.ts';
import { renderVolume, sampleMaximum } from '../phantom/maximum.ts';
import { grown } from '../phantom/shapes.ts';
import type { Vec3 } from '../phantom/volume.ts';
import { SOP_CLASS } from '../instance.ts';
import { MAXIMUM_INTENSITY, MULTIPLANAR, VOLUME_RENDERING } from '../study/coding.ts';
import { contrast, ctSeries, helical, once } from '../study/ct.ts';
import { AXIAL, CORONAL, SAGITTAL, stack } from '../study/geometry.ts';
import type { SeriesSpec } from '../study/study.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { demoClock, demoStudy, HOSPITALS, type DemoStudy } from './study.ts';

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

/** ECG-gated coronary CTA with MIP slabs and volume renderings (Canon): CT-11 passes. */
export function coronaryCta(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 1, '10:31:22');
  const volume = once(() =>
    paintChest({
      seed: 'demo/coronary',
      box: { min: [-90, -118, -122], max: [126, 98, 22] },
      spacing: 0.8,
      heart: CTA_HEART,
      pulmonaryBlood: 260,
      nodule: null,
      table: false,
    }),
  );
  const headers = helical('FC43', {
    BodyPartExamined: 'HEART',
    ProtocolName: '冠状动脉CTA',
    ScanOptions: 'DVOLUME_CT',
    ReconstructionDiameter: 205,
    CardiacSynchronizationTechnique: 'PROSPECTIVE',
    HeartRate: 62,
    TriggerTime: 726,
    NominalPercentageOfCardiacPhase: 75,
    ...contrast('Iopromide 370', clock, 60),
  });
  const middle: Vec3 = [18, -10, -50];
  const shared = {
    volume,
    clock,
    acquisition: 3,
    start: 84,
    duration: 1,
    softness: 0.14,
    window: [250, 900] as const,
  };
  return demoStudy({
    key: 'coronary-cta',
    title: '冠脉CTA',
    hospital: HOSPITALS.lncy,
    patient: PATIENTS.liao,
    clock,
    description: '冠脉CTA',
    requested: '冠状动脉CTA',
    equipment: EQUIPMENT.canonCt,
    series: [
      ctSeries({
        ...shared,
        key: 'phase75',
        number: 4,
        description: 'CTA 1.0mm 75% R-R FC43',
        headers,
        planes: stack({
          ...AXIAL,
          centre: middle,
          rows: 512,
          columns: 512,
          pixel: 0.4,
          count: 124,
          step: -1,
          thickness: 1,
        }),
        step: -1,
        noise: 20,
      }),
      ctSeries({
        ...shared,
        key: 'mip',
        number: 104,
        description: '冠脉 MIP 8mm',
        headers: {
          ...headers,
          ImageType: ['DERIVED', 'SECONDARY', 'MIP'],
          DerivationCodeSequence: [MAXIMUM_INTENSITY],
        },
        planes: stack({
          ...AXIAL,
          centre: middle,
          rows: 400,
          columns: 400,
          pixel: 0.5,
          count: 26,
          step: -4,
          thickness: 8,
        }),
        step: -4,
        picture: sampleMaximum,
        noise: 6,
        start: 90,
      }),
      volumeRenderings(volume, clock.date, clock.time(420)),
    ],
    expected: { itemCode: 'CT-11', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}

function volumeRenderings(
  volume: () => ReturnType<typeof paintChest>,
  date: string,
  time: string,
): SeriesSpec {
  const shape = heartShape(HEART_CENTRE);
  const size = 384;
  const region = grown(shape.outline, -1);
  const lerp = (
    t: number,
    from: readonly number[],
    to: readonly number[],
  ): readonly [number, number, number] => {
    const mix = (axis: number): number => (from[axis] ?? 0) + ((to[axis] ?? 0) - (from[axis] ?? 0)) * t;
    return [mix(0), mix(1), mix(2)];
  };
  return {
    key: 'vr',
    count: 6,
    headers: {
      SOPClassUID: SOP_CLASS.SECONDARY_CAPTURE,
      Modality: 'CT',
      ConversionType: 'WSD',
      ImageType: ['DERIVED', 'SECONDARY', 'VRT'],
      SeriesNumber: 105,
      SeriesDescription: '冠脉 VR',
      SeriesDate: date,
      SeriesTime: time,
      ContentDate: date,
      ContentTime: time,
      BodyPartExamined: 'HEART',
      DerivationCodeSequence: [VOLUME_RENDERING],
      SamplesPerPixel: 3,
      PhotometricInterpretation: 'RGB',
      PlanarConfiguration: 0,
      Rows: size,
      Columns: size,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
    },
    image: (index) => ({
      headers: {},
      pixels: () => {
        const angle = (index / 6) * Math.PI * 2 - 0.5;
        return renderVolume(volume(), HEART_CENTRE, [Math.sin(angle), -Math.cos(angle), 0.25], size, 0.42, {
          from: 60,
          region,
          colour: (value) =>
            value < 180
              ? [176, 62, 48]
              : value > 650
                ? [245, 240, 225]
                : lerp(Math.min(1, (value - 180) / 220), [196, 84, 60], [238, 180, 140]),
          opacity: (value) => (value < 90 ? 0.02 : value < 180 ? 0.22 : 0.7),
        });
      },
    }),
  };
}
