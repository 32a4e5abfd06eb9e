import { enclosingDivisions } from '@hutong/conformance';
import { levelOf } from './level.ts';

/** What the insurance pays for an item (医保支付标准) from a day on. */
export interface ItemPrice {
  id: number;
  /** GB/T 2260 code of the division it holds in; empty: everywhere. */
  region: string;
  itemCode: string;
  /** Hospitals of this level, 三级 or 三级甲等; empty: all. */
  level: string;
  /** In fen, hundredths of a yuan. */
  amountFen: number;
  /** YYYY-MM-DD. */
  validFrom: string;
}

/** The hospital that would have made the exam again, as prices look at it. */
export interface PricedHospital {
  /** GB/T 2260 code, or any other text: then the region of the deployment counts. */
  region: string;
  level: string;
}

/**
 * The price that counts for an item in a hospital on a day: of those in force the one of the nearest division, then the one
 * that names the hospital's level most exactly, then the one that began last. null: there is none, and nothing is assumed.
 *
 * @param day YYYY-MM-DD
 * @param regionCode division of the deployment, for hospitals that name none
 */
export function priceOf(
  prices: readonly ItemPrice[],
  hospital: PricedHospital,
  itemCode: string,
  day: string,
  regionCode: string,
): ItemPrice | null {
  const own = enclosingDivisions(hospital.region);
  const divisions = own.length > 0 ? own : enclosingDivisions(regionCode);
  const fits = prices.flatMap((price) => {
    if (price.itemCode !== itemCode || price.validFrom > day) return [];
    const distance = price.region === '' ? divisions.length : divisions.indexOf(price.region);
    const likeness = levelLikeness(price.level, hospital.level);
    return distance < 0 || likeness === null ? [] : [{ price, distance, likeness }];
  });
  const [best] = fits.toSorted(
    (a, b) =>
      a.distance - b.distance ||
      b.likeness - a.likeness ||
      (a.price.validFrom < b.price.validFrom ? 1 : a.price.validFrom > b.price.validFrom ? -1 : 0) ||
      b.price.id - a.price.id,
  );
  return best?.price ?? null;
}

/** How exactly a price names a level: 0 all, 1 the tier, 2 tier and grade, 3 the very words; null: another level. */
function levelLikeness(ofPrice: string, ofHospital: string): number | null {
  if (ofPrice === '') return 0;
  if (ofPrice === ofHospital) return 3;
  const named = levelOf(ofPrice);
  const held = levelOf(ofHospital);
  if (named === null || held === null || named.tier !== held.tier) return null;
  if (named.grade === null) return 1;
  return named.grade === held.grade ? 2 : null;
}
