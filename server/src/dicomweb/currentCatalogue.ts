import { type Catalogue, chooseCatalogue, defaultCatalogue } from '@hutong/conformance';
import { CatalogueReader, cataloguesInForce, chineseDay } from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';

const READERS = new WeakMap<ServerParts['index'], CatalogueReader>();

/** The lists of an index, each version read once. */
export function cataloguesOf(index: ServerParts['index']): CatalogueReader {
  const reader = READERS.get(index) ?? new CatalogueReader();
  READERS.set(index, reader);
  return reader;
}

/** The list that is in force today in the deployment's own region; the one that ships where none is. */
export async function currentCatalogue({
  index,
  config,
}: Pick<ServerParts, 'index' | 'config'>): Promise<Catalogue> {
  const today = chineseDay();
  const { regionCode } = config;
  const choice = chooseCatalogue(await cataloguesInForce(index), regionCode, today, regionCode);
  const found = choice === null ? null : await cataloguesOf(index).read(index, choice.id, choice.version);
  return found ?? defaultCatalogue();
}
