import { say } from './bilingual.ts';
import type { Bilingual } from './types.ts';

/** How regions, planes, phases and techniques are called in sentences; ids never reach a reader. */
type Names = Readonly<Record<string, readonly [zh: string, en: string]>>;

const REGIONS: Names = {
  head: ['头颅', 'head'],
  sinus: ['副鼻窦', 'paranasal sinuses'],
  nasopharynx: ['鼻咽部', 'nasopharynx'],
  orbit: ['眼眶', 'orbits'],
  face: ['颌面部', 'face'],
  neck: ['颈部', 'neck'],
  'head-neck': ['头颈部', 'head and neck'],
  chest: ['胸部', 'chest'],
  rib: ['肋骨', 'ribs'],
  'pulmonary-artery': ['肺动脉', 'pulmonary arteries'],
  aorta: ['主动脉', 'aorta'],
  'abdominal-aorta': ['腹主动脉', 'abdominal aorta'],
  coronary: ['冠状动脉', 'coronary arteries'],
  'left-atrium': ['左房肺静脉', 'left atrium and pulmonary veins'],
  'upper-abdomen': ['上腹部', 'upper abdomen'],
  'mid-abdomen': ['中腹部', 'mid abdomen'],
  adrenal: ['肾上腺', 'adrenals'],
  'lower-abdomen': ['下腹部', 'lower abdomen'],
  abdomen: ['腹部', 'abdomen'],
  'whole-abdomen': ['全腹部', 'whole abdomen'],
  urinary: ['泌尿系', 'urinary tract'],
  cspine: ['颈椎', 'cervical spine'],
  tspine: ['胸椎', 'thoracic spine'],
  lspine: ['腰椎', 'lumbar spine'],
  sacrum: ['骶尾椎', 'sacrum and coccyx'],
  spine: ['脊柱', 'spine'],
  sacroiliac: ['骶髂关节', 'sacroiliac joints'],
  'pelvis-bone': ['骨盆', 'bony pelvis'],
  hip: ['髋关节', 'hips'],
  knee: ['膝关节', 'knee'],
  elbow: ['肘关节', 'elbow'],
  ankle: ['踝关节', 'ankle'],
  shoulder: ['肩关节', 'shoulder'],
  wrist: ['腕关节', 'wrist'],
  limb: ['四肢', 'limbs'],
  'lower-limb-artery': ['下肢动脉', 'lower-limb arteries'],
  'lower-limb-vein': ['下肢静脉', 'lower-limb veins'],
  iac: ['内听道', 'internal auditory canals'],
  'inner-ear': ['内耳', 'inner ear'],
  pituitary: ['垂体', 'pituitary'],
  breast: ['乳腺', 'breast'],
};

const OTHERS: Names = {
  TRA: ['横断位', 'axial'],
  SAG: ['矢状位', 'sagittal'],
  COR: ['冠状位', 'coronal'],
  axial: ['横断位', 'axial'],
  sagittal: ['矢状位', 'sagittal'],
  coronal: ['冠状位', 'coronal'],
  oblique: ['斜位', 'oblique'],
  mixed: ['多方位', 'several planes'],
  native: ['平扫', 'plain'],
  arterial: ['动脉期', 'arterial phase'],
  'portal-venous': ['门静脉期', 'portal venous phase'],
  delayed: ['延迟期', 'delayed phase'],
  excretory: ['排泄期', 'excretory phase'],
  enhanced: ['增强', 'enhanced'],
  ARTERIAL: ['动脉期', 'arterial phase'],
  PORTAL_VENOUS: ['门静脉期', 'portal venous phase'],
  VENOUS: ['静脉期', 'venous phase'],
  DELAYED: ['延迟期', 'delayed phase'],
  EXCRETORY: ['排泄期', 'excretory phase'],
  IMMEDIATE: ['即刻期', 'immediate phase'],
  STEADY_STATE: ['稳态期', 'steady state'],
  PRE_CONTRAST: ['增强前', 'before contrast'],
  POST_CONTRAST: ['增强后', 'after contrast'],
  T2STAR: ['T2*', 'T2*'],
  CEMRA: ['增强血管成像', 'contrast-enhanced angiography'],
  HYDRO: ['重 T2 水成像', 'hydrography'],
  PERF: ['灌注', 'perfusion'],
  MAP: ['参数图', 'parameter map'],
  SWI: ['SWI', 'SWI'],
  LOCALIZER: ['定位像', 'localizer'],
  OTHER: ['其他序列', 'another technique'],
  MPR: ['多平面重建', 'MPR'],
  CPR: ['曲面重建', 'CPR'],
  MINIP: ['最小密度投影', 'MinIP'],
  MIP: ['最大密度投影', 'MIP'],
  VR: ['容积重建', 'volume rendering'],
  SSD: ['表面重建', 'surface rendering'],
  SUBTRACTION: ['减影', 'subtraction'],
  SCREEN: ['截屏或报告', 'screen capture or report'],
  SCOUT: ['定位像', 'localizer'],
  MONITOR: ['团注监测', 'bolus monitoring'],
  ERECT: ['立位', 'erect'],
  RECUMBENT: ['卧位', 'recumbent'],
  INVERTED: ['倒立位', 'inverted'],
  CC: ['头尾位（CC）', 'cranio-caudal (CC)'],
  MLO: ['内外斜位（MLO）', 'medio-lateral oblique (MLO)'],
  LAT: ['侧位', 'lateral'],
  LL: ['侧位', 'lateral'],
  RL: ['侧位', 'lateral'],
  PA: ['后前位', 'PA'],
  AP: ['前后位', 'AP'],
  OBL: ['斜位', 'oblique'],
  L: ['左侧', 'left'],
  R: ['右侧', 'right'],
  B: ['双侧', 'both sides'],
};

const namesOfAll: Names = { ...OTHERS, ...REGIONS };

/** The name of a region, plane, phase, weighting, reconstruction, view, position or side; others are their own name. */
export function called(id: string): Bilingual {
  const found = Object.hasOwn(namesOfAll, id) ? namesOfAll[id] : undefined;
  return found === undefined ? say(id, id) : say(found[0], found[1]);
}

/** A Chinese phrase and what follows it, with the space that Latin letters and digits want. */
export function after(phrase: string, what: string): string {
  return /^[A-Za-z0-9]/.test(what) ? `${phrase} ${what}` : `${phrase}${what}`;
}

/** A list of names, each once: 、 in Chinese, a comma in English. */
export function listed(ids: readonly string[], joinZh = '、', joinEn = ', '): Bilingual {
  const names = ids.map(called);
  return say(
    [...new Set(names.map((name) => name.zh))].join(joinZh),
    [...new Set(names.map((name) => name.en))].join(joinEn),
  );
}
