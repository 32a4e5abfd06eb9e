import type { ExamNames, PlanContext, Protocol, Step } from '../plan.ts';
import {
  ctRecon,
  ctScout,
  extras,
  mr,
  mrLocalizer,
  scan,
  timeline,
  type CtSite,
  type MrSite,
} from '../steps.ts';

function plainCt(notListed: 'NOT_IN_LIST' | 'NOT_ELIGIBLE', exam: ExamNames, site: CtSite): Protocol {
  return {
    item: null,
    notListed,
    ordered: 'plain',
    exam,
    steps: ({ random, maker }: PlanContext): Step[] => {
      const images = scan(site, 'plain', {
        at: 40,
        acquisition: 2,
        recons: [
          [3, 'soft'],
          [1, 'soft'],
        ],
      });
      return [
        ctScout(site),
        ...images,
        ...ctRecon(images.at(-1), 'mpr'),
        ...extras(maker, 'CT', 300, random),
      ];
    },
  };
}

function angio(exam: ExamNames, site: CtSite, delay: number): Protocol {
  return {
    item: null,
    notListed: 'NOT_IN_LIST',
    ordered: 'enhanced',
    exam,
    steps: ({ random, maker }) => {
      const images = scan(site, delay > 60 ? 'portal' : 'arterial', {
        at: 200 + delay,
        acquisition: 3,
        recons: [[0.75, 'soft']],
      });
      return [ctScout(site), ...images, ...ctRecon(images[0], 'mip'), ...extras(maker, 'CT', 600, random)];
    },
  };
}

const BILE: MrSite = { field: 350, thickness: 5, gap: 1, slices: 20, centre: [10, 0, -350], b: 800 };
const HEART: MrSite = { field: 340, thickness: 8, gap: 2, slices: 10, centre: [30, 0, -250], b: 800 };

/** Exams that departments make every day and that are on no item of the list, or are named as not eligible. */
export const NOT_LISTED: readonly Protocol[] = [
  plainCt(
    'NOT_IN_LIST',
    {
      zh: ['上腹部CT平扫', '肝胆CT平扫', 'CT上腹部平扫'],
      en: ['CT UPPER ABDOMEN WO CONTRAST', 'CT LIVER WO', 'CT UPPER ABDOMEN PLAIN'],
      mixed: ['Upper Abdomen CT平扫', '上腹CT Plain'],
      bodyPart: 'ABDOMEN',
    },
    { range: [0, 240], field: 380 },
  ),
  plainCt(
    'NOT_ELIGIBLE',
    {
      zh: ['颈部CT平扫', '颈部软组织CT平扫', 'CT颈部平扫'],
      en: ['CT NECK WO CONTRAST', 'CT NECK SOFT TISSUE WO', 'CT NECK PLAIN'],
      mixed: ['Neck CT平扫', '颈部CT Plain'],
      bodyPart: 'NECK',
    },
    { range: [0, 240], field: 240 },
  ),
  plainCt(
    'NOT_IN_LIST',
    {
      zh: ['眼眶CT平扫', 'CT眼眶平扫', '眼眶CT平扫+重建'],
      en: ['CT ORBITS WO CONTRAST', 'CT ORBIT WO', 'CT ORBITS PLAIN'],
      mixed: ['Orbit CT平扫', '眼眶CT Plain'],
      bodyPart: 'ORBIT',
    },
    { range: [0, 80], field: 200 },
  ),
  angio(
    {
      zh: ['头颅CTA', '颅脑CTA', '脑血管CTA'],
      en: ['CTA HEAD', 'CT ANGIO BRAIN', 'CTA CIRCLE OF WILLIS'],
      mixed: ['Head CTA', '头CTA(COW)'],
      bodyPart: 'HEAD',
    },
    { range: [0, 180], field: 220 },
    22,
  ),
  angio(
    {
      zh: ['下肢静脉CTV', '双下肢CTV', '下肢深静脉CTV'],
      en: ['CTV LOWER EXTREMITY', 'CT VENOGRAM LEGS', 'CTV LOWER LIMB'],
      mixed: ['下肢CTV(LE)', 'Leg CTV'],
      bodyPart: 'LEG',
    },
    { range: [0, 900], field: 380 },
    170,
  ),
  {
    item: null,
    notListed: 'NOT_IN_LIST',
    ordered: 'plain',
    exam: {
      zh: ['MRCP', '磁共振胰胆管成像', 'MR胰胆管水成像'],
      en: ['MRCP', 'MR CHOLANGIOPANCREATOGRAPHY', 'MRCP WO'],
      mixed: ['MRCP检查', '胆道MRCP'],
      bodyPart: 'ABDOMEN',
    },
    steps: (context) =>
      timeline([
        mrLocalizer(BILE),
        mr(BILE, 'HASTE', 'coronal'),
        mr(BILE, 'T2', 'axial', { fatSat: true }),
        mr(BILE, 'MRCP', 'coronal', { thickness: 1.4, gap: 0, slices: 60 }),
      ]).concat(extras(context.maker, 'MR', 900, context.random)),
  },
  {
    item: null,
    notListed: 'NOT_IN_LIST',
    ordered: 'plain',
    exam: {
      zh: ['心脏MRI平扫', '心脏磁共振平扫', '心脏MR电影'],
      en: ['MR CARDIAC WO', 'CARDIAC MRI FUNCTION', 'MR HEART WO CONTRAST'],
      mixed: ['Cardiac MRI平扫', '心脏CMR'],
      bodyPart: 'HEART',
    },
    steps: () =>
      timeline([
        mrLocalizer(HEART),
        mr(HEART, 'HASTE', 'axial'),
        mr(HEART, 'T2', 'axial', { fatSat: true }),
        mr(HEART, 'T1SE', 'axial'),
      ]),
  },
];
