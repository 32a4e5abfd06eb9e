import type { Pool } from 'pg';

export interface Backlog {
  jobs: { kind: string; due: number; oldestSeconds: number }[];
  /** As last counted. */
  usage: { hospital: string; bytes: number }[];
}

/** Jobs counted by kind; more than this are said to be this many, so that a scrape stays cheap. */
const MOST_COUNTED = 10_000;

/** What waits for the workers, and what each hospital stores. */
export async function readBacklog(index: Pool): Promise<Backlog> {
  const jobs = await index.query<Backlog['jobs'][number]>(
    `SELECT topic AS kind, count(*)::integer AS due,
            extract(epoch FROM now() - min(available_at))::double precision AS "oldestSeconds"
       FROM (SELECT topic, available_at FROM outbox
              WHERE sent_at IS NULL AND done_at IS NULL AND available_at <= now()
              ORDER BY available_at LIMIT $1) AS waiting
      GROUP BY topic`,
    [MOST_COUNTED],
  );
  const usage = await index.query<Backlog['usage'][number]>(
    'SELECT hospital_code AS hospital, bytes FROM hospital_usage ORDER BY hospital_code',
  );
  return { jobs: jobs.rows, usage: usage.rows };
}
