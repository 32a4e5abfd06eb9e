import { createHash } from 'node:crypto';
import type { Pool, QueryResultRow } from 'pg';

/** Values of a statement under construction; the same value gets the same place. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly #places = new Map<unknown, string>();

  /** Adds a value and returns its place with its type, for example `$3::text`. Arrays are the same by identity. */
  add(value: unknown, type: string): string {
    const key = typeof value === 'object' ? value : `${type}:${JSON.stringify(value)}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      this.values.push(value);
      place = `$${this.values.length}::${type}`;
      this.#places.set(key, place);
    }
    return place;
  }
}

const MAX_PREPARED = 200;
const preparedNames = new Map<string, string>();

/**
 * Runs a statement whose text is assembled from fixed pieces. The first {@link MAX_PREPARED} different texts are
 * prepared by name, which saves their planning; more are run unprepared, so that hostile queries cannot fill
 * the memory of PostgreSQL.
 */
export async function runStatement<Row extends QueryResultRow>(
  index: Pool,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  let name = preparedNames.get(text);
  if (name === undefined && preparedNames.size < MAX_PREPARED) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    preparedNames.set(text, name);
  }
  const result = await index.query<Row>(name === undefined ? { text, values } : { name, text, values });
  return result.rows;
}

/** SQL condition that a study row is in view of the caller; `hospitals` as `hospitalsInView` gives it. */
export function inView(alias: string, hospitals: readonly string[] | null, parameters: Parameters): string {
  const place = parameters.add(hospitals ?? null, 'text[]');
  return `(${place} IS NULL OR ${alias}.hospital_code = ANY (${place}))`;
}
