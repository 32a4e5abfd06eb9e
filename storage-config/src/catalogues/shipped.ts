import { readCatalogueDocument, shippedCatalogues } from '@hutong/conformance';
import type pg from 'pg';
import { changeCatalogueState } from './changeState.ts';
import { importCatalogue } from './importCatalogue.ts';

const BY = 'hutong';

/**
 * Puts in the lists that come with the program. The default one is in force from the start; a later version of it takes
 * the place of an earlier one that came with the program and is in force still. What operators decided is not touched.
 * Belongs into a transaction.
 */
export async function putShippedCatalogues(client: pg.PoolClient): Promise<void> {
  for (const { document, isDefault } of shippedCatalogues()) {
    const { catalogue, faults } = readCatalogueDocument(document);
    if (catalogue === null) throw new Error(`a list that ships is not valid: ${faults[0]?.path ?? ''}`);
    const { outcome, version } = await importCatalogue(client, {
      document,
      catalogue,
      by: BY,
      shipped: true,
    });
    if (outcome !== 'added' || !isDefault) continue;
    const { rows } = await client.query<{
      state: string;
      shipped: boolean;
      from: string;
      until: string | null;
    }>(
      `SELECT state, shipped, to_char(effective_from, 'YYYY-MM-DD') AS "from",
              to_char(effective_until, 'YYYY-MM-DD') AS until
         FROM catalogue WHERE catalogue_id = $1 AND version <> $2 ORDER BY state_at DESC NULLS LAST`,
      [version.id, version.version],
    );
    const replaced = rows.find(({ state, shipped }) => shipped && state === 'inForce');
    if (rows.length > 0 && replaced === undefined) continue;
    await changeCatalogueState(client, {
      id: version.id,
      version: version.version,
      state: 'inForce',
      ...(replaced === undefined ? {} : { effectiveFrom: replaced.from, effectiveUntil: replaced.until }),
      by: BY,
      defaultRegion: version.region.code,
    });
  }
}
