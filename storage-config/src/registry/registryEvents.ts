import type pg from 'pg';
import type { Author } from '../corrections/events.ts';

export const REGISTRY_EVENT_KINDS = [
  'hospital',
  'scope',
  'member',
  'alliance',
  'allianceMember',
  'centre',
  'centrePerson',
] as const;
export type RegistryEventKind = (typeof REGISTRY_EVENT_KINDS)[number];

/** A change of the registry. */
export interface NewRegistryEvent {
  kind: RegistryEventKind;
  /** Code or name of what was changed. */
  subject: string;
  hospital?: string;
  /** null: it was not there. */
  before: object | null;
  after: object | null;
  author: Author;
}

export interface RegistryEvent extends Omit<NewRegistryEvent, 'hospital'> {
  id: number;
  hospital: string | null;
  at: Date;
}

/** Notes a change, in its transaction. */
export async function noteRegistryEvent(client: pg.PoolClient, event: NewRegistryEvent): Promise<void> {
  const { kind, subject, hospital, before, after, author } = event;
  await client.query(
    `INSERT INTO registry_event (kind, subject, hospital_code, before, after, author_kind, author_id, author_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      kind,
      subject,
      hospital ?? null,
      before === null ? null : JSON.stringify(before),
      after === null ? null : JSON.stringify(after),
      author.kind,
      author.id,
      author.name,
    ],
  );
}

/** What was changed about a hospital: itself, and what it takes part in; the newest first. */
export async function hospitalHistory(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  limit = 200,
): Promise<RegistryEvent[]> {
  const { rows } = await client.query<
    Omit<RegistryEvent, 'author'> & {
      authorKind: Author['kind'];
      authorId: string;
      authorName: string;
    }
  >(
    `SELECT registry_event_id AS id, kind, subject, hospital_code AS hospital, before, after, author_kind AS "authorKind",
            author_id AS "authorId", author_name AS "authorName", created_at AS at
       FROM registry_event
      WHERE (kind = 'hospital' AND subject = $1) OR hospital_code = $1
      ORDER BY registry_event_id DESC LIMIT $2`,
    [hospital, limit],
  );
  return rows.map(({ authorKind, authorId, authorName, ...event }) => ({
    ...event,
    author: { kind: authorKind, id: authorId, name: authorName },
  }));
}
