import { type Bilingual, defaultCatalogue } from '@hutong/conformance';
import type pg from 'pg';
import { CatalogueReader, cataloguesInForce } from '../catalogues/catalogueVersions.ts';

/** An item of a list in force. */
export interface KnownItem {
  code: string;
  name: Bilingual;
  /** DR, CT or MR. */
  category: string;
}

const reader = new CatalogueReader();

/** The items of all lists in force, by code, in the order of the lists. */
export async function knownItems(client: pg.Pool | pg.PoolClient): Promise<Map<string, KnownItem>> {
  const inForce = await cataloguesInForce(client);
  const items = new Map<string, KnownItem>();
  const lists = [];
  for (const { id, version } of inForce) lists.push(await reader.read(client, id, version));
  for (const list of [...lists, defaultCatalogue()]) {
    for (const { code, name, category } of list?.items ?? [])
      if (!items.has(code)) items.set(code, { code, name, category });
  }
  return items;
}
