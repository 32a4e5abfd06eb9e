import { SOP_CLASS } from '../instance.ts';
import { paintChest } from '../phantom/chest.ts';
import { paintArms } from '../phantom/chestWall.ts';
import { enlarge, mammogram, project } from '../phantom/projection.ts';
import { noiseTile, toWords } from '../phantom/render.ts';
import type { Dataset } from '../part10.ts';
import { randomFrom } from '../random.ts';
import { code } from '../study/coding.ts';
import { once } from '../study/ct.ts';
import type { SeriesSpec } from '../study/study.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { demoClock, demoStudy, HOSPITALS, type DemoStudy } from './study.ts';

const grain = once(() => noiseTile('radiograph noise', 0.06));
const PIXEL = 0.25;
const VOXEL = 1;

/** 12-bit pixels of a radiograph: dense is bright, with a little unsharp masking as consoles apply it. */
function radiograph(
  path: Float32Array,
  rows: number,
  columns: number,
  seed: string,
  half: number,
): Uint8Array {
  const values = new Float32Array(path.length);
  for (let at = 0; at < path.length; at++) values[at] = 4095 * (1 - Math.exp(-(path[at] ?? 0) / half));
  grain()(randomFrom(seed), rows, columns, (at, noise) => {
    values[at] = (values[at] ?? 0) + noise * (12 + (values[at] ?? 0) * 0.006);
  });
  return toWords(values, 0, 4095, false);
}

const flatPanel = (rows: number, columns: number, pixel: number): Dataset => ({
  Rows: rows,
  Columns: columns,
  ImagerPixelSpacing: [pixel, pixel],
  PixelSpacing: undefined,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 12,
  HighBit: 11,
  PixelRepresentation: 0,
  PixelIntensityRelationship: 'LOG',
  PixelIntensityRelationshipSign: 1,
  RescaleIntercept: 0,
  RescaleSlope: 1,
  RescaleType: 'US',
  PresentationLUTShape: 'IDENTITY',
  PresentationIntentType: 'FOR PRESENTATION',
  LossyImageCompression: '00',
  BurnedInAnnotation: 'NO',
});

/** Chest PA and lateral (Philips): DR-01 passes. */
export function chestRadiograph(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 0, '08:21:06');
  const trunk = once(() =>
    paintChest({
      seed: 'demo/radiograph',
      box: { min: [-214, -128, -190], max: [214, 128, 172] },
      spacing: VOXEL,
      arms: 'later',
      table: false,
    }),
  );
  const withArms = (arms: 'up' | 'down') => {
    const volume = { ...trunk(), data: trunk().data.slice() };
    paintArms(volume, arms);
    return volume;
  };
  const view = (
    key: string,
    number: number,
    position: 'PA' | 'LL',
    name: string,
    size: readonly [number, number],
    orientation: readonly string[],
  ): SeriesSpec => ({
    key,
    count: 1,
    headers: {
      SOPClassUID: SOP_CLASS.DX_FOR_PRESENTATION,
      Modality: 'DX',
      SeriesNumber: number,
      SeriesDescription: name,
      SeriesDate: clock.date,
      SeriesTime: clock.time(number * 40),
      AcquisitionDate: clock.date,
      AcquisitionTime: clock.time(number * 40),
      ContentDate: clock.date,
      ContentTime: clock.time(number * 40),
      ImageType: ['ORIGINAL', 'PRIMARY', ''],
      BodyPartExamined: 'CHEST',
      ViewPosition: position,
      PatientOrientation: orientation,
      ImageLaterality: 'U',
      AnatomicRegionSequence: [code('816094009', 'SCT', 'Chest')],
      ViewCodeSequence: [
        position === 'PA'
          ? code('399348003', 'SCT', 'postero-anterior')
          : code('399198007', 'SCT', 'right to left'),
      ],
      KVP: 125,
      ExposureTime: 6,
      DetectorType: 'SCINTILLATOR',
      DetectorConfiguration: 'AREA',
      Grid: 'FOCUSED',
      WindowCenter: 2250,
      WindowWidth: 3100,
      WindowCenterWidthExplanation: 'NORMAL',
      ProtocolName: name,
      ...flatPanel(size[0], size[1], PIXEL),
    },
    image: () => ({
      headers: {},
      pixels: () => {
        const source = position === 'PA' ? project(withArms('down'), 'y') : project(withArms('up'), 'x');
        const [rows, columns] = size;
        const scale = PIXEL / VOXEL;
        const across = (source.columns - columns * scale) / 2;
        const path = enlarge(source, rows, columns, (row, column) => [
          row * scale + (position === 'PA' ? 0 : 2),
          column * scale + across,
        ]);
        return radiograph(path, rows, columns, `radiograph/${key}`, position === 'PA' ? 150 : 215);
      },
    }),
  });
  return demoStudy({
    key: 'chest-dr',
    title: '胸部正侧位DR',
    hospital: HOSPITALS.lncy,
    patient: PATIENTS.carter,
    clock,
    description: '胸部正侧位片',
    requested: '胸部DR正侧位',
    equipment: EQUIPMENT.philipsDx,
    series: [
      view('pa', 1, 'PA', '胸部正位 Chest PA', [1440, 1480], ['L', 'F']),
      view('lateral', 2, 'LL', '胸部侧位 Chest LAT', [1340, 1020], ['A', 'F']),
    ],
    expected: { itemCode: 'DR-01', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}

/** CC and MLO of both breasts (Hologic): DR-07 passes. */
export function mammography(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 3, '10:10:10');
  const [rows, columns, pixel] = [1600, 1200, 0.125];
  const view = (number: number, laterality: 'L' | 'R', position: 'CC' | 'MLO'): SeriesSpec => ({
    key: `${laterality}${position}`,
    count: 1,
    headers: {
      SOPClassUID: SOP_CLASS.MG_FOR_PRESENTATION,
      Modality: 'MG',
      SeriesNumber: number,
      SeriesDescription: `${laterality} ${position}`,
      SeriesDate: clock.date,
      SeriesTime: clock.time(number * 50),
      AcquisitionDate: clock.date,
      AcquisitionTime: clock.time(number * 50),
      ContentDate: clock.date,
      ContentTime: clock.time(number * 50),
      ImageType: ['DERIVED', 'PRIMARY', ''],
      BodyPartExamined: 'BREAST',
      ViewPosition: position,
      ImageLaterality: laterality,
      PatientOrientation:
        position === 'CC'
          ? [laterality === 'L' ? 'A' : 'P', laterality === 'L' ? 'R' : 'L']
          : [laterality === 'L' ? 'A' : 'P', laterality === 'L' ? 'FR' : 'FL'],
      OrganExposed: 'BREAST',
      ViewCodeSequence: [
        {
          ...(position === 'CC'
            ? code('399162004', 'SCT', 'cranio-caudal')
            : code('399368009', 'SCT', 'medio-lateral oblique')),
          ViewModifierCodeSequence: [],
        },
      ],
      AnatomicRegionSequence: [code('76752008', 'SCT', 'Breast')],
      KVP: 29,
      AnodeTargetMaterial: 'TUNGSTEN',
      FilterMaterial: 'RHODIUM',
      BodyPartThickness: 52,
      CompressionForce: 98,
      PositionerType: 'MAMMOGRAPHIC',
      PositionerPrimaryAngle: position === 'CC' ? 0 : laterality === 'L' ? -45 : 45,
      DetectorType: 'DIRECT',
      DetectorConfiguration: 'AREA',
      BreastImplantPresent: 'NO',
      PartialView: 'NO',
      WindowCenter: 1950,
      WindowWidth: 3500,
      ...flatPanel(rows, columns, pixel),
    },
    image: () => ({
      headers: {},
      pixels: () => {
        const drawn = mammogram(`demo/breast/${laterality}`, position, rows, columns, pixel);
        const values = new Float32Array(drawn.length);
        for (let at = 0; at < drawn.length; at++) {
          // the right breast is seen with its chest wall on the right
          const column = at % columns;
          const from = laterality === 'L' ? at : at - column + (columns - 1 - column);
          values[at] = (drawn[from] ?? 0) * 2900 + ((drawn[from] ?? 0) > 0 ? 250 : 0);
        }
        grain()(randomFrom(`breast/${laterality}${position}`), rows, columns, (at, noise) => {
          if ((values[at] ?? 0) > 0) values[at] = (values[at] ?? 0) + noise * 42;
        });
        return toWords(values, 0, 4095, false);
      },
    }),
  });
  return demoStudy({
    key: 'mammography',
    title: '双侧乳腺钼靶（CC、MLO）',
    hospital: HOSPITALS.lnfy,
    patient: PATIENTS.ouyang,
    clock,
    description: '双侧乳腺钼靶摄片',
    requested: '双侧乳腺X线摄影',
    equipment: EQUIPMENT.hologicMg,
    series: [view(1, 'R', 'CC'), view(2, 'L', 'CC'), view(3, 'R', 'MLO'), view(4, 'L', 'MLO')],
    expected: { itemCode: 'DR-07', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}
