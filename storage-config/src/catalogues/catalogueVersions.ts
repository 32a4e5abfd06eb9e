import {
  type Bilingual,
  type Catalogue,
  type CatalogueInForce,
  readCatalogueDocument,
} from '@hutong/conformance';
import type pg from 'pg';

export type CatalogueState = 'draft' | 'inForce' | 'withdrawn';

/** A version of a list as lists of them show it. Dates are YYYY-MM-DD, both inclusive. */
export interface CatalogueVersion {
  id: string;
  version: string;
  title: Bilingual;
  region: { code: string; name: Bilingual };
  source: string;
  /** How many items it holds. */
  items: number;
  effectiveFrom: string;
  effectiveUntil: string | null;
  state: CatalogueState;
  /** Came with the program. */
  shipped: boolean;
  importedBy: string;
  importedAt: Date;
}

/** What was done to a version, and the dates it then had. */
export interface CatalogueEvent {
  event: 'imported' | 'inForce' | 'withdrawn';
  effectiveFrom: string;
  effectiveUntil: string | null;
  author: string;
  at: Date;
}

type Queryable = pg.Pool | pg.PoolClient;

export const VERSION = `catalogue_id AS id, version, heading -> 'title' AS title,
  jsonb_build_object('code', region_code, 'name', heading -> 'region') AS region, heading ->> 'source' AS source,
  (heading ->> 'items')::integer AS items, to_char(effective_from, 'YYYY-MM-DD') AS "effectiveFrom",
  to_char(effective_until, 'YYYY-MM-DD') AS "effectiveUntil", state, shipped, imported_by AS "importedBy",
  imported_at AS "importedAt"`;

/** All versions of all lists, by region, list and date. */
export async function listCatalogues(client: Queryable): Promise<CatalogueVersion[]> {
  const { rows } = await client.query<CatalogueVersion>(
    `SELECT ${VERSION} FROM catalogue ORDER BY region_code, catalogue_id, effective_from, imported_at`,
  );
  return rows;
}

/** One version; null when there is none. */
export async function findCatalogue(
  client: Queryable,
  id: string,
  version: string,
): Promise<CatalogueVersion | null> {
  if (id.includes('\0') || version.includes('\0')) return null;
  const { rows } = await client.query<CatalogueVersion>(
    `SELECT ${VERSION} FROM catalogue WHERE catalogue_id = $1 AND version = $2`,
    [id, version],
  );
  return rows[0] ?? null;
}

/** The history of a version, oldest first. */
export async function catalogueEvents(
  client: Queryable,
  id: string,
  version: string,
): Promise<CatalogueEvent[]> {
  const { rows } = await client.query<CatalogueEvent>(
    `SELECT event, to_char(effective_from, 'YYYY-MM-DD') AS "effectiveFrom",
            to_char(effective_until, 'YYYY-MM-DD') AS "effectiveUntil", author, created_at AS at
       FROM catalogue_event WHERE catalogue_id = $1 AND version = $2 ORDER BY catalogue_event_id`,
    [id, version],
  );
  return rows;
}

/** The document of a version, as it was imported; null when there is none. */
export async function catalogueDocument(
  client: Queryable,
  id: string,
  version: string,
): Promise<string | null> {
  const { rows } = await client.query<{ content: string }>(
    'SELECT content::text AS content FROM catalogue WHERE catalogue_id = $1 AND version = $2',
    [id, version],
  );
  return rows[0]?.content ?? null;
}

/** What {@link chooseCatalogue} of packages/conformance chooses from. */
export async function cataloguesInForce(client: Queryable): Promise<CatalogueInForce[]> {
  const { rows } = await client.query<Omit<CatalogueInForce, 'since'> & { since: Date }>(
    `SELECT catalogue_id AS id, version, region_code AS region, to_char(effective_from, 'YYYY-MM-DD') AS "from",
            to_char(effective_until, 'YYYY-MM-DD') AS until, coalesce(state_at, imported_at) AS since
       FROM catalogue WHERE state = 'inForce'`,
  );
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
}

/**
 * How many studies were judged last with each version, by `id@version`.
 *
 * @param hospitals whose studies are counted; null: all
 */
export async function studiesOfCatalogues(
  client: Queryable,
  hospitals: readonly string[] | null,
): Promise<Map<string, number>> {
  const ofHospitals = hospitals === null ? '' : 'JOIN study USING (study_id) WHERE hospital_code = ANY ($1)';
  const { rows } = await client.query<{ key: string; studies: number }>(
    `SELECT catalogue_id || '@' || catalogue_version AS key, count(*) AS studies
       FROM study_judgement ${ofHospitals} GROUP BY catalogue_id, catalogue_version`,
    hospitals === null ? [] : [hospitals],
  );
  return new Map(rows.map(({ key, studies }) => [key, studies]));
}

/** Versions kept in memory: a deployment has few in force. */
const KEPT = 16;

/** Reads catalogues from the index, each version once: what was imported never changes. */
export class CatalogueReader {
  readonly #known = new Map<string, Promise<Catalogue | null>>();

  /** @returns null when there is no such version. @throws Error when this program cannot read it */
  async read(client: Queryable, id: string, version: string): Promise<Catalogue | null> {
    const key = `${id}@${version}`;
    const known = this.#known.get(key) ?? load(client, id, version);
    this.#known.delete(key);
    this.#known.set(key, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(oldest);
    }
    try {
      const catalogue = await known;
      if (catalogue === null) this.#known.delete(key);
      return catalogue;
    } catch (error) {
      this.#known.delete(key);
      throw error;
    }
  }
}

async function load(client: Queryable, id: string, version: string): Promise<Catalogue | null> {
  const document = await catalogueDocument(client, id, version);
  if (document === null) return null;
  const { catalogue, faults } = readCatalogueDocument(JSON.parse(document));
  if (catalogue !== null) return catalogue;
  const [first] = faults;
  throw new Error(`catalogue ${id}@${version} cannot be read: ${first?.path ?? ''} ${first?.text.en ?? ''}`);
}
