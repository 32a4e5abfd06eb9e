/** How versions of the list are ordered, named and dated. Pure. */
import type { CatalogueVersionBody } from '@hutong/server/contract/conformance';
import type { VersionRef } from '../api/catalogues.ts';

const STATE_ORDER: Readonly<Record<CatalogueVersionBody['state'], number>> = {
  inForce: 0,
  draft: 1,
  withdrawn: 2,
};

/** `hechi-2024@2024.1`, as addresses name a version. */
export const refText = ({ id, version }: VersionRef): string => `${id}@${version}`;

/** Reads it back; null when it names none. */
export function refOf(text: string | null): VersionRef | null {
  const at = text?.lastIndexOf('@') ?? -1;
  if (text === null || at < 1 || at === text.length - 1) return null;
  return { id: text.slice(0, at), version: text.slice(at + 1) };
}

export const isSame = (one: VersionRef, other: VersionRef): boolean =>
  one.id === other.id && one.version === other.version;

/** Regions that judge by a list first; of each those in force, then drafts, the newest first. */
export function inReadingOrder(versions: readonly CatalogueVersionBody[]): CatalogueVersionBody[] {
  const judging = new Set(
    versions.filter(({ state }) => state === 'inForce').map(({ region }) => region.code),
  );
  return versions.toSorted(
    (one, other) =>
      Number(judging.has(other.region.code)) - Number(judging.has(one.region.code)) ||
      one.region.code.localeCompare(other.region.code) ||
      STATE_ORDER[one.state] - STATE_ORDER[other.state] ||
      other.effectiveFrom.localeCompare(one.effectiveFrom) ||
      other.importedAt.localeCompare(one.importedAt),
  );
}

/** What a version is best compared with: the one in force in its region, else another of its region; null without one. */
export function compareWith(
  version: CatalogueVersionBody,
  versions: readonly CatalogueVersionBody[],
): CatalogueVersionBody | null {
  const others = inReadingOrder(versions).filter(
    (each) => each.region.code === version.region.code && !isSame(each, version),
  );
  const [first] = others;
  return first ?? inReadingOrder(versions).find((each) => !isSame(each, version)) ?? null;
}

/** Whether a version in force judges no study yet, since its first day is ahead. `today`: YYYY-MM-DD. */
export const isAhead = ({ state, effectiveFrom }: CatalogueVersionBody, today: string): boolean =>
  state === 'inForce' && effectiveFrom > today;
