/** A version of a list that is in force; dates are YYYY-MM-DD, both inclusive. */
export interface CatalogueInForce {
  id: string;
  version: string;
  /** Administrative division (GB/T 2260). */
  region: string;
  from: string;
  until: string | null;
  /** When it was put in force, ISO 8601: of two that begin on one day the later put in force counts. */
  since: string;
}

/**
 * - `inForce`: of the hospital's division, or the nearest that encloses it, on the study date.
 * - `beforeFirst`: the study is older than every list of its region; the first one judges it.
 * - `afterLast`: no list covers the date any more; the one that did last judges it.
 * - `otherRegion`: no list is of the hospital's region; that of the deployment's own judges it.
 */
export type CatalogueChoiceReason = 'inForce' | 'beforeFirst' | 'afterLast' | 'otherRegion';

export interface CatalogueChoice {
  id: string;
  version: string;
  reason: CatalogueChoiceReason;
}

/** The whole country, which encloses every division. */
const NATION = '100000';

/**
 * The divisions that enclose one, itself first: county, prefecture, province, country (GB/T 2260, six digits; codes of
 * streets and villages begin with that of their county). Empty when the text is no code.
 */
export function enclosingDivisions(code: string): string[] {
  const [county] = /^[1-9]\d{5}(?=$|\d{3}$|\d{6}$)/.exec(code) ?? [];
  if (county === undefined) return [];
  return [...new Set([county, `${county.slice(0, 4)}00`, `${county.slice(0, 2)}0000`, NATION])];
}

/**
 * Which list judges a study: that of the nearest division that encloses the hospital's, in force on the study date.
 *
 * @param region the hospital's; a text that is no code of a division counts as the deployment's own
 * @param day YYYY-MM-DD
 * @returns null when no list is in force for either region
 */
export function chooseCatalogue(
  inForce: readonly CatalogueInForce[],
  region: string,
  day: string,
  defaultRegion: string,
): CatalogueChoice | null {
  const own = enclosingDivisions(region);
  if (own.length === 0) return chooseWithin(inForce, enclosingDivisions(defaultRegion), day);
  const chosen = chooseWithin(inForce, own, day);
  if (chosen !== null) return chosen;
  const other = chooseWithin(inForce, enclosingDivisions(defaultRegion), day);
  return other === null ? null : { ...other, reason: 'otherRegion' };
}

function chooseWithin(
  inForce: readonly CatalogueInForce[],
  divisions: readonly string[],
  day: string,
): CatalogueChoice | null {
  const byDivision = divisions.map((division) => inForce.filter(({ region }) => region === division));
  for (const lists of byDivision) {
    const current = newest(
      lists.filter(({ from, until }) => from <= day && (until === null || until >= day)),
    );
    if (current !== undefined) return { id: current.id, version: current.version, reason: 'inForce' };
  }
  const nearest = byDivision.find((lists) => lists.length > 0);
  if (nearest === undefined) return null;
  const ended = newest(nearest.filter(({ from }) => from <= day));
  if (ended !== undefined) return { id: ended.id, version: ended.version, reason: 'afterLast' };
  const earliest = nearest.map(({ from }) => from).sort()[0];
  const first = newest(nearest.filter(({ from }) => from === earliest));
  return first === undefined ? null : { id: first.id, version: first.version, reason: 'beforeFirst' };
}

/** The one that began last. */
function newest(lists: readonly CatalogueInForce[]): CatalogueInForce | undefined {
  const order = (list: CatalogueInForce): string => `${list.from} ${list.since}`;
  return lists.toSorted((a, b) => (order(a) < order(b) ? 1 : order(a) > order(b) ? -1 : 0))[0];
}
