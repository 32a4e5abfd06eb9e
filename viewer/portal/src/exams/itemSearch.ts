/** Finds items of the list by code, Chinese name, pinyin or English. Pure. */
import type { CatalogueBody } from '@hutong/server/contract';
import { pinyinOf } from './pinyin.ts';

export type PickableItem = Pick<CatalogueBody['items'][number], 'code' | 'category' | 'name'>;

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s\-_+（）()]/g, '');

/** 0: not found; more is a better match. A code or the beginning of a name comes before its middle. */
function matchOf(item: PickableItem, word: string): number {
  const wanted = plain(word);
  if (wanted === '') return 1;
  const { full, initials } = pinyinOf(item.name.zh);
  const texts = [plain(item.code), plain(item.name.zh), plain(item.name.en), initials, full];
  if (texts[0] === wanted) return 4;
  if (texts.some((text) => text.startsWith(wanted))) return 3;
  return texts.some((text) => text.includes(wanted)) ? 2 : 0;
}

/** Items that match every word typed, the best first, else in the list's own order. */
export function findPickable<Item extends PickableItem>(items: readonly Item[], typed: string): Item[] {
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const scored = items.map((item) => ({
    item,
    score: words.length === 0 ? 1 : Math.min(...words.map((word) => matchOf(item, word))),
  }));
  return scored
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .map(({ item }) => item);
}
