import type { ExamNames, PlanContext, Protocol, Step } from '../plan.ts';
import { ctRecon, ctScout, extras, monitor, scan, type CtSite, type ScanOptions } from '../steps.ts';

const CHEST: ExamNames = {
  zh: ['胸部CT平扫+增强', '胸部CT增强', 'CT胸部平扫+增强', '肺部CT平扫及增强'],
  en: ['CT CHEST WO+W', 'CT CHEST W WO CONTRAST', 'CT THORAX W/WO'],
  mixed: ['Chest CT平扫+增强', '胸部CT(C-/C+)', 'Chest C+'],
  unsaid: ['胸部CT'],
  vendor: {
    siemens: 'Thorax^ThoraxRoutine (Adult)',
    ge: '5.1 Routine Chest',
    philips: 'Chest/Thorax',
    uih: 'Chest_Routine',
    canon: 'Chest',
    hitachi: 'CHEST',
    neusoft: 'ChestRoutine',
  },
  bodyPart: 'CHEST',
};

interface Enhanced {
  item: string;
  exam: ExamNames;
  site: CtSite;
  recons: ScanOptions['recons'];
  /** One enhanced scan, or arterial, portal venous and delayed ones. */
  phases: 'single' | 'two' | 'three';
  mprs?: boolean;
}

function enhancedCt({ item, exam, site, recons, phases, mprs = true }: Enhanced): Protocol {
  return {
    item,
    ordered: 'enhanced',
    exam,
    steps: ({ random, maker }: PlanContext): Step[] => {
      const injected = 40 + random.between(90, 240);
      const steps: Step[] = [ctScout(site), ...scan(site, 'plain', { at: 40, acquisition: 2, recons })];
      if (phases === 'single') {
        const at = injected + random.between(55, 70);
        const images = scan(site, 'enhanced', { at, acquisition: 3, recons });
        steps.push(...images, ...(mprs ? ctRecon(images.at(-1), 'mpr') : []));
      } else {
        const arterial = injected + random.between(25, 38);
        if (random.chance(0.5)) steps.push(monitor(site, injected + 10, 3));
        const images = scan(site, 'arterial', { at: arterial, acquisition: 4, recons });
        const portal = scan(site, 'portal', {
          at: injected + random.between(62, 75),
          acquisition: 5,
          recons,
        });
        const delayed =
          phases === 'three'
            ? scan(site, 'delayed', { at: injected + random.between(170, 300), acquisition: 6, recons })
            : [];
        steps.push(...images, ...portal, ...delayed, ...(mprs ? ctRecon(portal.at(-1), 'mpr') : []));
      }
      return [...steps, ...extras(maker, 'CT', 900, random)];
    },
  };
}

/** Plain and enhanced CT. */
export const CT_ENHANCED: readonly Protocol[] = [
  enhancedCt({
    item: 'CT-03',
    exam: {
      zh: ['鼻咽部CT平扫+增强', '鼻咽CT平扫+增强', '鼻咽部CT增强', 'CT鼻咽部平扫+增强'],
      en: ['CT NASOPHARYNX WO+W', 'CT NASOPHARYNX W WO CONTRAST', 'CT NASOPHARYNX W/WO'],
      mixed: ['鼻咽CT(C-/C+)', 'Nasopharynx CT平扫+增强'],
      vendor: { siemens: 'Neck^Nasopharynx (Adult)', ge: '3.3 Nasopharynx' },
      bodyPart: 'NECK',
    },
    site: { range: [0, 150], field: 220 },
    recons: [
      [3, 'soft'],
      [1, 'soft'],
    ],
    phases: 'single',
  }),
  enhancedCt({
    item: 'CT-04',
    exam: {
      zh: ['颈部CT平扫+增强', '颈部软组织CT平扫+增强', '颈部CT增强', 'CT颈部平扫+增强'],
      en: ['CT NECK WO+W', 'CT NECK SOFT TISSUE W WO CONTRAST', 'CT NECK W/WO'],
      mixed: ['Neck CT平扫+增强', '颈部CT(C-/C+)'],
      vendor: {
        siemens: 'Neck^NeckRoutine (Adult)',
        ge: '3.2 Routine Neck',
        philips: 'Neck/Neck',
        uih: 'Neck_Routine',
      },
      bodyPart: 'NECK',
    },
    site: { range: [0, 240], field: 240 },
    recons: [
      [3, 'soft'],
      [1, 'soft'],
    ],
    phases: 'single',
  }),
  enhancedCt({
    item: 'CT-06',
    exam: CHEST,
    site: { range: [0, 320], field: 360 },
    recons: [
      [5, 'soft'],
      [5, 'lung'],
      [1, 'lung'],
    ],
    phases: 'single',
  }),
  enhancedCt({
    item: 'CT-06',
    exam: CHEST,
    site: { range: [0, 320], field: 360 },
    recons: [
      [5, 'soft'],
      [1, 'soft'],
    ],
    phases: 'two',
  }),
  enhancedCt({
    item: 'CT-07',
    exam: {
      zh: [
        '上腹部CT平扫+增强',
        '上腹部CT三期增强',
        '肝胆胰脾CT平扫+增强',
        'CT上腹部平扫+三期增强',
        '肝脏CT平扫+增强(三期)',
      ],
      en: ['CT ABDOMEN TRIPHASIC LIVER', 'CT UPPER ABDOMEN WO+W', 'CT LIVER 3 PHASE'],
      mixed: ['上腹CT(C-/C+)', 'Upper Abdomen CT平扫+增强', 'Liver三期'],
      vendor: {
        siemens: 'Abdomen^Liver3Phase (Adult)',
        ge: '6.9 Tri Phase Liver',
        philips: 'Liver 3 Phase/Abdomen',
        uih: 'Liver_3Phase',
      },
      bodyPart: 'ABDOMEN',
    },
    site: { range: [0, 240], field: 380 },
    recons: [
      [5, 'soft'],
      [1, 'soft'],
    ],
    phases: 'three',
  }),
  enhancedCt({
    item: 'CT-08',
    exam: {
      zh: ['中腹部CT平扫+增强', '双肾CT平扫+增强', '肾脏CT平扫+增强', 'CT双肾平扫+增强'],
      en: ['CT KIDNEYS WO+W', 'CT MID ABDOMEN WO+W', 'CT RENAL W WO CONTRAST'],
      mixed: ['双肾CT(C-/C+)', 'Kidney CT平扫+增强'],
      vendor: { siemens: 'Abdomen^Kidney (Adult)', ge: '6.12 Kidney' },
      bodyPart: 'ABDOMEN',
    },
    site: { range: [0, 220], field: 380 },
    recons: [
      [5, 'soft'],
      [1, 'soft'],
    ],
    phases: 'two',
  }),
  enhancedCt({
    item: 'CT-09',
    exam: {
      zh: ['下腹部CT平扫+增强', '盆腔CT平扫+增强', 'CT盆腔平扫+增强', '下腹部CT增强'],
      en: ['CT PELVIS WO+W', 'CT PELVIS W WO CONTRAST', 'CT LOWER ABDOMEN WO+W'],
      mixed: ['盆腔CT(C-/C+)', 'Pelvis CT平扫+增强'],
      vendor: {
        siemens: 'Pelvis^PelvisRoutine (Adult)',
        ge: '7.9 Routine Pelvis',
        philips: 'Pelvis/Pelvis',
        uih: 'Pelvis_Routine',
      },
      bodyPart: 'PELVIS',
    },
    site: { range: [0, 250], field: 380 },
    recons: [
      [5, 'soft'],
      [1, 'soft'],
    ],
    phases: 'single',
  }),
];
