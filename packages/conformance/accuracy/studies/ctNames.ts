import type { NameHabit } from './mrNames.ts';
import type { CtPhaseName, CtStep, Language, Style } from './plan.ts';

const PHASE: Readonly<Record<Language, Readonly<Record<CtPhaseName, readonly string[]>>>> = {
  zh: {
    plain: ['平扫', '平扫', '平扫期'],
    arterial: ['动脉期', '动脉期', '增强动脉期'],
    portal: ['门脉期', '静脉期', '门静脉期'],
    delayed: ['延迟期', '延迟期', '平衡期'],
    excretory: ['排泄期', '分泌期', '延迟排泄期'],
    enhanced: ['增强', '增强扫描', '增强'],
  },
  en: {
    plain: ['Plain', 'NC', 'Non Con'],
    arterial: ['ART', 'Arterial', 'A-Phase'],
    portal: ['PV', 'Portal', 'Venous'],
    delayed: ['DELAY', 'Delayed', 'Equilibrium'],
    excretory: ['EXCRETORY', 'Excretory', 'Excretory phase'],
    enhanced: ['C+', 'Post Contrast', 'CE'],
  },
  mixed: {
    plain: ['平扫', 'C-', 'Plain'],
    arterial: ['A期', '动脉期', 'ART'],
    portal: ['V期', '静脉期', 'PVP'],
    delayed: ['D期', '延迟', 'Delay'],
    excretory: ['排泄期', 'EXC', '排泄'],
    enhanced: ['C+', '增强', '+C'],
  },
};
const KERNEL_WORD: Readonly<Record<Language, Readonly<Record<CtStep['kernel'], string>>>> = {
  zh: { soft: '软组织窗', bone: '骨窗', lung: '肺窗' },
  en: { soft: 'Std', bone: 'Bone', lung: 'Lung' },
  mixed: { soft: 'STD', bone: '骨窗', lung: 'Lung' },
};
const PLANE_WORD: Readonly<Record<Language, Readonly<Record<'coronal' | 'sagittal', string>>>> = {
  zh: { coronal: '冠状位', sagittal: '矢状位' },
  en: { coronal: 'Cor', sagittal: 'Sag' },
  mixed: { coronal: 'COR', sagittal: 'SAG' },
};

/** Series description of a CT step in the style of a site, or what the scanner's protocol says. */
export function ctName(step: CtStep, style: Style, habit: NameHabit, kernel: string): string {
  if (style.naming === 'none') return '';
  const { language } = style;
  const site = style.naming === 'site';
  switch (step.product) {
    case 'scout':
      return 'Scout';
    case 'monitor':
      return site && language === 'zh' ? '监测' : style.maker === 'ge' ? 'SmartPrep Series' : 'Monitoring';
    case 'vr':
      return site && language !== 'en' ? 'VR三维' : '3D VR';
    case 'cpr':
      return site && language === 'zh' ? '曲面重建' : 'CPR';
    case 'mpr':
    case 'mip': {
      const plane = step.plane === 'sagittal' ? 'sagittal' : 'coronal';
      const product = step.product.toUpperCase();
      return site && language === 'zh'
        ? `${PLANE_WORD.zh[plane]}${step.product === 'mpr' ? '重建' : 'MIP'}`
        : `${PLANE_WORD[site ? language : 'en'][plane]} ${product}`;
    }
    case 'axial': {
      const phase = PHASE[language][step.phase][habit.word] ?? '';
      const thickness = step.thickness.toFixed(1);
      if (site) {
        const gated = step.gated === true && step.phase !== 'plain' ? ' 75%' : '';
        return language === 'zh'
          ? `${phase} ${KERNEL_WORD.zh[step.kernel]} ${thickness}mm${gated}`
          : `${phase} ${thickness} ${KERNEL_WORD[language][step.kernel]}${gated}`;
      }
      // Makers' defaults tell thickness and kernel, not the phase.
      return `Axial  ${thickness}  ${kernel}`;
    }
  }
}
