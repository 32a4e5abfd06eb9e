import type { ExamNames, Maker, MrStep, PlanContext, Protocol, Step } from '../plan.ts';
import { adcOf, extras, mipOf, mprOf, mr, mrLocalizer, timeline, type MrSite } from '../steps.ts';

const BRAIN: MrSite = { field: 230, thickness: 5, gap: 1, slices: 22, centre: [0, 10, 20], b: 1000 };
const SELLA: MrSite = { field: 180, thickness: 2.5, gap: 0.3, slices: 13, centre: [0, 10, 0], b: 1000 };
const EAR: MrSite = { field: 190, thickness: 3, gap: 0.3, slices: 15, centre: [0, 20, -20], b: 1000 };

/** T1-weighted brain images as the maker's departments usually take them. */
function brainT1({ maker, random }: PlanContext): MrStep['technique'] {
  const usual: Record<Maker, MrStep['technique'][]> = {
    siemens: ['T1GRE2D', 'T1SE'],
    xa: ['T1GRE2D', 'T1SE'],
    ge: ['T1IR', 'T1SE'],
    philips: ['T1IR', 'T1SE', 'T1GRE2D'],
    canon: ['T1SE', 'T1IR'],
    uih: ['T1SE', 'T1IR'],
    hitachi: ['T1SE'],
    neusoft: ['T1SE'],
  };
  return random.pick(usual[maker]);
}

function brain(context: PlanContext): Step[] {
  const { random } = context;
  const t1 = brainT1(context);
  const diffusion = mr(BRAIN, 'DWI', 'axial', { role: 'DWI' });
  return [
    mrLocalizer(BRAIN),
    mr(BRAIN, 'T2', 'axial'),
    mr(BRAIN, t1, 'axial', { role: 'T1' }),
    mr(BRAIN, 'FLAIR', 'axial', { fatSat: random.chance(0.3) }),
    diffusion,
    ...(random.chance(0.8) ? [adcOf(diffusion)] : []),
    ...(random.chance(0.6) ? [mr(BRAIN, random.pick(['T1SE', 'T2'] as const), 'sagittal')] : []),
    ...(random.chance(0.25) ? [mr(BRAIN, 'SWI', 'axial', { thickness: 2, gap: 0, slices: 60 })] : []),
  ];
}

function brainPost(context: PlanContext, before: Step[]): Step[] {
  const t1 = before.find((step): step is MrStep => step.role === 'T1');
  const technique = t1?.technique ?? 'T1SE';
  const post = { contrast: 'post' as const };
  return [
    mr(BRAIN, technique, 'axial', { ...post, role: 'T1 post', pause: 240 }),
    ...(context.random.chance(0.7) ? [mr(BRAIN, technique, 'sagittal', post)] : []),
    ...(context.random.chance(0.7) ? [mr(BRAIN, technique, 'coronal', post)] : []),
    ...(context.random.chance(0.4)
      ? [mr(BRAIN, 'T1GRE3D', 'sagittal', { ...post, thickness: 1, gap: 0, slices: 120, field: 250 })]
      : []),
  ];
}

const finish = (steps: Step[], { maker, random }: PlanContext): Step[] => {
  const timed = timeline(steps);
  return [...timed, ...extras(maker, 'MR', (timed.at(-1)?.at ?? 0) + 200, random)];
};

interface Vessels {
  item: string;
  ordered: 'plain' | 'enhanced';
  exam: ExamNames;
  series: (context: PlanContext) => MrStep[];
}

function vessels({ item, ordered, exam, series }: Vessels): Protocol {
  return {
    item,
    ordered,
    exam,
    steps: (context) => {
      const [source, ...rest] = series(context);
      if (source === undefined) return [];
      return finish(
        [
          mrLocalizer(BRAIN),
          source,
          ...rest,
          ...(context.random.chance(0.8) ? [mipOf(rest.at(-1) ?? source)] : []),
        ],
        context,
      );
    },
  };
}

const TOF = { thickness: 0.7, gap: 0, slices: 90, field: 200 };

/** MR of the brain, its vessels, pituitary gland and inner ear. */
export const MR_HEAD: readonly Protocol[] = [
  {
    item: 'MR-01',
    ordered: 'plain',
    exam: {
      zh: ['颅脑MRI平扫', '头颅MRI平扫', '头颅磁共振平扫', '颅脑MR平扫+DWI', 'MRI颅脑平扫'],
      en: ['MR BRAIN WO CONTRAST', 'MRI BRAIN W/O', 'MR HEAD WITHOUT CONTRAST'],
      mixed: ['Brain MRI平扫', '头颅MR(T1T2FLAIR DWI)平扫', 'MR 头颅 Plain'],
      unsaid: ['颅脑MRI', 'MR BRAIN'],
      vendor: {
        siemens: 'head^Brain',
        xa: 'Head^Brain',
        ge: 'Brain Routine',
        philips: 'Brain',
        uih: 'Head^Routine',
        canon: 'Brain',
        hitachi: 'BRAIN',
        neusoft: 'Brain',
      },
      bodyPart: 'BRAIN',
    },
    steps: (context) => finish(brain(context), context),
  },
  {
    item: 'MR-02',
    ordered: 'enhanced',
    exam: {
      zh: ['颅脑MRI平扫+增强', '头颅MRI平扫+增强', '头颅MRI增强', '颅脑MR平扫及增强'],
      en: ['MR BRAIN W WO CONTRAST', 'MRI BRAIN WO+W', 'MR HEAD W/WO'],
      mixed: ['Brain MRI平扫+增强', '头颅MR(C-/C+)', 'MR头颅+C'],
      unsaid: ['颅脑MRI', 'MR BRAIN'],
      vendor: {
        siemens: 'head^Brain',
        xa: 'Head^Brain',
        ge: 'Brain Routine',
        philips: 'Brain',
        uih: 'Head^Routine',
      },
      bodyPart: 'BRAIN',
    },
    steps: (context) => {
      const before = brain(context);
      return finish([...before, ...brainPost(context, before)], context);
    },
  },
  {
    item: 'MR-03',
    ordered: 'enhanced',
    exam: {
      zh: ['垂体MRI平扫+动态增强', '垂体MRI平扫+增强', '垂体MR动态增强', '鞍区MRI平扫+增强'],
      en: ['MR PITUITARY DYNAMIC', 'MR PITUITARY W WO CONTRAST', 'MRI SELLA WO+W'],
      mixed: ['Pituitary MRI平扫+增强', '垂体MR(Dyn)'],
      vendor: { siemens: 'head^Pituitary', ge: 'Pituitary' },
      bodyPart: 'HEAD',
    },
    steps: (context) => {
      const { random } = context;
      const interval = random.between(18, 40);
      const points = random.between(4, 7);
      const dynamic = { contrast: 'post' as const, thickness: 2, slices: 7, interval };
      const runs = random.chance(0.7)
        ? [
            mr(SELLA, 'T1SE', 'coronal', {
              ...dynamic,
              role: 'dynamic',
              timePoints: points,
              takes: points * interval,
              pause: 90,
            }),
          ]
        : Array.from({ length: points }, (_, index) =>
            mr(SELLA, 'T1SE', 'coronal', {
              ...dynamic,
              role: 'dynamic',
              takes: interval,
              pause: index === 0 ? 90 : 0.5,
            }),
          );
      const post = { contrast: 'post' as const };
      return finish(
        [
          mrLocalizer(SELLA),
          mr(SELLA, 'T1SE', 'sagittal', { role: 'T1' }),
          mr(SELLA, 'T1SE', 'coronal', { role: 'T1' }),
          mr(SELLA, 'T2', 'coronal'),
          ...runs,
          mr(SELLA, 'T1SE', 'coronal', { ...post, role: 'T1 post' }),
          mr(SELLA, 'T1SE', 'sagittal', { ...post, role: 'T1 post' }),
        ],
        context,
      );
    },
  },
  vessels({
    item: 'MR-16',
    ordered: 'plain',
    exam: {
      zh: ['颅脑MRA', '头颅MRA', '脑血管MRA', '头颅MRA(TOF)'],
      en: ['MRA HEAD WO', 'MRA HEAD TOF', 'MRA BRAIN WITHOUT CONTRAST'],
      mixed: ['头MRA 3D-TOF', 'Brain MRA'],
      vendor: { siemens: 'head^MRA', ge: 'Brain MRA' },
      bodyPart: 'HEAD',
    },
    series: () => [mr(BRAIN, 'TOF', 'axial', { ...TOF, takes: 300 })],
  }),
  vessels({
    item: 'MR-17',
    ordered: 'enhanced',
    exam: {
      zh: ['颅脑MRA增强', '头颅CE-MRA', '颅脑增强MRA'],
      en: ['CE-MRA HEAD', 'MRA HEAD W CONTRAST', 'MRA BRAIN CE'],
      mixed: ['头颅MRA+C', '头颅 CE MRA'],
      bodyPart: 'HEAD',
    },
    series: () => {
      const run = { thickness: 1, gap: 0, slices: 88, field: 280, takes: 25 };
      return [
        mr(BRAIN, 'CEMRA', 'coronal', { ...run, role: 'mask' }),
        mr(BRAIN, 'CEMRA', 'coronal', { ...run, role: 'CE', contrast: 'post', pause: 40 }),
      ];
    },
  }),
  vessels({
    item: 'MR-18',
    ordered: 'plain',
    exam: {
      zh: ['颅脑MRV', '头颅MRV', '头颅静脉窦MRV'],
      en: ['MRV HEAD WO', 'MRV BRAIN WITHOUT CONTRAST', 'MRV HEAD'],
      mixed: ['头颅MRV(PC)', 'Brain MRV'],
      bodyPart: 'HEAD',
    },
    series: ({ random }) => [
      mr(BRAIN, random.chance(0.6) ? 'PC' : 'TOF', random.pick(['sagittal', 'coronal'] as const), {
        thickness: 1.4,
        gap: 0,
        slices: 80,
        takes: 300,
        venous: true,
      }),
    ],
  }),
  vessels({
    item: 'MR-19',
    ordered: 'enhanced',
    exam: {
      zh: ['颅脑MRV增强', '头颅CE-MRV', '颅脑增强MRV'],
      en: ['CE-MRV HEAD', 'MRV HEAD W CONTRAST', 'MRV BRAIN CE'],
      mixed: ['头颅MRV+C', '头颅 CE MRV'],
      bodyPart: 'HEAD',
    },
    series: () => {
      const run = { thickness: 1, gap: 0, slices: 110, field: 260, takes: 40, venous: true };
      return [
        mr(BRAIN, 'CEMRA', 'sagittal', { ...run, role: 'mask' }),
        mr(BRAIN, 'CEMRA', 'sagittal', { ...run, role: 'CE', contrast: 'post', pause: 45 }),
      ];
    },
  }),
  {
    item: 'MR-22',
    ordered: 'plain',
    exam: {
      zh: ['内耳MRI平扫', '内听道MRI平扫', '颞骨MRI平扫'],
      en: ['MR IAC WO', 'MRI INTERNAL AUDITORY CANAL WO CONTRAST', 'MR INNER EAR WO'],
      mixed: ['IAC MRI平扫', '内听道MR Plain'],
      unsaid: ['内听道MRI'],
      bodyPart: 'IAC',
    },
    steps: (context) =>
      finish(
        [
          mrLocalizer(EAR),
          mr(EAR, 'T2', 'axial'),
          mr(EAR, 'T1SE', 'axial'),
          mr(EAR, 'T2', 'coronal', { fatSat: context.random.chance(0.5) }),
        ],
        context,
      ),
  },
  {
    item: 'MR-23',
    ordered: 'plain',
    exam: {
      zh: ['内耳水成像', '内耳MRI水成像', '内耳MR水成像'],
      en: ['MR INNER EAR HYDROGRAPHY', 'MR INNER EAR 3D T2', 'MR IAC CISS'],
      mixed: ['内耳水成像(SPACE)', 'Inner ear 水成像'],
      bodyPart: 'IAC',
    },
    steps: (context) => {
      const source = mr(EAR, 'HYDRO', 'axial', { thickness: 0.6, gap: 0, slices: 64, takes: 300 });
      return finish(
        [
          mrLocalizer(EAR),
          source,
          ...(context.random.chance(0.7) ? [mipOf(source)] : []),
          ...(context.random.chance(0.3) ? [mprOf(source, 'coronal')] : []),
        ],
        context,
      );
    },
  },
];
