import { regionsInText } from './regions.ts';
import type { OrderContrast } from './orderContrast.ts';
import { readText, type TextFacts } from './text.ts';
import { ordersOtherTechnique } from './unlistedExam.ts';

/** One exam that an order text names: where and how. */
export interface OrderedExam {
  regions: string[];
  contrast: OrderContrast;
  /** cta, ctv, ctu, mra, mrv, hydrography, calcium; `other` for a technique that is on no list. */
  angio: string[];
}

/** Splits lists of parts and techniques; not at "and", which joins single names (head and neck). */
const JOINERS = /[+＋、，,;；]|和|及|与|加/;

/** Short forms of several parts in one word, spelled out as a list. */
const COMBINED: readonly (readonly [RegExp, string])[] = [
  [/上[、和及]?中[、和及]?下腹部?/g, '全腹部'],
  [/中[、和及]?下腹部?/g, '中腹部+下腹部'],
  [/上[、和及]?中腹部?/g, '上腹部+中腹部'],
  [/上[、和及]?下腹部?/g, '上腹部+下腹部'],
  [/头胸腹部?/g, '头颅+胸部+腹部'],
  [/头胸部?(?!锁)/g, '头颅+胸部'],
  [/胸[、和及]?腹[、和及]?盆(?:腔|部)?/g, '胸部+全腹部'],
  [/胸[、和及]?上腹部?/g, '胸部+上腹部'],
  [/胸[、和及]?全腹部?/g, '胸部+全腹部'],
  [/胸[、和及]?腹(?:部|(?!主|壁|腔))/g, '胸部+腹部'],
  [/颈[、和及]?胸[、和及]?腰椎/g, '颈椎+胸椎+腰椎'],
  [/颈[、和及]?腰椎/g, '颈椎+腰椎'],
  [/(?<![a-z])(?:ct )?cap(?![a-z])/gi, 'chest, abdomen and pelvis '],
];

/**
 * Reads an exam name: parts joined in a list become exams of their own; a technique without a part belongs
 * to the part named before it (颅脑MRI平扫+MRA is a plain brain and an angiography of the brain).
 */
export function parseOrder(named: string, modality: string): OrderedExam[] {
  const text = COMBINED.reduce((all, [pattern, list]) => all.replace(pattern, list), named.slice(0, 512));
  const whole = readText(text);
  const all = regionsInText(whole, modality);
  if (all.length === 0) return [];
  const exams: OrderedExam[] = [];
  const parts = text.split(JOINERS);
  const overall = contrastOf(text);
  for (const part of parts) {
    const facts = readText(part);
    const regions = regionsInText(facts, modality).filter((region) => all.includes(region));
    const angio = [...facts.read('angio'), ...(ordersOtherTechnique(part) ? ['other'] : [])];
    if (angio.length === 0 && modality === 'MR' && regions.some((region) => INNER_EAR.has(region)))
      angio.push(...(namesFluid(facts, part) ? ['hydrography'] : []));
    const last = exams.at(-1);
    if (regions.length > 0) {
      const named = contrastOf(part);
      if (last !== undefined && last.regions.length === 0) last.regions = regions;
      else exams.push({ regions, contrast: named, angio });
      continue;
    }
    if (angio.length > 0 && last !== undefined && last.regions.length > 0) {
      if (last.angio.length > 0 || facts.read('angio').includes('cta')) last.angio.push(...angio);
      else exams.push({ regions: last.regions, contrast: contrastOf(part), angio });
    }
  }
  for (const exam of exams) {
    if (exam.angio.length === 0)
      exam.contrast =
        exam.contrast === null || exams.filter((e) => e.angio.length === 0).length === 1
          ? overall
          : combine(exam.contrast, trailing(parts, exam));
    else exam.contrast ??= exams.length === 1 ? overall : null;
  }
  const found = exams.length > 0 ? exams : [{ regions: all, contrast: overall, angio: whole.read('angio') }];
  return found.flatMap(apart);
}

/** Here CISS, DRIVE and FIESTA-C name the exam: fluid against nerves. */
const INNER_EAR = new Set(['iac', 'inner-ear']);
/** Less certain names of it, which a plain exam may list beside its own series. */
const FLUID_SCANS =
  /3d[ _-]*t2|t2[ _-]*3d|三维[ _-]*t2|t2[ _-]*三维|(?<![a-z])(?:fiesta|3d[ _-]*space)(?![a-z])/i;

/** Whether an exam of the inner ear is one of its fluid: an exam ordered with contrast is more than that. */
function namesFluid(facts: TextFacts, part: string): boolean {
  const contrast = contrastOf(part);
  if (contrast === 'post' || contrast === 'prepost') return false;
  if (facts.read('special').includes('HYDRO')) return true;
  return contrast === null && FLUID_SCANS.test(part) && !/t1/i.test(part);
}

/** Parts written side by side are exams of their own, but vessels of head and neck are one. */
function apart(exam: OrderedExam): OrderedExam[] {
  if (exam.regions.length < 2) return [exam];
  if (exam.angio.length > 0 && exam.regions.every((region) => VESSELS.has(region))) return [exam];
  return exam.regions.map((region) => ({ ...exam, regions: [region] }));
}

const VESSELS = new Set([
  'head',
  'neck',
  'head-neck',
  'aorta',
  'abdominal-aorta',
  'lower-limb-artery',
  'chest',
  'abdomen',
  'whole-abdomen',
  'lower-abdomen',
  'limb',
  'coronary',
  'pulmonary-artery',
  'left-atrium',
]);

/** The contrast words of the part right after an exam's own part, where it names no part itself. */
function trailing(parts: readonly string[], exam: OrderedExam): OrderContrast {
  const own = parts.findIndex((part) =>
    regionsInText(readText(part), '').some((region) => exam.regions.includes(region)),
  );
  const next = parts[own + 1];
  return next === undefined || readText(next).read('regions').length > 0 ? null : contrastOf(next);
}

function combine(a: OrderContrast, b: OrderContrast): OrderContrast {
  if (a === null) return b;
  if (b === null || a === b) return a;
  return 'prepost';
}

/** What a text says of contrast: before, after, both, or nothing. */
export function contrastOf(text: string): OrderContrast {
  const facts = readText(text);
  const words = facts.read('contrast');
  if (words.includes('prepost') || (words.includes('pre') && words.includes('post'))) return 'prepost';
  if (words.includes('post')) return 'post';
  if (facts.read('dynamic').length > 0) return words.includes('pre') ? 'prepost' : 'post';
  return words.includes('pre') ? 'pre' : null;
}
