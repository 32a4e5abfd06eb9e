import { say } from './bilingual.ts';
import type { Catalogue, CatalogueItem } from './catalogue.ts';
import { choose, expand, type Category, type Evidence } from './chooseItem.ts';
import { normaliseExamName } from './examNames.ts';
import { called, listed } from './names.ts';
import { parseOrder, type OrderedExam } from './order.ts';
import { normalise } from './text.ts';
import type { Bilingual } from './types.ts';

/** Items that an exam name may stand for, all of them together where the name orders several. */
export interface ItemSuggestion {
  itemCodes: string[];
  because: Bilingual;
  /** 0 to 1. */
  score: number;
}

const MOST = 5;
/** Least likeness (shared letter pairs) to a name of the catalogue. */
const LEAST_LIKENESS = 0.45;

/**
 * Likely items for an exam name that a person has not mapped yet, the likeliest first: by what its words say
 * of part, technique and contrast, and by likeness to the names of the catalogue.
 * @param modality of the images that carry the name (CT, MR, MG, DX); empty where unknown.
 */
export function suggestItems(name: string, modality: string, catalogue: Catalogue): ItemSuggestion[] {
  const text = normaliseExamName(name);
  if (text === '') return [];
  const found = new Map<string, ItemSuggestion>();
  const add = (suggestion: ItemSuggestion): void => {
    if (suggestion.itemCodes.length === 0) return;
    const key = [...suggestion.itemCodes].sort().join();
    const known = found.get(key);
    if (known === undefined || known.score < suggestion.score) found.set(key, suggestion);
  };
  const named = categoriesOf(text, modality);
  for (const category of named.categories) {
    const exams = parseOrder(text, category === 'DR' ? 'DX' : category);
    for (const contrast of [null, 'post'] as const) {
      const items = exams.flatMap((exam) => itemsOf(exam, category, catalogue, contrast));
      const told = exams.every(
        (exam) => exam.contrast !== null || exam.angio.length > 0 || category === 'DR',
      );
      if (contrast === 'post' && told) continue;
      add({
        itemCodes: unique(items),
        because: reason(exams, category),
        score: round((named.sure ? 0.95 : 0.6) * (told ? 1 : contrast === null ? 0.85 : 0.6)),
      });
    }
  }
  for (const item of catalogue.items) {
    if (modality !== '' && !item.modality.includes(modality)) continue;
    const best = bestLikeness(text, [
      ...item.identification.zh,
      ...item.identification.en,
      item.name.zh,
      item.name.en,
    ]);
    if (best.score >= LEAST_LIKENESS)
      add({
        itemCodes: [item.code],
        because: say(`与“${best.name}”相近`, `similar to "${best.name}"`),
        score: round(best.score * (best.score === 1 ? 0.95 : 0.8)),
      });
  }
  return [...found.values()].sort((a, b) => b.score - a.score).slice(0, MOST);
}

function categoriesOf(text: string, modality: string): { categories: Category[]; sure: boolean } {
  const byModality: Readonly<Record<string, Category>> = {
    CT: 'CT',
    MR: 'MR',
    MG: 'MG',
    DX: 'DR',
    CR: 'DR',
    DR: 'DR',
  };
  const given = Object.hasOwn(byModality, modality) ? byModality[modality] : undefined;
  if (given !== undefined) return { categories: [given], sure: true };
  const categories: Category[] = [];
  if (/钼靶|mammo|(?<![a-z])mg(?![a-z])/i.test(text)) categories.push('MG');
  else if (/(?<![a-z])(dr|cr|dx|xr)(?![a-z])|x ?线|平片|摄片|[正侧斜]位片?$/i.test(text))
    categories.push('DR');
  if (/磁共振|核磁|(?<![a-z])mr(i|a|v|cp|u)?(?![a-z])/i.test(text)) categories.push('MR');
  if (/(?<![a-z])(cta?|ctu|ctpa)(?![a-z])/i.test(text)) categories.push('CT');
  if (categories.length > 0) return { categories, sure: true };
  return { categories: ['CT', 'MR', 'DR'], sure: false };
}

function itemsOf(
  exam: OrderedExam,
  category: Category,
  catalogue: Catalogue,
  contrast: 'post' | null,
): CatalogueItem[] {
  const assumed = exam.contrast === null && exam.angio.length === 0 ? { ...exam, contrast } : exam;
  const nothingSeen: Evidence = {
    post: false,
    possible: false,
    weightings: new Set(),
    coverageMm: 0,
    angioWords: new Set(),
  };
  return expand(assumed, category, nothingSeen).flatMap((region) => {
    const choice = choose(category, region, assumed, nothingSeen, catalogue);
    return 'items' in choice ? choice.items : [];
  });
}

function reason(exams: readonly OrderedExam[], category: Category): Bilingual {
  const parts = listed([...new Set(exams.flatMap((exam) => exam.regions))]);
  const states = [...new Set(exams.map((exam) => exam.contrast))];
  const zh: string[] = [category, `部位${parts.zh}`];
  const en: string[] = [category, `part ${parts.en}`];
  if (states.length === 1 && states[0] !== null && states[0] !== undefined) {
    const names = {
      pre: ['平扫', 'plain'],
      post: ['增强', 'enhanced'],
      prepost: ['平扫加增强', 'plain and enhanced'],
    } as const;
    zh.push(names[states[0]][0]);
    en.push(names[states[0]][1]);
  }
  const angio = [...new Set(exams.flatMap((exam) => exam.angio))];
  if (angio.length > 0) {
    zh.push(angio.map((id) => called(id).zh.toUpperCase()).join('、'));
    en.push(angio.map((id) => called(id).en.toUpperCase()).join(', '));
  }
  return say(`按名称：${zh.join('，')}`, `by its words: ${en.join(', ')}`);
}

function bestLikeness(text: string, names: readonly string[]): { name: string; score: number } {
  let best = { name: '', score: 0 };
  const own = pairs(text);
  for (const name of names) {
    const other = pairs(name);
    let shared = 0;
    for (const pair of own) if (other.has(pair)) shared += 1;
    const score = own.size + other.size === 0 ? 0 : (2 * shared) / (own.size + other.size);
    if (score > best.score) best = { name, score };
  }
  return best;
}

function pairs(text: string): Set<string> {
  const letters = normalise(text).replaceAll(' ', '');
  return new Set(
    Array.from(letters, (_, index) => letters.slice(index, index + 2)).filter((pair) => pair.length === 2),
  );
}

function unique(items: readonly CatalogueItem[]): string[] {
  return [...new Set(items.map((item) => item.code))];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
