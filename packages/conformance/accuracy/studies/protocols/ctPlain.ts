import type { ExamNames, PlanContext, Protocol, Step } from '../plan.ts';
import { ctRecon, ctScout, extras, scan, type CtSite, type ScanOptions } from '../steps.ts';

interface Plain {
  item: string;
  exam: ExamNames;
  site: CtSite;
  recons: ScanOptions['recons'];
  /** Reformats of the thinnest reconstruction. */
  mprs?: readonly ('coronal' | 'sagittal')[];
  vr?: boolean;
}

function plainCt({ item, exam, site, recons, mprs = [], vr = false }: Plain): Protocol {
  return {
    item,
    ordered: 'plain',
    exam,
    steps: ({ random, maker }: PlanContext): Step[] => {
      const images = scan(site, 'plain', { at: 40, acquisition: 2, recons });
      const thin = images.reduce((best, one) => (one.thickness < best.thickness ? one : best));
      return [
        ctScout(site),
        ...images,
        ...mprs.flatMap((plane) => ctRecon(thin, 'mpr', plane)),
        ...(vr ? ctRecon(thin, 'vr') : []),
        ...extras(maker, 'CT', 300, random),
      ];
    },
  };
}

/** CT without contrast. */
export const CT_PLAIN: readonly Protocol[] = [
  plainCt({
    item: 'CT-01',
    exam: {
      zh: ['头颅CT平扫', '颅脑CT平扫', '头部CT平扫', 'CT头颅平扫', '脑CT平扫'],
      en: ['CT HEAD WO CONTRAST', 'CT BRAIN PLAIN', 'CT HEAD W/O', 'Head CT without contrast'],
      mixed: ['CT 头颅 Plain', '头颅CT(C-)', 'Head平扫'],
      unsaid: ['头颅CT', 'CT HEAD'],
      vendor: {
        siemens: 'Head^HeadRoutine (Adult)',
        ge: '1.1 Routine Head',
        philips: 'Brain/Head',
        uih: 'Head_Routine',
        canon: 'Head',
        hitachi: 'HEAD',
        neusoft: 'HeadRoutine',
      },
      bodyPart: 'HEAD',
    },
    site: { range: [0, 150], field: 240 },
    recons: [
      [5, 'soft'],
      [5, 'bone'],
      [1, 'soft'],
    ],
  }),
  plainCt({
    item: 'CT-02',
    exam: {
      zh: ['副鼻窦CT平扫', '鼻窦CT平扫', '鼻旁窦CT平扫', 'CT副鼻窦平扫'],
      en: ['CT SINUSES WO', 'CT PARANASAL SINUSES WO CONTRAST', 'CT SINUS W/O'],
      mixed: ['CT PNS 平扫', '鼻窦CT PNS'],
      unsaid: ['副鼻窦CT', 'CT SINUSES'],
      vendor: {
        siemens: 'Head^Sinus (Adult)',
        ge: '1.6 Sinus',
        philips: 'Sinus/Head',
        uih: 'Sinus',
        canon: 'Sinus',
      },
      bodyPart: 'SINUS',
    },
    site: { range: [0, 110], field: 200 },
    recons: [
      [3, 'soft'],
      [1, 'bone'],
    ],
    mprs: ['coronal', 'sagittal'],
  }),
  plainCt({
    item: 'CT-05',
    exam: {
      zh: ['胸部CT平扫', '肺部CT平扫', '胸部CT平扫(薄层)', 'CT胸部平扫', '胸部低剂量CT平扫'],
      en: ['CT CHEST WO CONTRAST', 'CT THORAX PLAIN', 'CT CHEST W/O', 'LDCT CHEST'],
      mixed: ['胸部HRCT', 'Chest CT平扫', '胸部CT(C-)'],
      unsaid: ['胸部CT', 'CT CHEST'],
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
    },
    site: { range: [0, 320], field: 360 },
    recons: [
      [5, 'soft'],
      [5, 'lung'],
      [1, 'lung'],
    ],
    mprs: ['coronal', 'sagittal'],
  }),
  plainCt({
    item: 'CT-16',
    exam: {
      zh: ['颈椎间盘CT平扫', '颈椎CT平扫', 'CT颈椎间盘平扫', '颈椎椎间盘CT平扫'],
      en: ['CT C-SPINE WO', 'CT CERVICAL SPINE WO CONTRAST', 'CT C-SPINE DISC'],
      mixed: ['C-Spine CT平扫', '颈椎CT C3-7'],
      unsaid: ['颈椎CT', 'CT C-SPINE'],
      vendor: {
        siemens: 'Spine^C-Spine (Adult)',
        ge: '3.1 C-Spine',
        philips: 'C-Spine/Spine',
        uih: 'C-Spine',
      },
      bodyPart: 'CSPINE',
    },
    site: { range: [0, 130], field: 160 },
    recons: [
      [3, 'soft'],
      [2, 'bone'],
    ],
    mprs: ['sagittal', 'coronal'],
  }),
  plainCt({
    item: 'CT-17',
    exam: {
      zh: ['胸椎CT平扫', 'CT胸椎平扫', '胸椎CT平扫+重建'],
      en: ['CT T-SPINE WO', 'CT THORACIC SPINE WO CONTRAST', 'CT DORSAL SPINE'],
      mixed: ['T-Spine CT平扫', '胸椎CT T1-12'],
      unsaid: ['胸椎CT', 'CT T-SPINE'],
      vendor: {
        siemens: 'Spine^T-Spine (Adult)',
        ge: '7.1 T-Spine',
        philips: 'T-Spine/Spine',
        uih: 'T-Spine',
      },
      bodyPart: 'TSPINE',
    },
    site: { range: [0, 310], field: 160 },
    recons: [
      [3, 'soft'],
      [2, 'bone'],
    ],
    mprs: ['sagittal', 'coronal'],
  }),
  plainCt({
    item: 'CT-18',
    exam: {
      zh: ['腰椎间盘CT平扫', '腰椎CT平扫', 'CT腰椎间盘平扫', '腰椎椎间盘CT平扫'],
      en: ['CT L-SPINE WO', 'CT LUMBAR SPINE WO CONTRAST', 'CT L-SPINE DISC'],
      mixed: ['L-Spine CT平扫', '腰椎CT L3-S1'],
      unsaid: ['腰椎CT', 'CT L-SPINE'],
      vendor: {
        siemens: 'Spine^L-Spine (Adult)',
        ge: '7.4 L-Spine',
        philips: 'L-Spine/Spine',
        uih: 'L-Spine',
      },
      bodyPart: 'LSPINE',
    },
    site: { range: [0, 180], field: 160 },
    recons: [
      [3, 'soft'],
      [2, 'bone'],
    ],
    mprs: ['sagittal', 'coronal'],
  }),
  plainCt({
    item: 'CT-20',
    exam: {
      zh: ['内听道CT平扫', '颞骨CT平扫', '中耳乳突CT平扫', 'CT内听道平扫'],
      en: ['CT IAC WO', 'CT TEMPORAL BONE WO CONTRAST', 'CT INTERNAL AUDITORY CANAL'],
      mixed: ['颞骨HRCT', 'IAC CT平扫'],
      unsaid: ['颞骨CT', 'CT IAC'],
      vendor: { siemens: 'Head^InnerEar (Adult)', ge: '1.7 IAC', philips: 'IAC/Head', uih: 'InnerEar' },
      bodyPart: 'IAC',
    },
    site: { range: [0, 50], field: 200 },
    recons: [
      [0.6, 'bone'],
      [3, 'soft'],
    ],
    mprs: ['coronal'],
  }),
  plainCt({
    item: 'CT-21',
    exam: {
      zh: ['右膝关节CT平扫+三维重建', '右膝关节CT三维重建', '右膝CT平扫+三维'],
      en: ['CT RIGHT KNEE WO 3D', 'CT KNEE RT 3D RECON', 'CT EXTREMITY 3D RT KNEE'],
      mixed: ['右膝CT 3D', 'Knee CT平扫+3D'],
      vendor: { siemens: 'Extremities^Knee (Adult)', ge: '8.1 Knee', philips: 'Knee/Extremity', uih: 'Knee' },
      bodyPart: 'KNEE',
    },
    site: { range: [0, 160], field: 180, side: 'R', centreX: -90 },
    recons: [
      [1, 'bone'],
      [3, 'soft'],
    ],
    mprs: ['coronal', 'sagittal'],
    vr: true,
  }),
  plainCt({
    item: 'CT-21',
    exam: {
      zh: ['左踝关节CT平扫+三维重建', '左踝CT三维重建', '左足踝CT平扫+三维成像'],
      en: ['CT LEFT ANKLE WO 3D', 'CT ANKLE LT 3D RECON', 'CT EXTREMITY 3D LT ANKLE'],
      mixed: ['左踝CT 3D', 'Ankle CT平扫+3D'],
      vendor: {
        siemens: 'Extremities^Ankle (Adult)',
        ge: '8.3 Ankle',
        philips: 'Ankle/Extremity',
        uih: 'Ankle',
      },
      bodyPart: 'ANKLE',
    },
    site: { range: [0, 120], field: 160, side: 'L', centreX: 90 },
    recons: [
      [0.8, 'bone'],
      [3, 'soft'],
    ],
    mprs: ['coronal', 'sagittal'],
    vr: true,
  }),
];
