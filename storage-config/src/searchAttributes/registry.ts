import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { MAX_SEARCH_ATTRIBUTES, type SearchAttributeKey } from './searchAttribute.ts';

/** An attribute that an operator made searchable over the whole archive. */
export interface RegisteredAttribute extends SearchAttributeKey {
  level: 'study' | 'series' | 'instance';
  /** Whether the values of all instances are there, so that searches may rely on them. */
  ready: boolean;
}

export interface RegisteredState extends RegisteredAttribute {
  /** Instances that were read, and that there are to read; null before they were counted. */
  filled: number;
  instances: number | null;
  lastError: string | null;
}

export type NewSearchAttribute = Pick<RegisteredAttribute, 'tag' | 'creator' | 'vr' | 'level'>;

const COLUMNS = 'search_attribute_id AS id, tag, creator, vr, level, ready_at IS NOT NULL AS ready';
// Any fixed number: of several that are added at once the last must see all others.
const LOCK = 0x4855_5341;

/**
 * Makes an attribute searchable: from now on its values are kept of what is stored, and the workers read them from what
 * is stored already. `known` when it is registered, `full` when there are too many.
 */
export async function addSearchAttribute(
  index: pg.Pool,
  attribute: NewSearchAttribute,
): Promise<'added' | 'known' | 'full'> {
  return inTransaction(index, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const { tag, creator, vr, level } = attribute;
    const { rows } = await client.query<{ total: number; known: boolean }>(
      `SELECT count(*)::integer AS total, coalesce(bool_or(tag = $1 AND creator = $2), false) AS known
         FROM search_attribute WHERE removed_at IS NULL`,
      [tag, creator],
    );
    const [found] = rows;
    if (found?.known === true) return 'known';
    if (found !== undefined && found.total >= MAX_SEARCH_ATTRIBUTES) return 'full';
    await client.query('INSERT INTO search_attribute (tag, creator, vr, level) VALUES ($1, $2, $3, $4)', [
      tag,
      creator,
      vr,
      level,
    ]);
    return 'added';
  });
}

/** The attributes that searches may name, by tag. */
export async function registeredAttributes(index: pg.Pool): Promise<RegisteredAttribute[]> {
  const { rows } = await index.query<RegisteredAttribute>(
    `SELECT ${COLUMNS} FROM search_attribute WHERE removed_at IS NULL ORDER BY tag, creator`,
  );
  return rows;
}

/** The same with how far the workers are. */
export async function listSearchAttributes(index: pg.Pool): Promise<RegisteredState[]> {
  const { rows } = await index.query<RegisteredState>(
    `SELECT ${COLUMNS}, filled, instances, last_error AS "lastError"
       FROM search_attribute WHERE removed_at IS NULL ORDER BY tag, creator`,
  );
  return rows;
}

/** Ends the search by an attribute; the workers delete its values. False when it is not registered. */
export async function removeSearchAttribute(
  index: pg.Pool,
  { tag, creator }: Pick<SearchAttributeKey, 'tag' | 'creator'>,
): Promise<boolean> {
  const { rowCount } = await index.query(
    'UPDATE search_attribute SET removed_at = now() WHERE tag = $1 AND creator = $2 AND removed_at IS NULL',
    [tag, creator],
  );
  return rowCount === 1;
}
