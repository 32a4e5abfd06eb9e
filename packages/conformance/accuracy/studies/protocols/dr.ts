import type { PlanContext, Protocol, Step, XrStep } from '../plan.ts';
import { radiograph } from '../steps.ts';

interface Views {
  item: string;
  bodyPart: string;
  region: string;
  zh: string[];
  en: string[];
  mixed: string[];
  views: XrStep['view'][];
  side?: 'L' | 'R';
  position?: XrStep['position'];
}

function protocol({ item, bodyPart, region, zh, en, mixed, views, side, position }: Views): Protocol {
  return {
    item,
    ordered: 'plain',
    exam: { zh, en, mixed, bodyPart },
    steps: ({ random }: PlanContext): Step[] => {
      const steps = views.map((view, index) =>
        radiograph(region, view, {
          at: index * 40,
          detector: random.pick(['SCINTILLATOR', 'DIRECT', 'SCINTILLATOR', '']),
          ...(side === undefined ? {} : { side }),
          ...(position === undefined ? {} : { position }),
        }),
      );
      const first = steps[0];
      // Some consoles also send what the detector read before processing.
      return first !== undefined && random.chance(0.15)
        ? [...steps, { ...first, forProcessing: true, role: 'raw' }]
        : steps;
    },
  };
}

const radiographs: Views[] = [
  {
    item: 'DR-01',
    bodyPart: 'CHEST',
    region: '胸部',
    views: ['PA', 'LAT'],
    zh: ['胸部正侧位', '胸部正侧位片', '胸部DR正侧位', '胸正侧位摄影'],
    en: ['Chest PA/LAT', 'XR CHEST 2 VIEWS', 'CHEST PA AND LATERAL'],
    mixed: ['DR胸部正侧位', '胸部PA+LAT'],
  },
  {
    item: 'DR-01',
    bodyPart: 'CHEST',
    region: '胸部',
    views: ['PA'],
    zh: ['胸部正位片', '胸部正位', '胸片', '胸部后前位'],
    en: ['XR chest PA', 'CHEST 1 VIEW', 'CXR'],
    mixed: ['DR胸部正位', '胸部DR'],
  },
  {
    item: 'DR-02',
    bodyPart: 'LEG',
    region: '左胫腓骨',
    side: 'L',
    views: ['AP', 'LAT'],
    zh: ['左胫腓骨正侧位', '左侧胫腓骨正侧位片', '左小腿正侧位'],
    en: ['XR tib-fib', 'XR LEFT TIBIA FIBULA', 'LT TIB/FIB 2 VIEWS'],
    mixed: ['DR左胫腓骨正侧位', '左胫腓骨AP+LAT'],
  },
  {
    item: 'DR-02',
    bodyPart: 'HAND',
    region: '右手',
    side: 'R',
    views: ['AP', 'OBL'],
    zh: ['右手正斜位', '右手正斜位片', '右手DR正斜位'],
    en: ['XR hand', 'XR RIGHT HAND', 'RT HAND PA/OBL'],
    mixed: ['DR右手正斜位', '右手PA+OBL'],
  },
  {
    item: 'DR-02',
    bodyPart: 'FEMUR',
    region: '右股骨',
    side: 'R',
    views: ['AP', 'LAT'],
    zh: ['右股骨正侧位', '右侧股骨正侧位', '右大腿正侧位'],
    en: ['XR femur', 'RT FEMUR AP/LAT', 'XR RIGHT FEMUR 2 VIEWS'],
    mixed: ['DR右股骨正侧位', '右股骨AP/LAT'],
  },
  {
    item: 'DR-03',
    bodyPart: 'KNEE',
    region: '右膝',
    side: 'R',
    views: ['AP', 'LAT'],
    zh: ['右膝关节正侧位', '右膝正侧位片', '右侧膝关节DR'],
    en: ['XR knee', 'XR RIGHT KNEE 2 VIEWS', 'RT KNEE AP/LAT'],
    mixed: ['DR右膝关节正侧位', '右膝AP+LAT'],
  },
  {
    item: 'DR-03',
    bodyPart: 'SHOULDER',
    region: '左肩',
    side: 'L',
    views: ['AP'],
    zh: ['左肩关节正位', '左肩正位片', '左侧肩关节正位'],
    en: ['XR shoulder', 'LT SHOULDER AP', 'XR LEFT SHOULDER'],
    mixed: ['DR左肩关节正位', '左肩AP'],
  },
  {
    item: 'DR-03',
    bodyPart: 'ANKLE',
    region: '左踝',
    side: 'L',
    views: ['AP', 'LAT'],
    zh: ['左踝关节正侧位', '左踝正侧位片', '左侧踝关节正侧位'],
    en: ['XR ankle', 'LT ANKLE AP/LAT', 'XR LEFT ANKLE'],
    mixed: ['DR左踝关节正侧位', '左踝AP+LAT'],
  },
  {
    item: 'DR-04',
    bodyPart: 'CSPINE',
    region: '颈椎',
    views: ['AP', 'LAT', 'OBL', 'OBL'],
    zh: ['颈椎正侧双斜位', '颈椎正侧位', '颈椎四位片'],
    en: ['XR C-spine', 'XR CERVICAL SPINE 4 VIEWS', 'C-SPINE AP/LAT/OBL'],
    mixed: ['DR颈椎正侧双斜位', '颈椎AP+LAT+OBL'],
  },
  {
    item: 'DR-04',
    bodyPart: 'LSPINE',
    region: '腰椎',
    views: ['AP', 'LAT'],
    zh: ['腰椎正侧位', '腰椎正侧位片', '腰椎DR正侧位'],
    en: ['XR L-spine', 'XR LUMBAR SPINE AP/LAT', 'L-SPINE 2 VIEWS'],
    mixed: ['DR腰椎正侧位', '腰椎AP+LAT'],
  },
  {
    item: 'DR-04',
    bodyPart: 'TSPINE',
    region: '胸椎',
    views: ['AP', 'LAT'],
    zh: ['胸椎正侧位', '胸椎正侧位片', '胸椎DR'],
    en: ['XR T-spine', 'XR THORACIC SPINE', 'T-SPINE AP/LAT'],
    mixed: ['DR胸椎正侧位', '胸椎AP+LAT'],
  },
  {
    item: 'DR-05',
    bodyPart: 'PELVIS',
    region: '骨盆',
    views: ['AP'],
    zh: ['骨盆正位', '骨盆平片', '骨盆正位片'],
    en: ['XR pelvis AP', 'PELVIS AP', 'XR PELVIS 1 VIEW'],
    mixed: ['DR骨盆正位', '骨盆AP'],
  },
  {
    item: 'DR-06',
    bodyPart: 'ABDOMEN',
    region: '腹部',
    position: 'erect',
    views: ['AP'],
    zh: ['腹部立位平片', '腹部立位片', '立位腹平片'],
    en: ['XR abdomen erect', 'ABDOMEN UPRIGHT', 'XR ABD ERECT'],
    mixed: ['DR腹部立位', '腹部AP立位'],
  },
  {
    item: 'DR-06',
    bodyPart: 'ABDOMEN',
    region: '腹部',
    position: 'recumbent',
    views: ['AP'],
    zh: ['腹部卧位平片', '腹部平片(仰卧位)', '卧位腹平片'],
    en: ['XR abdomen supine', 'ABDOMEN SUPINE AP', 'XR ABD SUPINE'],
    mixed: ['DR腹部卧位', '腹部AP卧位'],
  },
];

const breasts = (sides: readonly ('L' | 'R')[]): XrStep[] =>
  (['CC', 'MLO'] as const).flatMap((view, row) =>
    sides.map((side, column) =>
      radiograph('breast', view, { modality: 'MG', side, detector: 'DIRECT', at: (row * 2 + column) * 60 }),
    ),
  );

const mammography: Protocol[] = [
  {
    item: 'DR-07',
    ordered: 'plain',
    exam: {
      zh: ['双侧乳腺钼靶', '双乳钼靶摄影', '双侧乳腺X线摄影'],
      en: ['MG bilateral CC MLO', 'Mammography bilateral', 'FFDM BILATERAL'],
      mixed: ['双乳CC+MLO', '双侧乳腺FFDM'],
      bodyPart: 'BREAST',
    },
    steps: ({ random }) => {
      const coded = random.chance(0.5);
      const steps = breasts(['R', 'L']).map((step) => ({
        ...step,
        viewCoded: coded,
        detector: random.chance(0.5) ? ('DIRECT' as const) : ('SCINTILLATOR' as const),
      }));
      const raw = random.chance(0.3) ? steps.map((step) => ({ ...step, forProcessing: true })) : [];
      const spot = random.chance(0.2)
        ? [radiograph('breast', 'CC', { modality: 'MG', side: 'R', detector: 'DIRECT', spot: true, at: 400 })]
        : [];
      return [...steps, ...raw, ...spot];
    },
  },
  {
    item: 'DR-07',
    ordered: 'plain',
    exam: {
      zh: ['右乳钼靶', '右侧乳腺钼靶', '右乳钼靶摄影'],
      en: ['MG right breast', 'Mammography RT unilateral', 'FFDM RIGHT'],
      mixed: ['右乳CC+MLO', '右乳MG'],
      bodyPart: 'BREAST',
    },
    steps: () => breasts(['R']),
  },
];

/** Radiographs and mammograms. */
export const DR: readonly Protocol[] = [...radiographs.map(protocol), ...mammography];
