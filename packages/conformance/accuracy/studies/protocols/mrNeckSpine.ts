import type { ExamNames, MrStep, PlanContext, Protocol, Step } from '../plan.ts';
import { extras, mipOf, mr, mrLocalizer, timeline, type MrSite } from '../steps.ts';

const NECK: MrSite = { field: 250, thickness: 4, gap: 0.8, slices: 24, centre: [0, 10, -150], b: 800 };

const finish = (steps: Step[], { maker, random }: PlanContext): Step[] => {
  const timed = timeline(steps);
  return [...timed, ...extras(maker, 'MR', (timed.at(-1)?.at ?? 0) + 200, random)];
};

const post: Partial<MrStep> = { contrast: 'post', role: 'T1 post' };

interface Segment {
  bodyPart: string;
  zh: string;
  en: readonly [string, string];
  field: number;
  height: number;
}

const SEGMENTS: readonly Segment[] = [
  { bodyPart: 'CSPINE', zh: '颈椎', en: ['C-SPINE', 'CERVICAL SPINE'], field: 240, height: -180 },
  { bodyPart: 'TSPINE', zh: '胸椎', en: ['T-SPINE', 'THORACIC SPINE'], field: 340, height: -330 },
  { bodyPart: 'LSPINE', zh: '腰椎', en: ['L-SPINE', 'LUMBAR SPINE'], field: 300, height: -500 },
];

function spineExam({ bodyPart, zh, en }: Segment, enhanced: boolean): ExamNames {
  const vendorName = en[0].toLowerCase();
  return {
    zh: enhanced
      ? [`${zh}MRI平扫+增强`, `${zh}MR平扫+增强`, `${zh}MRI增强`]
      : [`${zh}MRI平扫`, `${zh}MR平扫`, `${zh}磁共振平扫`, `MRI${zh}平扫`],
    en: enhanced
      ? [`MR ${en[0]} WO+W`, `MRI ${en[1]} W WO CONTRAST`, `MR ${en[1]} W/WO`]
      : [`MR ${en[0]} WO`, `MRI ${en[1]} WO CONTRAST`, `MR ${en[1]} WITHOUT CONTRAST`],
    mixed: enhanced ? [`${en[0]} MRI平扫+增强`, `${zh}MR(C-/C+)`] : [`${en[0]} MRI平扫`, `${zh}MR Plain`],
    unsaid: [`${zh}MRI`, `MR ${en[0]}`],
    vendor: { siemens: `spine^${vendorName}`, ge: en[0], philips: en[0], uih: `Spine^${en[0]}` },
    bodyPart,
  };
}

function spine(segment: Segment, enhanced: boolean): Protocol {
  const sagittal: MrSite = {
    field: segment.field,
    thickness: 4,
    gap: 0.4,
    slices: 11,
    centre: [0, 30, segment.height],
    b: 800,
  };
  const axial = { field: 190, slices: 15, thickness: 4 };
  return {
    item: enhanced ? 'MR-07' : 'MR-06',
    ordered: enhanced ? 'enhanced' : 'plain',
    exam: spineExam(segment, enhanced),
    steps: (context) => {
      const fat = context.random.chance(0.5);
      return finish(
        [
          mrLocalizer(sagittal),
          mr(sagittal, 'T2', 'sagittal'),
          mr(sagittal, 'T1SE', 'sagittal', { role: 'T1' }),
          ...(context.random.chance(0.7)
            ? [mr(sagittal, fat ? 'T2' : 'STIR', 'sagittal', { fatSat: true })]
            : []),
          mr(sagittal, 'T2', 'axial', axial),
          ...(enhanced
            ? [
                mr(sagittal, 'T1SE', 'sagittal', { ...post, pause: 240, fatSat: true }),
                mr(sagittal, 'T1SE', 'coronal', { ...post, fatSat: true }),
                mr(sagittal, 'T1SE', 'axial', { ...post, ...axial, fatSat: true }),
              ]
            : []),
        ],
        context,
      );
    },
  };
}

function neck(enhanced: boolean): Protocol {
  return {
    item: enhanced ? 'MR-05' : 'MR-04',
    ordered: enhanced ? 'enhanced' : 'plain',
    exam: {
      zh: enhanced
        ? ['颈部MRI平扫+增强', '颈部软组织MRI平扫+增强', '颈部MR增强']
        : ['颈部MRI平扫', '颈部软组织MRI平扫', '颈部MR平扫'],
      en: enhanced
        ? ['MR NECK WO+W', 'MRI NECK SOFT TISSUE W WO CONTRAST', 'MR NECK W/WO']
        : ['MR NECK WO', 'MRI NECK SOFT TISSUE WO CONTRAST', 'MR NECK WITHOUT CONTRAST'],
      mixed: enhanced ? ['Neck MRI平扫+增强', '颈部MR(C-/C+)'] : ['Neck MRI平扫', '颈部MR Plain'],
      vendor: { siemens: 'neck^NeckRoutine', ge: 'Neck Soft Tissue' },
      bodyPart: 'NECK',
    },
    steps: (context) =>
      finish(
        [
          mrLocalizer(NECK),
          mr(NECK, 'T2', 'axial', { fatSat: true }),
          mr(NECK, 'T1SE', 'axial', { role: 'T1' }),
          mr(NECK, context.random.chance(0.5) ? 'T2' : 'STIR', 'coronal', { fatSat: true }),
          ...(context.random.chance(0.4) ? [mr(NECK, 'DWI', 'axial')] : []),
          ...(enhanced
            ? [
                mr(NECK, 'T1SE', 'axial', { ...post, pause: 240, fatSat: true }),
                mr(NECK, 'T1SE', 'coronal', { ...post, fatSat: true }),
                mr(NECK, 'T1SE', 'sagittal', { ...post, fatSat: true }),
              ]
            : []),
        ],
        context,
      ),
  };
}

const neckMra: Protocol = {
  item: 'MR-20',
  ordered: 'plain',
  exam: {
    zh: ['颈部MRA', '颈动脉MRA', '颈部血管MRA'],
    en: ['MRA NECK WO', 'MRA NECK TOF', 'MRA CAROTID WITHOUT CONTRAST'],
    mixed: ['颈部MRA 2D-TOF', 'Neck MRA'],
    bodyPart: 'NECK',
  },
  steps: (context) => {
    const source = mr(NECK, 'TOF', 'axial', { thickness: 1.5, gap: 0, slices: 100, takes: 300, field: 220 });
    return finish(
      [mrLocalizer(NECK), source, ...(context.random.chance(0.8) ? [mipOf(source)] : [])],
      context,
    );
  },
};

const neckCeMra: Protocol = {
  item: 'MR-21',
  ordered: 'enhanced',
  exam: {
    zh: ['颈部MRA增强', '颈部CE-MRA', '颈部增强MRA'],
    en: ['CE-MRA NECK', 'MRA NECK W CONTRAST', 'MRA CAROTID CE'],
    mixed: ['颈部MRA+C', '颈部 CE MRA'],
    bodyPart: 'NECK',
  },
  steps: (context) => {
    const run = { thickness: 1, gap: 0, slices: 80, field: 320, takes: 22 };
    const enhanced = mr(NECK, 'CEMRA', 'coronal', { ...run, role: 'CE', contrast: 'post', pause: 40 });
    return finish(
      [
        mrLocalizer(NECK),
        mr(NECK, 'CEMRA', 'coronal', { ...run, role: 'mask' }),
        enhanced,
        ...(context.random.chance(0.8) ? [mipOf(enhanced)] : []),
      ],
      context,
    );
  },
};

/** MR of the neck, its vessels, and the spine. */
export const MR_NECK_SPINE: readonly Protocol[] = [
  neck(false),
  neck(true),
  ...SEGMENTS.map((segment) => spine(segment, false)),
  ...SEGMENTS.map((segment) => spine(segment, true)),
  neckMra,
  neckCeMra,
];
