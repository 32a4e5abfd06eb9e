import { createHash } from 'node:crypto';
import { canonicalJson, type Catalogue } from '@hutong/conformance';
import type pg from 'pg';
import { type CatalogueVersion, findCatalogue } from './catalogueVersions.ts';

export interface CatalogueToImport {
  /** The document as it came, which an export gives back. */
  document: unknown;
  /** The same, validated: see readCatalogueDocument of packages/conformance. */
  catalogue: Catalogue;
  /** Name of the person, key or part of the program that brings it. */
  by: string;
  shipped?: boolean;
}

/**
 * - `added`: it stands as a draft now.
 * - `unchanged`: this very document was imported before; its state is what it was.
 * - `differs`: the same id and version were imported with other content. A changed list needs a version of its own.
 */
export interface ImportOutcome {
  outcome: 'added' | 'unchanged' | 'differs';
  version: CatalogueVersion;
}

/** Adds a version of a list, as a draft. What was imported is never altered. Belongs into a transaction. */
export async function importCatalogue(
  client: pg.PoolClient,
  { document, catalogue, by, shipped = false }: CatalogueToImport,
): Promise<ImportOutcome> {
  const { id, version, region, effective } = catalogue;
  const digest = createHash('sha256').update(canonicalJson(document)).digest();
  const { rowCount } = await client.query(
    `INSERT INTO catalogue (catalogue_id, version, content, content_sha256, heading, region_code, effective_from,
                            effective_until, shipped, imported_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (catalogue_id, version) DO NOTHING`,
    [
      id,
      version,
      JSON.stringify(document),
      digest,
      JSON.stringify({
        title: catalogue.title,
        region: region.name,
        source: catalogue.provenance.document,
        items: catalogue.items.length,
      }),
      region.code,
      effective.from,
      effective.until,
      shipped,
      by,
    ],
  );
  const { rows } = await client.query<{ same: boolean }>(
    'SELECT content_sha256 = $3 AS same FROM catalogue WHERE catalogue_id = $1 AND version = $2',
    [id, version, digest],
  );
  const added = rowCount === 1;
  if (added) await noteCatalogueEvent(client, id, version, 'imported', by);
  const found = await findCatalogue(client, id, version);
  if (found === null) throw new Error('the catalogue was not recorded');
  return { outcome: added ? 'added' : rows[0]?.same === true ? 'unchanged' : 'differs', version: found };
}

/** Adds what was done to a version to its history, with the dates it has now. */
export async function noteCatalogueEvent(
  client: pg.PoolClient,
  id: string,
  version: string,
  event: 'imported' | 'inForce' | 'withdrawn',
  author: string,
): Promise<void> {
  await client.query(
    `INSERT INTO catalogue_event (catalogue_id, version, event, effective_from, effective_until, author)
     SELECT catalogue_id, version, $3, effective_from, effective_until, $4
       FROM catalogue WHERE catalogue_id = $1 AND version = $2`,
    [id, version, event, author],
  );
}
