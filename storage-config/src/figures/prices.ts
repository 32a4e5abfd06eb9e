import type { ItemPrice } from '@hutong/recognition';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';

type Queryable = pg.Pool | pg.PoolClient;

/** A price that is entered. */
export type NewPrice = Omit<ItemPrice, 'id'> & {
  /** Where it stands: the notice of the insurance. */
  source: string;
};

/** An entry with who made it. */
export interface PriceEntry extends ItemPrice {
  source: string;
  author: Author;
  createdAt: Date;
  revokedAt: Date | null;
  revokedBy: string;
  revokedReason: string;
}

export interface PriceFilter {
  itemCode: string | null;
  /** Entries that were revoked too. */
  revoked: boolean;
  limit: number;
}

const PRICE = `item_price_id AS id, region, item_code AS "itemCode", level, amount_fen AS "amountFen",
  to_char(valid_from, 'YYYY-MM-DD') AS "validFrom"`;

/** The prices that were entered, and not revoked, at a moment. */
export async function pricesAt(client: Queryable, asOf: string): Promise<ItemPrice[]> {
  const { rows } = await client.query<ItemPrice>(
    `SELECT ${PRICE} FROM item_price
      WHERE created_at <= $1::timestamptz AND (revoked_at IS NULL OR revoked_at > $1::timestamptz)
      ORDER BY item_price_id`,
    [asOf],
  );
  return rows;
}

/** Entries by item, region and level, the one that began last first. */
export async function listPrices(
  client: Queryable,
  { itemCode, revoked, limit }: PriceFilter,
): Promise<PriceEntry[]> {
  const { rows } = await client.query<
    Omit<PriceEntry, 'author'> & { authorKind: Author['kind']; authorId: string; authorName: string }
  >(
    `SELECT ${PRICE}, source, author_kind AS "authorKind", author_id AS "authorId", author_name AS "authorName",
            created_at AS "createdAt", revoked_at AS "revokedAt", revoked_by AS "revokedBy",
            revoked_reason AS "revokedReason"
       FROM item_price
      WHERE ($1::text IS NULL OR item_code = $1) AND ($2 OR revoked_at IS NULL)
      ORDER BY item_code COLLATE "C", region, level, valid_from DESC, item_price_id DESC LIMIT $3`,
    [itemCode, revoked, limit],
  );
  return rows.map(({ authorKind, authorId, authorName, ...entry }) => ({
    ...entry,
    author: { kind: authorKind, id: authorId, name: authorName },
  }));
}

/** What became of each price: it is new, it takes the place of one of the same day, or it is there already. */
export type PriceOutcome = 'added' | 'replaced' | 'unchanged';

/**
 * Enters prices. Of the same item, region, level and day one holds: an entry with another amount is revoked for the new one.
 *
 * @param dryRun says what would become of them and changes nothing
 */
export async function addPrices(
  client: pg.PoolClient,
  prices: readonly NewPrice[],
  author: Author,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<PriceOutcome[]> {
  if (!dryRun) await client.query('LOCK TABLE item_price IN SHARE ROW EXCLUSIVE MODE');
  const { rows } = await client.query<ItemPrice>(
    `SELECT ${PRICE} FROM item_price WHERE revoked_at IS NULL AND item_code = ANY ($1::text[])`,
    [[...new Set(prices.map(({ itemCode }) => itemCode))]],
  );
  const held = new Map(rows.map((row) => [placeOf(row), row]));
  const outcomes: PriceOutcome[] = [];
  for (const price of prices) {
    const before = held.get(placeOf(price));
    const outcome =
      before === undefined ? 'added' : before.amountFen === price.amountFen ? 'unchanged' : 'replaced';
    outcomes.push(outcome);
    if (outcome === 'unchanged') continue;
    if (dryRun) {
      held.set(placeOf(price), { ...price, id: before?.id ?? 0 });
      continue;
    }
    if (before !== undefined) await endPrice(client, before.id, author, '新标准替代');
    held.set(placeOf(price), { ...price, id: await insert(client, price, author) });
  }
  return outcomes;
}

/** Revokes an entry that was wrong. Reports that were made with it stay as they are. @returns whether there was one */
export async function revokePrice(
  client: Queryable,
  id: number,
  author: Author,
  reason: string,
): Promise<boolean> {
  return endPrice(client, id, author, reason);
}

const placeOf = ({ itemCode, region, level, validFrom }: Omit<NewPrice, 'source' | 'amountFen'>): string =>
  [itemCode, region, level, validFrom].join('\n');

async function insert(client: pg.PoolClient, price: NewPrice, author: Author): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO item_price (region, item_code, level, amount_fen, valid_from, source, author_kind, author_id, author_name)
     VALUES ($1, $2, $3, $4, $5::date, $6, $7, $8, $9) RETURNING item_price_id AS id`,
    [
      price.region,
      price.itemCode,
      price.level,
      price.amountFen,
      price.validFrom,
      price.source,
      author.kind,
      author.id,
      author.name,
    ],
  );
  return rows[0]?.id ?? 0;
}

async function endPrice(client: Queryable, id: number, author: Author, reason: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE item_price SET revoked_at = now(), revoked_by = $2, revoked_reason = $3
      WHERE item_price_id = $1 AND revoked_at IS NULL`,
    [id, author.name === '' ? author.id : author.name, reason],
  );
  return rowCount === 1;
}
