import { paintAbdomen } from '../phantom/abdomen.ts';
import { ABDOMEN_PHASES, ABDOMEN_TISSUES, type AbdomenPhase } from '../phantom/abdomenTissues.ts';
import { withValues } from '../phantom/volume.ts';
import { MULTIPLANAR } from '../study/coding.ts';
import { contrast, ctSeries, helical, once } from '../study/ct.ts';
import { AXIAL, CORONAL, stack } from '../study/geometry.ts';
import type { SeriesSpec } from '../study/study.ts';
import { EQUIPMENT } from '../study/vendors.ts';
import { PATIENTS } from './patients.ts';
import { demoClock, demoStudy, HOSPITALS, type DemoStudy } from './study.ts';

const WINDOW = [60, 350] as const;
const BOX = { min: [-185, -125, -82], max: [185, 150, 94] } as const;

/** One volume of labels, and a volume of HU for each phase when it is asked for. */
function phases(seed: string): (phase: AbdomenPhase) => () => ReturnType<typeof withValues> {
  const labels = once(() => paintAbdomen(seed, BOX, 1));
  return (phase) =>
    once(() =>
      withValues(
        labels(),
        ABDOMEN_TISSUES.map((tissue) => ABDOMEN_PHASES[phase][tissue]),
      ),
    );
}

const axial = (count: number, step: number) =>
  stack({
    ...AXIAL,
    centre: [0, 12, 4],
    rows: 512,
    columns: 512,
    pixel: 0.73,
    count,
    step: -step,
    thickness: step,
  });

/** Plain, arterial, portal venous and delayed scans with a coronal reformat (GE): CT-07 passes. */
export function abdomenThreePhases(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 3, '14:05:11');
  const volumeOf = phases('demo/abdomen');
  const injection = 180;
  const base = helical('STANDARD', {
    BodyPartExamined: 'ABDOMEN',
    ProtocolName: '5.3 Liver 3-Phase',
    ScanOptions: 'HELICAL MODE',
  });
  const scan = (key: AbdomenPhase, number: number, description: string, start: number): SeriesSpec =>
    ctSeries({
      key,
      number,
      description,
      headers: key === 'native' ? base : { ...base, ...contrast('Omnipaque 350', clock, injection) },
      planes: axial(28, 6),
      step: -6,
      volume: volumeOf(key),
      noise: 9,
      softness: 0.16,
      window: WINDOW,
      clock,
      acquisition: number - 1,
      start,
    });
  return demoStudy({
    key: 'abdomen-3-phase',
    title: '上腹部CT平扫+增强（三期）',
    hospital: HOSPITALS.lncy,
    patient: PATIENTS.johnson,
    clock,
    description: '上腹部CT平扫+三期增强',
    requested: '上腹部CT平扫+增强',
    equipment: EQUIPMENT.geCt,
    series: [
      scan('native', 2, '平扫 6mm', 30),
      scan('arterial', 3, '动脉期 6mm', injection + 32),
      scan('portal', 4, '门脉期 6mm', injection + 68),
      scan('delayed', 5, '延迟期 6mm', injection + 300),
      ctSeries({
        key: 'coronal',
        number: 401,
        description: '门脉期 冠状位 MPR 4mm',
        headers: {
          ...base,
          ...contrast('Omnipaque 350', clock, injection),
          ImageType: ['DERIVED', 'SECONDARY', 'REFORMATTED', 'AVERAGE'],
          DerivationCodeSequence: [MULTIPLANAR],
        },
        planes: stack({
          ...CORONAL,
          centre: [0, 0, 4],
          rows: 240,
          columns: 512,
          pixel: 0.73,
          count: 36,
          step: 4,
          thickness: 4,
        }),
        step: 4,
        volume: volumeOf('portal'),
        noise: 8,
        softness: 0.16,
        window: WINDOW,
        clock,
        acquisition: 3,
        start: injection + 68,
      }),
    ],
    expected: { itemCode: 'CT-07', verdict: 'PASS', missing: [], label: '龙南市HR' },
  });
}

/** The same order, but only one enhanced scan (UIH): CT-07 fails. */
export function abdomenOnePhase(baseDate: string): DemoStudy {
  const clock = demoClock(baseDate, 5, '11:20:37');
  const volumeOf = phases('demo/abdomen one phase');
  const base = helical('B_SOFT_B', {
    BodyPartExamined: 'ABDOMEN',
    ProtocolName: '上腹部增强',
    ScanOptions: 'HELICAL',
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'NORMAL'],
  });
  const shared = { planes: axial(20, 8), step: -8, noise: 11, softness: 0.16, window: WINDOW, clock };
  return demoStudy({
    key: 'abdomen-1-phase',
    title: '上腹部CT平扫+增强（仅一期）',
    hospital: HOSPITALS.lnzy,
    patient: PATIENTS.lai,
    clock,
    description: '上腹部CT平扫+增强',
    requested: '上腹部CT平扫+增强',
    equipment: EQUIPMENT.uihCt,
    series: [
      ctSeries({
        ...shared,
        key: 'native',
        number: 201,
        description: '平扫 8.0mm',
        headers: base,
        volume: volumeOf('native'),
        acquisition: 1,
        start: 40,
      }),
      ctSeries({
        ...shared,
        key: 'portal',
        number: 301,
        description: '静脉期 8.0mm',
        headers: { ...base, ...contrast('碘海醇', clock, 150) },
        volume: volumeOf('portal'),
        acquisition: 2,
        start: 218,
      }),
    ],
    expected: { itemCode: 'CT-07', verdict: 'FAIL', missing: ['PH3'], label: null },
  });
}
