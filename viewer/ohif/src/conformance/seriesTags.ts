import type { Bilingual, CtPhase, DerivedKind, Plane, SeriesFacts, Weighting } from '@hutong/conformance';

const planes: Partial<Record<Plane, Bilingual>> = {
  axial: { zh: '横断位', en: 'Axial' },
  sagittal: { zh: '矢状位', en: 'Sagittal' },
  coronal: { zh: '冠状位', en: 'Coronal' },
  oblique: { zh: '斜位', en: 'Oblique' },
  mixed: { zh: '多方位', en: 'Mixed planes' },
};

const phases: Partial<Record<CtPhase, Bilingual>> = {
  native: { zh: '平扫', en: 'Plain' },
  arterial: { zh: '动脉期', en: 'Arterial' },
  'portal-venous': { zh: '门静脉期', en: 'Portal venous' },
  delayed: { zh: '延迟期', en: 'Delayed' },
  excretory: { zh: '排泄期', en: 'Excretory' },
  enhanced: { zh: '增强', en: 'Enhanced' },
  dynamic: { zh: '动态增强', en: 'Dynamic' },
};

/** Weightings that are not said by their own letters. */
const weightings: Partial<Record<Weighting, Bilingual>> = {
  T1: { zh: 'T1WI', en: 'T1' },
  T2: { zh: 'T2WI', en: 'T2' },
  T2STAR: { zh: 'T2*', en: 'T2*' },
  PD: { zh: 'PDWI', en: 'PD' },
  CEMRA: { zh: '增强MRA', en: 'CE-MRA' },
  HYDRO: { zh: '水成像', en: 'Hydrography' },
  PERF: { zh: '灌注', en: 'Perfusion' },
  MAP: { zh: '参数图', en: 'Map' },
  LOCALIZER: { zh: '定位像', en: 'Localizer' },
};

const derived: Partial<Record<DerivedKind, Bilingual>> = {
  MINIP: { zh: 'MinIP', en: 'MinIP' },
  SUBTRACTION: { zh: '减影', en: 'Subtraction' },
  MAP: { zh: '参数图', en: 'Map' },
  SCREEN: { zh: '截屏', en: 'Screen capture' },
  SCOUT: { zh: '定位像', en: 'Scout' },
  MONITOR: { zh: '监测', en: 'Monitoring' },
};

const same = (text: string): Bilingual => ({ zh: text, en: text });

/**
 * What a series is, in the few words a radiologist would use: kind, weighting, fat suppression, phase or contrast,
 * plane, view. Unknown facts say nothing.
 */
export function seriesTags(facts: SeriesFacts): Bilingual[] {
  const tags: (Bilingual | undefined)[] = [];
  if (facts.derived) tags.push(derived[facts.derived] ?? same(facts.derived));
  const { weighting } = facts;
  if (weighting && weighting !== 'unknown' && weighting !== 'OTHER') {
    const tag = weightings[weighting] ?? same(weighting);
    if (!tags.some((other) => other?.zh === tag.zh)) tags.push(tag);
  }
  if (facts.fatSat === 'yes') tags.push({ zh: '压脂', en: 'Fat-sat' });
  const phase = facts.phase ? phases[facts.phase] : undefined;
  tags.push(phase ?? (facts.contrast === 'post' ? phases.enhanced : undefined));
  if (facts.derived !== 'SCOUT' && weighting !== 'LOCALIZER' && !facts.view) tags.push(planes[facts.plane]);
  if (facts.view) {
    const side = facts.laterality === 'L' || facts.laterality === 'R' ? facts.laterality : '';
    tags.push(same(side + facts.view));
  }
  return tags.filter((tag) => tag !== undefined);
}
