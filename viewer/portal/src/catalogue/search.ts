import type { CatalogueBody } from '@hutong/server/contract';

export type CatalogueItem = CatalogueBody['items'][number];
export const CATEGORIES = ['DR', 'CT', 'MR'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Items of a category (or of all, null) whose code, names, words or requirements hold every word searched for. */
export function findItems(
  items: readonly CatalogueItem[],
  category: Category | null,
  text: string,
): CatalogueItem[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return items.filter((item) => {
    if (category !== null && item.category !== category) return false;
    const labels = item.requirements.flatMap(({ label }) => [label.zh, label.en]);
    const all = [item.code, item.name.zh, item.name.en, item.text, ...labels].join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
