import type { ExamNames, MrStep, PlanContext, PlaneName, Protocol, Step } from '../plan.ts';
import { adcOf, extras, mr, mrLocalizer, timeline, type MrSite } from '../steps.ts';

const LIVER: MrSite = { field: 380, thickness: 6, gap: 1, slices: 28, centre: [10, 0, -350], b: 800 };
const PELVIS: MrSite = { field: 300, thickness: 4, gap: 0.6, slices: 26, centre: [0, 10, -700], b: 1000 };
const BREAST: MrSite = { field: 340, thickness: 4, gap: 0.6, slices: 34, centre: [0, -90, -250], b: 800 };
const VOLUME = { thickness: 3, gap: 0, slices: 60, takes: 18, fatSat: true };

const finish = (steps: Step[], { maker, random }: PlanContext): Step[] => {
  const timed = timeline(steps);
  return [...timed, ...extras(maker, 'MR', (timed.at(-1)?.at ?? 0) + 200, random)];
};

/** Enhanced volumes: one multi-phase series, or one series a phase as most makers store breath-holds. */
function dynamic(
  site: MrSite,
  { random }: PlanContext,
  options: { separate: number; points: number; interval: number },
): MrStep[] {
  const volume = { ...VOLUME, contrast: 'post' as const, role: 'dynamic' };
  if (!random.chance(options.separate)) {
    return [
      mr(site, 'T1VIBE', 'axial', {
        ...volume,
        timePoints: options.points,
        interval: options.interval,
        takes: options.points * options.interval,
        pause: 60,
      }),
    ];
  }
  const pauses = [60, 22, 90];
  return (['arterial', 'portal', 'delayed'] as const).map((phase, index) =>
    mr(site, 'T1VIBE', 'axial', { ...volume, phase, pause: pauses[index] ?? 60 }),
  );
}

interface Body {
  plain: string;
  enhanced: string;
  site: MrSite;
  exam: (enhanced: boolean) => ExamNames;
  before: (context: PlanContext) => MrStep[];
  second: PlaneName;
  dynamic: { separate: number; points: number; interval: number };
}

function body(options: Body, enhanced: boolean): Protocol {
  const { site } = options;
  return {
    item: enhanced ? options.enhanced : options.plain,
    ordered: enhanced ? 'enhanced' : 'plain',
    exam: options.exam(enhanced),
    steps: (context) => {
      const diffusion = mr(site, 'DWI', 'axial', {
        role: 'DWI',
        b: context.random.chance(0.4) ? [50, 400, site.b] : [0, site.b],
      });
      return finish(
        [
          mrLocalizer(site),
          ...options.before(context),
          diffusion,
          ...(context.random.chance(0.8) ? [adcOf(diffusion)] : []),
          ...(enhanced
            ? [
                mr(site, 'T1VIBE', 'axial', { ...VOLUME, role: 'T1 mask', pause: 60 }),
                ...dynamic(site, context, options.dynamic),
                mr(site, 'T1VIBE', options.second, { ...VOLUME, contrast: 'post', role: 'T1 post' }),
              ]
            : [mr(site, 'T1VIBE', 'axial', { ...VOLUME, role: 'T1' })]),
        ],
        context,
      );
    },
  };
}

const liver: Body = {
  plain: 'MR-08',
  enhanced: 'MR-09',
  site: LIVER,
  second: 'coronal',
  dynamic: { separate: 0.75, points: 5, interval: 20 },
  exam: (enhanced) => ({
    zh: enhanced
      ? ['上腹部MRI平扫+动态增强', '上腹部MRI平扫+增强', '肝脏MRI平扫+增强', '肝胆MR平扫+动态增强']
      : ['上腹部MRI平扫', '肝胆MRI平扫', '肝脏MRI平扫', '上腹部MR平扫'],
    en: enhanced
      ? ['MR ABDOMEN UPPER DYNAMIC', 'MRI LIVER W WO CONTRAST', 'MR LIVER WO+W DYNAMIC']
      : ['MR LIVER WO', 'MRI UPPER ABDOMEN WO CONTRAST', 'MR LIVER WITHOUT CONTRAST'],
    mixed: enhanced ? ['Liver MRI平扫+增强', '上腹MR(C-/C+ Dyn)'] : ['Liver MRI平扫', '上腹MR Plain'],
    unsaid: ['肝脏MRI', 'MR LIVER'],
    vendor: {
      siemens: 'abdomen^Liver',
      xa: 'Abdomen^Liver',
      ge: 'Liver',
      philips: 'Liver',
      uih: 'Abdomen^Liver',
    },
    bodyPart: 'LIVER',
  }),
  before: ({ random }) => [
    mr(LIVER, 'HASTE', 'coronal'),
    mr(LIVER, 'T2', 'axial', { fatSat: random.chance(0.8) }),
    ...(random.chance(0.7)
      ? [mr(LIVER, 'DUAL', 'axial', { dixon: 'in' }), mr(LIVER, 'DUAL', 'axial', { dixon: 'opp', takes: 0 })]
      : []),
    ...(random.chance(0.2)
      ? [mr(LIVER, 'MRCP', 'coronal', { thickness: 1.4, gap: 0, slices: 60, field: 350 })]
      : []),
  ],
};

const pelvis: Body = {
  plain: 'MR-10',
  enhanced: 'MR-11',
  site: PELVIS,
  second: 'sagittal',
  dynamic: { separate: 0.2, points: 6, interval: 15 },
  exam: (enhanced) => ({
    zh: enhanced
      ? ['盆腔MRI平扫+增强', '盆腔MRI平扫+动态增强', '前列腺MRI平扫+增强', '下腹部MRI平扫+动态增强']
      : ['盆腔MRI平扫', '下腹部MRI平扫', '前列腺MRI平扫', '子宫MRI平扫'],
    en: enhanced
      ? ['MR PELVIS DYNAMIC', 'MRI PROSTATE W WO CONTRAST', 'MR PELVIS WO+W']
      : ['MR PELVIS WO', 'MRI PROSTATE WO CONTRAST', 'MR PELVIS WITHOUT CONTRAST'],
    mixed: enhanced ? ['Pelvis MRI平扫+增强', '前列腺MR(C-/C+)'] : ['Pelvis MRI平扫', '盆腔MR Plain'],
    unsaid: ['盆腔MRI', 'MR PELVIS'],
    vendor: { siemens: 'pelvis^Prostate', ge: 'Pelvis', philips: 'Prostate', uih: 'Pelvis^Routine' },
    bodyPart: 'PELVIS',
  }),
  before: ({ random }) => [
    mr(PELVIS, 'T2', 'sagittal', { fatSat: random.chance(0.3) }),
    mr(PELVIS, 'T2', 'axial'),
    mr(PELVIS, 'T1SE', 'axial', { role: 'T1' }),
    ...(random.chance(0.6) ? [mr(PELVIS, 'T2', 'coronal', { fatSat: true })] : []),
  ],
};

const breast: Body = {
  plain: 'MR-14',
  enhanced: 'MR-15',
  site: BREAST,
  second: 'sagittal',
  dynamic: { separate: 0.2, points: 6, interval: 65 },
  exam: (enhanced) => ({
    zh: enhanced
      ? ['乳腺MRI平扫+动态增强', '双乳MRI平扫+增强', '双侧乳腺MR动态增强']
      : ['乳腺MRI平扫', '双乳MRI平扫', '双侧乳腺MR平扫'],
    en: enhanced
      ? ['MR BREAST DCE', 'MRI BREAST BILATERAL W WO CONTRAST', 'MR BREAST DYNAMIC']
      : ['MR BREAST WO', 'MRI BREAST BILATERAL WO CONTRAST', 'MR BREAST WITHOUT CONTRAST'],
    mixed: enhanced ? ['Breast MRI平扫+增强', '双乳MR(DCE)'] : ['Breast MRI平扫', '双乳MR Plain'],
    vendor: { siemens: 'breast^General', ge: 'Breast', uih: 'Breast^Routine' },
    bodyPart: 'BREAST',
  }),
  before: ({ random }) => [
    mr(BREAST, 'T1SE', 'axial', { role: 'T1' }),
    random.chance(0.5)
      ? mr(BREAST, 'STIR', 'axial', { fatSat: true })
      : mr(BREAST, 'T2', 'axial', { fatSat: true }),
    mr(BREAST, 'T2', 'sagittal', { fatSat: true, field: 200, centre: [-90, -90, -250], side: 'R' }),
    mr(BREAST, 'T2', 'sagittal', { fatSat: true, field: 200, centre: [90, -90, -250], side: 'L' }),
  ],
};

/** MR of the abdomen, the pelvis and the breasts. */
export const MR_BODY: readonly Protocol[] = [liver, pelvis, breast].flatMap((one) => [
  body(one, false),
  body(one, true),
]);
