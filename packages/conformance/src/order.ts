import { regionsInText } from './regions.ts';
import type { OrderContrast } from './contrast.ts';
import { readText } from './text.ts';

/** One exam that an order text names: where and how. */
export interface OrderedExam {
  regions: string[];
  contrast: OrderContrast;
  /** cta, ctv, ctu, mra, mrv, hydrography, calcium. */
  angio: string[];
}

/** Splits lists of parts and techniques; not at "and", which joins single names (head and neck). */
const JOINERS = /[+＋、，,;；]|和|及|与|加/;

/**
 * Reads an exam name: parts joined in a list become exams of their own; a technique without a part belongs
 * to the part named before it (颅脑MRI平扫+MRA is a plain brain and an angiography of the brain).
 */
export function parseOrder(text: string, modality: string): OrderedExam[] {
  const whole = readText(text);
  const all = regionsInText(whole, modality);
  if (all.length === 0) return [];
  const exams: OrderedExam[] = [];
  const parts = text.split(JOINERS);
  const overall = contrastOf(text);
  for (const part of parts) {
    const facts = readText(part);
    const regions = regionsInText(facts, modality).filter((region) => all.includes(region));
    const angio = facts.read('angio');
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
  return exams.length > 0 ? exams : [{ regions: all, contrast: overall, angio: whole.read('angio') }];
}

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
