import type { Catalogue } from '@hutong/conformance';

/**
 * Whether a code stands for the same item in two lists. Codes are of their list alone: another region, or another version, may
 * have given the same one to another examination. The same is what is of one category and technique, and whose parts of the body
 * are those of the other, or some of them; what only one of them has is not.
 */
export function isSameItem(code: string, one: Catalogue, other: Catalogue): boolean {
  if (one.id === other.id && one.version === other.version) return true;
  const [a, b] = [one, other].map(({ items }) => items.find((item) => item.code === code));
  if (a === undefined || b === undefined) return false;
  const isWithin = (some: readonly string[], all: readonly string[]): boolean =>
    some.every((region) => all.includes(region));
  const [ofA, ofB] = [a.selector.regions, b.selector.regions];
  return (
    a.category === b.category &&
    a.selector.technique === b.selector.technique &&
    (isWithin(ofA, ofB) || isWithin(ofB, ofA))
  );
}
