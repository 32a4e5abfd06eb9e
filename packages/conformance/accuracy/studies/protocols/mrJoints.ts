import type { ExamNames, MrStep, PlanContext, PlaneName, Protocol, Step } from '../plan.ts';
import { extras, mprOf, mr, mrLocalizer, timeline, type MrSite } from '../steps.ts';

const HIPS: MrSite = {
  field: 380,
  thickness: 4,
  gap: 0.8,
  slices: 24,
  centre: [0, 0, -800],
  b: 800,
  side: 'B',
};

const finish = (steps: Step[], { maker, random }: PlanContext): Step[] => {
  const timed = timeline(steps);
  return [...timed, ...extras(maker, 'MR', (timed.at(-1)?.at ?? 0) + 200, random)];
};

interface Joint {
  item: 'MR-13' | 'MR-24';
  zh: string;
  en: string;
  bodyPart: string;
  side: 'L' | 'R';
  field: number;
  /** Tilted planes follow the joint. */
  coronal: PlaneName;
  sagittal: PlaneName;
}

function jointExam({ zh, en, bodyPart, side }: Joint): ExamNames {
  const chinese = side === 'L' ? '左' : '右';
  const latin = side === 'L' ? 'LEFT' : 'RIGHT';
  return {
    zh: [
      `${chinese}${zh}MRI平扫`,
      `${chinese}侧${zh}MR平扫`,
      `${zh}MRI平扫(${chinese})`,
      `MRI${chinese}${zh}平扫`,
    ],
    en: [
      `MR ${latin} ${en} WO`,
      `MRI ${en} ${latin} WO CONTRAST`,
      `MR ${en} ${latin[0] ?? ''}T WITHOUT CONTRAST`,
    ],
    mixed: [`${en} MRI平扫(${latin[0] ?? ''})`, `${chinese}${zh}MR Plain`],
    unsaid: [`${chinese}${zh}MRI`, `MR ${latin} ${en}`],
    vendor: { siemens: `extremities^${en.toLowerCase()}`, ge: en, philips: en, uih: `Extremity^${en}` },
    bodyPart,
  };
}

function joint(options: Joint): Protocol {
  const site: MrSite = {
    field: options.field,
    thickness: 3.5,
    gap: 0.4,
    slices: 20,
    centre: [options.side === 'L' ? 95 : -95, 0, -1000],
    b: 800,
    side: options.side,
  };
  return {
    item: options.item,
    ordered: 'plain',
    exam: jointExam(options),
    steps: (context) => {
      const { random } = context;
      const third: MrStep = random.chance(0.7)
        ? mr(site, 'PD', 'axial', { fatSat: true })
        : mr(site, 'T2', 'axial', { fatSat: true });
      const volume = mr(site, 'PD', options.sagittal, { fatSat: true, thickness: 0.8, gap: 0, slices: 120 });
      const reformatted = options.item === 'MR-13' && random.chance(0.15);
      return finish(
        [
          mrLocalizer(site),
          mr(site, 'T1SE', random.pick([options.sagittal, options.coronal])),
          mr(site, 'PD', options.coronal, { fatSat: true }),
          mr(site, 'T2', options.sagittal),
          ...(random.chance(0.5) ? [mr(site, 'PD', options.sagittal, { fatSat: true })] : []),
          ...(reformatted ? [volume, mprOf(volume, 'axial')] : [third]),
        ],
        context,
      );
    },
  };
}

/** MR of the joints. */
export const MR_JOINTS: readonly Protocol[] = [
  {
    item: 'MR-12',
    ordered: 'plain',
    exam: {
      zh: ['双髋关节MRI平扫', '双髋MRI平扫', '双侧髋关节MR平扫'],
      en: ['MR HIPS BILATERAL WO', 'MRI BOTH HIPS WO CONTRAST', 'MR HIP BILATERAL'],
      mixed: ['双髋MR Plain', 'Hips MRI平扫(双)'],
      vendor: { siemens: 'pelvis^hip', ge: 'Hip' },
      bodyPart: 'HIP',
    },
    steps: (context) =>
      finish(
        [
          mrLocalizer(HIPS),
          mr(HIPS, 'T1SE', 'coronal'),
          mr(HIPS, 'T2', 'axial'),
          context.random.chance(0.5)
            ? mr(HIPS, 'STIR', 'coronal', { fatSat: true })
            : mr(HIPS, 'T2', 'coronal', { fatSat: true }),
          ...(context.random.chance(0.5) ? [mr(HIPS, 'T2', 'axial', { fatSat: true })] : []),
        ],
        context,
      ),
  },
  ...(['L', 'R'] as const).map((side) =>
    joint({
      item: 'MR-13',
      zh: '膝关节',
      en: 'KNEE',
      bodyPart: 'KNEE',
      side,
      field: 160,
      coronal: 'coronal',
      sagittal: 'sagittal',
    }),
  ),
  joint({
    item: 'MR-24',
    zh: '肩关节',
    en: 'SHOULDER',
    bodyPart: 'SHOULDER',
    side: 'R',
    field: 160,
    coronal: 'oblique-coronal',
    sagittal: 'oblique-sagittal',
  }),
  joint({
    item: 'MR-24',
    zh: '踝关节',
    en: 'ANKLE',
    bodyPart: 'ANKLE',
    side: 'L',
    field: 150,
    coronal: 'coronal',
    sagittal: 'sagittal',
  }),
  joint({
    item: 'MR-24',
    zh: '肘关节',
    en: 'ELBOW',
    bodyPart: 'ELBOW',
    side: 'R',
    field: 140,
    coronal: 'coronal',
    sagittal: 'sagittal',
  }),
  joint({
    item: 'MR-24',
    zh: '腕关节',
    en: 'WRIST',
    bodyPart: 'WRIST',
    side: 'L',
    field: 110,
    coronal: 'coronal',
    sagittal: 'sagittal',
  }),
];
