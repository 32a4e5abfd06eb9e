import { type Bilingual, type Catalogue, chooseCatalogue, defaultCatalogue } from '@hutong/conformance';
import { CatalogueReader, cataloguesInForce, chineseDay } from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';

/** How long lists that were read are believed, in milliseconds. */
const BELIEVED_MS = 5000;

/** The lists that judge studies of today. */
export interface CataloguesInUse {
  /** The list of a hospital's region. */
  ofRegion: (region: string) => Catalogue;
  /** A version of a list, also one that is in force no more; null: there is none. */
  read: (id: string, version: string) => Promise<Catalogue | null>;
  /** Name of an item in the list of the region, else in any list; its code where none has it. */
  itemName: (code: string, region?: string) => Bilingual;
  /** Whether any list has the item. */
  hasItem: (code: string) => boolean;
}

/** Reads the lists in force, at most every few seconds. */
export function cataloguesSource({
  index,
  config,
}: Pick<ServerParts, 'index' | 'config'>): () => Promise<CataloguesInUse> {
  const reader = new CatalogueReader();
  let known: { inUse: Promise<CataloguesInUse>; until: number } | undefined;

  async function load(): Promise<CataloguesInUse> {
    const inForce = await cataloguesInForce(index);
    const read = await Promise.all(inForce.map(({ id, version }) => reader.read(index, id, version)));
    const lists = read.filter((list) => list !== null);
    const today = chineseDay();
    const ofRegion = (region: string): Catalogue => {
      const choice = chooseCatalogue(inForce, region, today, config.regionCode);
      return (
        lists.find(({ id, version }) => id === choice?.id && version === choice.version) ??
        lists[0] ??
        defaultCatalogue()
      );
    };
    const all = [...lists, defaultCatalogue()];
    const nameIn = (list: Catalogue, code: string) => list.items.find((item) => item.code === code)?.name;
    return {
      ofRegion,
      read: (id, version) => reader.read(index, id, version),
      itemName: (code, region = '') => {
        for (const list of [ofRegion(region), ...all]) {
          const name = nameIn(list, code);
          if (name !== undefined) return name;
        }
        return { zh: code, en: code };
      },
      hasItem: (code) => all.some((list) => nameIn(list, code) !== undefined),
    };
  }

  return () => {
    if (known === undefined || known.until < performance.now()) {
      const inUse = load();
      known = { inUse, until: performance.now() + BELIEVED_MS };
      inUse.catch(() => {
        known = undefined;
      });
    }
    return known.inUse;
  };
}
