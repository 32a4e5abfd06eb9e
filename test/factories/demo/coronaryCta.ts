import { SOP_CLASS } from '../instance.ts';
import { HEART_CENTRE, paintChest } from '../phantom/chest.ts';
import { CTA_HEART, heartShape } from '../phantom/heart.ts';
import { renderVolume, sampleMaximum } from '../phantom/maximum.ts';
import { grown } from '../phantom/shapes.ts';
import { type Vec3 } from '../phantom/volume.ts';
import { MAXIMUM_INTENSITY, VOLUME_RENDERING } from '../study/coding.ts';
import { ctSeries, helical, once, contrast } from '../study/ct.ts';
import { stack, AXIAL } from '../study/geometry.ts';
import { type SeriesSpec } from '../study/study.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { HOSPITALS, demoClock, demoStudy, type DemoStudy } from './study.ts';

const VIEWS = 5;

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
          rows: 384,
          columns: 384,
          pixel: 0.5,
          count: 24,
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
    count: VIEWS,
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
        const angle = (index / VIEWS) * Math.PI * 2 - 0.5;
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
