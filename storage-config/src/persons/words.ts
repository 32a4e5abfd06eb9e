import type pg from 'pg';
import type { Author } from '../corrections/events.ts';

/** What a word on a pair changed: the row, and how it stood before; null: it was made. */
export interface ChangedWord {
  id: number;
  before: string | null;
  after: 'confirmed' | 'refused';
}

/** Says of two patients that they are one person, or that they are not. Returns what it changed. */
export async function sayOfPair(
  client: pg.ClientBase,
  pair: { one: number; other: number },
  same: boolean,
  author: Author,
  reason: string,
): Promise<ChangedWord[]> {
  const [one, other] = [Math.min(pair.one, pair.other), Math.max(pair.one, pair.other)];
  const after = same ? 'confirmed' : 'refused';
  const { rows } = await client.query<{ id: number; before: string }>(
    `SELECT match_candidate_id AS id, state AS before FROM match_candidate
      WHERE one_patient = $1 AND other_patient = $2 ORDER BY 1 FOR UPDATE`,
    [one, other],
  );
  const decided = [after, author.kind, author.id, author.name, reason];
  if (rows.length === 0) {
    const { rows: made } = await client.query<{ id: number }>(
      `INSERT INTO match_candidate (kind, one_patient, other_patient, score, because, state, decided_at, decided_kind, decided_id,
                                    decided_name, reason)
       VALUES ('alike', $1, $2, 1, '{"by": "person"}', $3, now(), $4, $5, $6, $7) RETURNING match_candidate_id AS id`,
      [one, other, ...decided],
    );
    return made.map(({ id }) => ({ id, before: null, after }));
  }
  await client.query(
    `UPDATE match_candidate SET state = $2, decided_at = now(), decided_kind = $3, decided_id = $4, decided_name = $5, reason = $6
      WHERE match_candidate_id = ANY ($1::bigint[])`,
    [rows.map(({ id }) => id), ...decided],
  );
  return rows.map(({ id, before }) => ({ id, before, after }));
}

/** Puts words back as they stood before. False: somebody said something else since; then nothing is to be kept of it. */
export async function takeBack(client: pg.ClientBase, changed: readonly ChangedWord[]): Promise<boolean> {
  for (const { id, before, after } of changed) {
    const { rowCount } = await client.query(
      `UPDATE match_candidate SET state = $3, decided_at = CASE WHEN $3 = 'open' THEN NULL ELSE now() END
        WHERE match_candidate_id = $1 AND state = $2`,
      [id, after, before ?? 'withdrawn'],
    );
    if (rowCount !== 1) return false;
  }
  return true;
}
