import { say } from './bilingual.ts';
import type { CatalogueItem } from './catalogue.ts';
import type { Category } from './chooseItem.ts';
import type { ClassifiedSeries } from './classify.ts';
import { nameOf } from './judgement.ts';
import { called } from './names.ts';
import type { StudySummary } from './summary.ts';
import type { Bilingual } from './types.ts';

/** Left, right, or both of a paired part. */
export type Side = 'L' | 'R' | 'B';

const PAIRED = new Set(['limb', 'hip', 'knee', 'elbow', 'ankle', 'shoulder', 'wrist', 'breast']);

/** A letter that stands alone; not that of R/O, L/S or T/L. */
const LONE = /(?<![a-z0-9/&-])([lr])(?![a-z0-9/&*'-])/i;
const BOTH =
  /双|两侧|左右|(?<![a-z])(?:bilateral|both|bilat)(?![a-z])|(?<![a-z])(?:l ?[/&+] ?r|r ?[/&+] ?l)(?![a-z])/i;

/** The side that an exam text names, or null. */
export function sideOf(text: string): Side | null {
  const lone = LONE.exec(text)?.[1]?.toUpperCase();
  const left = lone === 'L' || /左|(?<![a-z])(?:left|lt)(?![a-z])/i.test(text);
  const right = lone === 'R' || /右|(?<![a-z])(?:right|rt)(?![a-z])/i.test(text);
  if (BOTH.test(text) || (left && right)) return 'B';
  return left ? 'L' : right ? 'R' : null;
}

/** The side that codes or the name of a series tell, or null. */
function sideOfSeries(series: ClassifiedSeries): Side | null {
  const side = series.facts.laterality;
  return side === 'L' || side === 'R' || side === 'B' ? side : null;
}

/** The side that was ordered, by the most trusted text that names one. */
export function orderedSide(texts: StudySummary['orderTexts']): Side | null {
  return texts.map(({ text }) => sideOf(text)).find((side) => side !== null) ?? null;
}

export function isPaired(regions: readonly string[]): boolean {
  return regions.some((region) => PAIRED.has(region));
}

/** Why a person must say which side was examined: the texts contradict each other, or the images the order. */
export function sideDoubt(
  category: Category,
  texts: StudySummary['orderTexts'],
  own: readonly ClassifiedSeries[],
): Bilingual | null {
  const naming = texts.filter(({ text }) => sideOf(text) !== null);
  const [first] = naming;
  const ordered = first === undefined ? null : sideOf(first.text);
  if (first === undefined || ordered === null) return null;
  const opposite = naming.find(
    ({ text }) => ordered !== 'B' && sideOf(text) === (ordered === 'L' ? 'R' : 'L'),
  );
  if (opposite !== undefined)
    return say(
      `“${first.text}”与“${opposite.text}”的左右侧互相矛盾`,
      `"${first.text}" and "${opposite.text}" name opposite sides`,
    );
  if (category === 'MG' && ordered === 'B') return null;
  const seen = new Set(own.map(sideOfSeries).filter((side) => side !== null));
  if (seen.size === 0 || seen.has('B') || seen.has(ordered)) return null;
  if (ordered === 'B' && seen.size > 1) return null;
  const shown = called([...seen][0] ?? '');
  return say(
    `申请“${first.text}”为${called(ordered).zh}，而影像只标记为${shown.zh}`,
    `"${first.text}" asks for ${ordered === 'B' ? 'both sides' : `the ${called(ordered).en}`}, the images are marked ${shown.en} only`,
  );
}

/**
 * The sides that an item is judged on, each apart: what is needed must be there of one side, not half of it of
 * the left and half of the right. Null where sides do not matter or the item itself asks for both.
 */
export function sidesToJudge(
  item: CatalogueItem,
  regions: readonly string[],
  ordered: Side | null,
  series: readonly ClassifiedSeries[],
): ('L' | 'R' | null)[] {
  const own = item.selector.technique === 'mammography';
  if (own || !isPaired(regions) || item.requirements.some((one) => one.expr.bothSides === true))
    return [null];
  if (ordered === 'L' || ordered === 'R') return [ordered];
  const told = new Set(series.filter((one) => one.acquired).map(sideOfSeries));
  return told.has('L') && told.has('R') && !told.has('B') ? ['L', 'R'] : [null];
}

/** Why a series is not of the side that is judged, or null. */
export function otherSide(series: ClassifiedSeries, side: 'L' | 'R' | null): Bilingual | null {
  const own = sideOfSeries(series);
  if (side === null || own === null || own === 'B' || own === side) return null;
  const name = nameOf(series);
  return say(
    `“${name.zh}”标记为${called(own).zh}，检查的是${called(side).zh}`,
    `"${name.en}" is marked as of the ${called(own).en}, the exam is of the ${called(side).en}`,
  );
}
