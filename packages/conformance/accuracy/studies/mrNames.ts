import type { Language, Maker, MrStep, PlaneName, Style, Technique } from './plan.ts';
import { MR_LOCALIZER } from './makers.ts';
import type { Random } from './random.ts';

const ZH_PLANE: Readonly<Record<PlaneName, readonly string[]>> = {
  axial: ['横断位', '轴位', '横轴位'],
  sagittal: ['矢状位', '矢状面'],
  coronal: ['冠状位', '冠状面'],
  'oblique-coronal': ['斜冠状位', '斜冠状'],
  'oblique-sagittal': ['斜矢状位', '斜矢状'],
};
const EN_PLANE: Readonly<Record<PlaneName, readonly string[]>> = {
  axial: ['Ax', 'AX', 'TRA'],
  sagittal: ['Sag', 'SAG', 'SAG'],
  coronal: ['Cor', 'COR', 'COR'],
  'oblique-coronal': ['OCor', 'OBL COR', 'COR OBL'],
  'oblique-sagittal': ['OSag', 'OBL SAG', 'SAG OBL'],
};
const SIEMENS_PLANE: Readonly<Record<PlaneName, string>> = {
  axial: 'tra',
  sagittal: 'sag',
  coronal: 'cor',
  'oblique-coronal': 'cor_obl',
  'oblique-sagittal': 'sag_obl',
};

/** Chinese words of the weighting; the second is the habit of other sites. */
const ZH: Readonly<Record<Technique, readonly string[]>> = {
  T1SE: ['T1WI', 'T1加权', 'T1'],
  T1IR: ['T1WI', 'T1加权', 'T1FLAIR'],
  T1GRE2D: ['T1WI', 'T1加权', 'T1'],
  T1GRE3D: ['3D T1WI', '三维T1', 'T1 3D'],
  T1VIBE: ['T1WI', 'T1 VIBE', 'T1加权'],
  DUAL: ['T1双回波', '同反相位', '双回波'],
  T2: ['T2WI', 'T2加权', 'T2'],
  HASTE: ['T2WI', 'T2单次激发', 'T2'],
  T2STAR: ['T2*WI', 'T2星', 'T2*'],
  STIR: ['STIR', 'T2 STIR', 'STIR'],
  PD: ['PDWI', '质子密度', 'PD'],
  FLAIR: ['FLAIR', 'T2-FLAIR', 'T2FLAIR'],
  DWI: ['DWI', '弥散加权', '扩散加权'],
  SWI: ['SWI', '磁敏感加权', 'SWI'],
  TOF: ['3D-TOF', 'TOF', 'TOF MRA'],
  PC: ['PC MRV', '相位对比', 'PC'],
  CEMRA: ['CE-MRA', '增强MRA', 'CEMRA'],
  HYDRO: ['内耳水成像', '水成像', '3D水成像'],
  MRCP: ['MRCP', '胰胆管水成像', 'MRCP'],
};

const GE: Readonly<Record<Technique, string>> = {
  T1SE: 'T1 FSE',
  T1IR: 'T1 FLAIR',
  T1GRE2D: 'T1 FSPGR',
  T1GRE3D: 'BRAVO',
  T1VIBE: 'LAVA',
  DUAL: 'DualEcho',
  T2: 'T2 FRFSE',
  HASTE: 'SSFSE',
  T2STAR: 'MERGE',
  STIR: 'STIR',
  PD: 'PD FSE',
  FLAIR: 'T2 FLAIR',
  DWI: 'DWI',
  SWI: 'SWAN',
  TOF: '3D TOF',
  PC: '3D PC',
  CEMRA: 'CE-MRA FSPGR',
  HYDRO: 'CUBE T2 IAC',
  MRCP: '3D MRCP',
};
const SIEMENS: Readonly<Record<Technique, string>> = {
  T1SE: 't1_tse',
  T1IR: 't1_tirm',
  T1GRE2D: 't1_fl2d',
  T1GRE3D: 't1_mprage',
  T1VIBE: 't1_vibe',
  DUAL: 't1_fl2d_opp-in',
  T2: 't2_tse',
  HASTE: 't2_haste',
  T2STAR: 't2_me2d',
  STIR: 't2_tirm_stir',
  PD: 'pd_tse',
  FLAIR: 't2_tirm_dark-fluid',
  DWI: 'ep2d_diff_3scan_trace',
  SWI: 't2_swi',
  TOF: 'tof_fl3d',
  PC: 'pc3d_venc15',
  CEMRA: 'fl3d_ce',
  HYDRO: 't2_space_iac',
  MRCP: 't2_space_mrcp',
};
const PHILIPS: Readonly<Record<Technique, string>> = {
  T1SE: 'T1W_TSE',
  T1IR: 'T1W_IR_TSE',
  T1GRE2D: 'T1W_FFE',
  T1GRE3D: 'sT1W_3D_TFE',
  T1VIBE: 'eTHRIVE',
  DUAL: 'T1W_FFE_dual',
  T2: 'T2W_TSE',
  HASTE: 'T2W_SSh',
  T2STAR: 'T2W_FFE',
  STIR: 'STIR_longTE',
  PD: 'PDW_TSE',
  FLAIR: 'FLAIR_longTR',
  DWI: 'DWI_SSh',
  SWI: 'SWIp',
  TOF: 's3DI_MC_HR',
  PC: '3D_PCA',
  CEMRA: 'CE-MRA',
  HYDRO: '3D_DRIVE_IAC',
  MRCP: 'MRCP_3D_HR',
};
const UIH: Readonly<Record<Technique, string>> = {
  T1SE: 't1_fse',
  T1IR: 't1_fse_flair',
  T1GRE2D: 't1_gre',
  T1GRE3D: 't1_gre_fsp_3d',
  T1VIBE: 't1_quick3d',
  DUAL: 't1_gre_oi',
  T2: 't2_fse',
  HASTE: 't2_ssfse',
  T2STAR: 't2s_gre',
  STIR: 't2_fse_stir',
  PD: 'pd_fse',
  FLAIR: 't2_fse_dark_flair',
  DWI: 'epi_dwi',
  SWI: 'swi_3d',
  TOF: 'tof3d',
  PC: 'pc3d',
  CEMRA: 'angio_gre3d_ce',
  HYDRO: 't2_matrix_iac',
  MRCP: 't2_matrix_mrcp',
};
const OTHERS: Readonly<Record<Technique, string>> = {
  T1SE: 'T1 FSE',
  T1IR: 'T1 FLAIR',
  T1GRE2D: 'T1 FE2D',
  T1GRE3D: 'T1 FE3D MPRAGE',
  T1VIBE: 'T1 Quick3D',
  DUAL: 'T1 In/Out',
  T2: 'T2 FSE',
  HASTE: 'T2 FASE',
  T2STAR: 'T2* FE',
  STIR: 'STIR',
  PD: 'PD FSE',
  FLAIR: 'FLAIR',
  DWI: 'DWI',
  SWI: 'SWI',
  TOF: 'TOF 3D',
  PC: 'PC 3D',
  CEMRA: 'CE MRA',
  HYDRO: '3D FASE IAC',
  MRCP: 'MRCP 3D',
};
const PHASES: Readonly<Record<Language, Readonly<Record<'arterial' | 'portal' | 'delayed', string>>>> = {
  zh: { arterial: '动脉期', portal: '门脉期', delayed: '延迟期' },
  en: { arterial: 'ART', portal: 'PV', delayed: 'DELAY' },
  mixed: { arterial: '动脉期', portal: '静脉期', delayed: 'delay' },
};

/** A name habit of one site: chosen once a study, so that its series are named alike. */
export interface NameHabit {
  plane: number;
  word: number;
  post: number;
}

export function nameHabit(random: Random): NameHabit {
  return { plane: random.between(0, 2), word: random.between(0, 2), post: random.between(0, 3) };
}

/** Series description of an MR step in the style of a site, or what the maker's protocol tree says. */
export function mrName(step: MrStep, style: Style, habit: NameHabit): string {
  if (step.named !== undefined) return step.named;
  if (style.naming === 'none') return '';
  if (step.product === 'localizer')
    return style.naming === 'site' && style.language === 'zh' ? '定位像' : MR_LOCALIZER[style.maker];
  const site = style.naming === 'site';
  if (site && step.role === 'mask')
    return `${maskless(step, style, habit)} ${style.language === 'zh' ? '蒙片' : 'mask'}`;
  return maskless(step, style, habit);
}

function maskless(step: MrStep, style: Style, habit: NameHabit): string {
  const site = style.naming === 'site';
  if (site && style.language === 'zh') return chinese(step, habit);
  if (site && style.language === 'mixed') return mixed(step, habit);
  return vendorName(step, style.maker, habit, site);
}

const POST_ZH = ['增强', '+C', '增强', 'C+'];
const POST_EN = ['+C', ' POST', ' C+', ' GD'];

function suffix(step: MrStep): string {
  return step.product === 'adc'
    ? ' ADC'
    : step.product === 'mip'
      ? ' MIP'
      : step.product === 'mpr'
        ? ' MPR'
        : '';
}

function chinese(step: MrStep, habit: NameHabit): string {
  const planes = ZH_PLANE[step.plane];
  const words = ZH[step.technique];
  const plane = planes[habit.plane % planes.length] ?? '';
  const fat = step.fatSat && !['DWI', 'STIR'].includes(step.technique) ? '压脂' : '';
  const phase = step.phase === undefined ? '' : PHASES.zh[step.phase];
  const post = step.contrast === 'post' && step.technique !== 'CEMRA' ? (POST_ZH[habit.post] ?? '增强') : '';
  const dynamic = step.timePoints === undefined ? '' : '动态';
  const vein = step.venous === true && step.technique === 'TOF' ? ' MRV' : '';
  return `${plane}${fat}${words[habit.word] ?? ''}${dynamic}${phase === '' ? post : phase}${vein}${suffix(step)}`;
}

function mixed(step: MrStep, habit: NameHabit): string {
  const plane = EN_PLANE[step.plane][habit.plane] ?? '';
  const fat = step.fatSat && !['DWI', 'STIR'].includes(step.technique) ? '+FS' : '';
  const phase = step.phase === undefined ? '' : ` ${PHASES.mixed[step.phase]}`;
  const post = step.contrast === 'post' && step.technique !== 'CEMRA' ? '+C' : '';
  const dynamic = step.timePoints === undefined ? '' : ' dyn';
  const vein = step.venous === true ? ' MRV' : '';
  return `${ZH[step.technique][0] ?? ''}${fat}${post} ${plane}${dynamic}${phase}${vein}${suffix(step)}`.trim();
}

function vendorName(step: MrStep, maker: Maker, habit: NameHabit, site: boolean): string {
  const post =
    step.contrast === 'post' && step.technique !== 'CEMRA' && site ? (POST_EN[habit.post] ?? '+C') : '';
  const phase = step.phase === undefined || !site ? '' : ` ${PHASES.en[step.phase]}`;
  const fat = step.fatSat && !['DWI', 'STIR'].includes(step.technique);
  const dynamic = step.timePoints === undefined ? '' : 'dyn';
  const vein = step.venous === true && site ? ' MRV' : '';
  const plane = EN_PLANE[step.plane];
  switch (maker) {
    case 'siemens':
    case 'xa':
      return `${SIEMENS[step.technique]}${fat ? '_fs' : ''}_${SIEMENS_PLANE[step.plane]}${dynamic === '' ? '' : '_dyn'}${post.replace(' ', '_')}${phase.replace(' ', '_')}${vein.replace(' ', '_')}${suffix(step).replace(' ', '_')}`;
    case 'ge':
      return `${plane[0] ?? ''} ${GE[step.technique]}${fat ? ' FS' : ''}${dynamic === '' ? '' : ' DYN'}${post}${phase}${vein}${suffix(step)}`;
    case 'philips':
      return `${PHILIPS[step.technique]}${fat ? '_SPAIR' : ''}${site ? `_${(plane[2] ?? '').toLowerCase()}` : ''}${dynamic === '' ? '' : '_dyn'}${post}${phase}${vein}${suffix(step)}`;
    case 'uih':
      return `${UIH[step.technique]}${fat ? '_fs' : ''}_${SIEMENS_PLANE[step.plane]}${dynamic === '' ? '' : '_dyn'}${post.replace(' ', '_').toLowerCase()}${phase.replace(' ', '_').toLowerCase()}${vein.replace(' ', '_')}${suffix(step).replace(' ', '_')}`;
    case 'canon':
    case 'hitachi':
    case 'neusoft':
      return `${OTHERS[step.technique]}${fat ? ' FS' : ''} ${plane[1] ?? ''}${dynamic === '' ? '' : ' DYN'}${post}${phase}${vein}${suffix(step)}`;
  }
}
