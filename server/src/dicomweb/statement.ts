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
 *
 * @param options `planned: 'eachTime'` for a statement whose best plan depends on its values
 */
export async function runStatement<Row extends QueryResultRow>(
  index: Pool,
  text: string,
  values: unknown[],
  { planned = 'once' }: { planned?: 'once' | 'eachTime' } = {},
): Promise<Row[]> {
  let name = planned === 'once' ? preparedNames.get(text) : undefined;
  if (planned === 'once' && name === undefined && preparedNames.size < MAX_PREPARED) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    preparedNames.set(text, name);
  }
  const result = await index.query<Row>(name === undefined ? { text, values } : { name, text, values });
  return result.rows;
}

/** SQL condition that a study row is in view of the caller; `hospitals` as `hospitalsInView` gives it. */
export function inView(alias: string, hospitals: readonly string[] | null, parameters: Parameters): string {
  if (hospitals === null) return 'true';
  const [only] = hospitals;
  return hospitals.length === 1
    ? `${alias}.hospital_code = ${parameters.add(only, 'text')}`
    : `${alias}.hospital_code = ANY (${parameters.add(hospitals, 'text[]')})`;
}
