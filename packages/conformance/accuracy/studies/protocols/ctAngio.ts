import type { ExamNames, PlanContext, Protocol, Step } from '../plan.ts';
import { ctRecon, ctScout, extras, monitor, scan, type CtSite } from '../steps.ts';

interface Angio {
  item: string;
  exam: ExamNames;
  site: CtSite;
  /** Seconds from injection to the scan. */
  delay: readonly [number, number];
  plain?: boolean;
  gated?: boolean;
  curved?: boolean;
}

function cta({ item, exam, site, delay, plain = false, gated = false, curved = false }: Angio): Protocol {
  return {
    item,
    ordered: 'enhanced',
    exam,
    steps: ({ random, maker }: PlanContext): Step[] => {
      const injected = 200 + random.between(0, 200);
      const thin = random.pick([0.6, 0.75, 1]);
      const images = scan(site, 'arterial', {
        at: injected + random.between(delay[0], delay[1]),
        acquisition: 5,
        recons: gated
          ? [[thin, 'soft']]
          : [
              [thin, 'soft'],
              [5, 'soft'],
            ],
        gated,
      });
      const source = images[0];
      return [
        ctScout(site),
        ...(plain && random.chance(0.6)
          ? scan(site, 'plain', { at: 40, acquisition: 2, recons: [[gated ? 3 : 5, 'soft']], gated })
          : []),
        ...(random.chance(0.7) ? [monitor(site, injected + 8, 4)] : []),
        ...images,
        ...(random.chance(0.7) ? ctRecon(source, 'mip') : []),
        ...(random.chance(0.8) ? ctRecon(source, 'vr') : []),
        ...(curved && random.chance(0.8) ? ctRecon(source, 'cpr') : []),
        ...extras(maker, 'CT', 900, random),
      ];
    },
  };
}

/** CT angiography and urography. */
export const CT_ANGIO: readonly Protocol[] = [
  cta({
    item: 'CT-10',
    exam: {
      zh: ['头颈部CTA', '头颈CTA', '头颈部血管CTA', '头颈动脉CTA'],
      en: ['CTA HEAD AND NECK', 'CTA HEAD NECK', 'CT ANGIO HEAD/NECK'],
      mixed: ['头颈CTA Head&Neck', 'Head Neck CTA'],
      vendor: { siemens: 'Angio^HeadNeckCTA (Adult)', ge: '3.9 CTA Head Neck', uih: 'HeadNeck_CTA' },
      bodyPart: 'HEADNECK',
    },
    site: { range: [0, 380], field: 220 },
    delay: [18, 24],
    plain: true,
    curved: true,
  }),
  cta({
    item: 'CT-11',
    exam: {
      zh: ['冠脉CTA', '冠状动脉CTA', '心脏冠脉CTA', '冠状动脉CT血管成像'],
      en: ['CTA CORONARY', 'CCTA', 'CT ANGIO CORONARY ARTERIES'],
      mixed: ['Coronary CTA', '冠脉CTA(Cardiac)'],
      vendor: {
        siemens: 'Cardiac^CorCTA (Adult)',
        ge: '5.22 SnapShot Coronary',
        philips: 'Coronary CTA/Heart',
        uih: 'Coronary_CTA',
      },
      bodyPart: 'HEART',
    },
    site: { range: [0, 140], field: 200 },
    delay: [20, 28],
    plain: true,
    gated: true,
    curved: true,
  }),
  cta({
    item: 'CT-12',
    exam: {
      zh: ['肺动脉CTA', '肺动脉CT血管成像', '肺动脉CTA检查'],
      en: ['CTPA', 'CTA PULMONARY ARTERY', 'CT PULMONARY ANGIOGRAM'],
      mixed: ['肺动脉CTPA', 'CTPA检查'],
      vendor: { siemens: 'Thorax^PulmonaryEmbolism (Adult)', ge: '5.10 Pulmonary Embolism', uih: 'CTPA' },
      bodyPart: 'CHEST',
    },
    site: { range: [0, 280], field: 340 },
    delay: [11, 16],
  }),
  cta({
    item: 'CT-13',
    exam: {
      zh: ['胸腹主动脉CTA', '主动脉CTA', '全主动脉CTA', '胸腹主动脉CT血管成像'],
      en: ['CTA AORTA THORACIC ABDOMINAL', 'CTA THORACOABDOMINAL AORTA', 'CTA CHEST ABDOMEN AORTA'],
      mixed: ['胸腹主动脉CTA Aorta', 'Aorta CTA'],
      vendor: { siemens: 'Angio^AortaCTA (Adult)', ge: '5.15 CTA Aorta', uih: 'Aorta_CTA' },
      bodyPart: 'AORTA',
    },
    site: { range: [0, 620], field: 360 },
    delay: [22, 30],
    plain: true,
  }),
  cta({
    item: 'CT-14',
    exam: {
      zh: ['左房肺静脉CTA', '左心房肺静脉CTA', '肺静脉CTA'],
      en: ['CTA LEFT ATRIUM PULMONARY VEINS', 'CTA PULMONARY VEIN', 'CTA LA PV'],
      mixed: ['左房CTA', '肺静脉CTA(PV)'],
      vendor: {},
      bodyPart: 'HEART',
    },
    site: { range: [0, 160], field: 220 },
    delay: [20, 28],
    gated: true,
  }),
  cta({
    item: 'CT-19',
    exam: {
      zh: ['双下肢动脉CTA', '下肢动脉CTA', '下肢动脉CT血管成像'],
      en: ['CTA RUNOFF', 'CTA LOWER EXTREMITY', 'CTA LOWER LIMB ARTERIES'],
      mixed: ['下肢CTA Runoff', '双下肢动脉CTA(LE)'],
      vendor: { siemens: 'Angio^Runoff (Adult)', ge: '8.9 CTA Runoff' },
      bodyPart: 'LEG',
    },
    site: { range: [0, 1050], field: 380 },
    delay: [30, 40],
  }),
  {
    item: 'CT-15',
    ordered: 'enhanced',
    exam: {
      zh: ['双肾盂输尿管膀胱CTU', '泌尿系CTU', '双肾输尿管膀胱CTU', '尿路CTU'],
      en: ['CT UROGRAM', 'CTU', 'CT UROGRAPHY W WO CONTRAST'],
      mixed: ['CTU泌尿系', '泌尿系 CT Urography'],
      vendor: { siemens: 'Abdomen^CTU (Adult)', ge: '6.20 CTU' },
      bodyPart: 'ABDOMEN',
    },
    steps: ({ random, maker }) => {
      const site: CtSite = { range: [0, 430], field: 380 };
      const recons = [
        [5, 'soft'],
        [1, 'soft'],
      ] as const;
      const injected = 200;
      const excretory = scan(site, 'excretory', {
        at: injected + random.between(480, 900),
        acquisition: 6,
        recons,
      });
      return [
        ctScout(site),
        ...scan(site, 'plain', { at: 40, acquisition: 2, recons }),
        ...scan(site, 'arterial', { at: injected + 30, acquisition: 3, recons }),
        ...scan(site, 'portal', { at: injected + random.between(65, 80), acquisition: 4, recons }),
        ...excretory,
        ...ctRecon(excretory.at(-1), 'mpr'),
        ...ctRecon(excretory.at(-1), 'mip'),
        ...extras(maker, 'CT', 1300, random),
      ];
    },
  },
];
