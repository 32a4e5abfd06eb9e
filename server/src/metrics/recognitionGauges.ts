import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

interface Counted {
  reminders: { hospital: string; channel: string; count: number }[];
  decisions: { hospital: string; kind: string; count: number }[];
}

/** What mutual recognition did in the last day. Counted by indexes of time, so that a scrape stays cheap. */
async function readCounts(index: Pool): Promise<Counted> {
  const reminders = await index.query<Counted['reminders'][number]>(
    `SELECT hospital_code AS hospital, channel, count(*)::integer AS count FROM reminder
      WHERE created_at > now() - interval '1 day' GROUP BY hospital_code, channel`,
  );
  const decisions = await index.query<Counted['decisions'][number]>(
    `SELECT hospital_code AS hospital, kind, count(*)::integer AS count FROM recognition_decision
      WHERE decided_at > now() - interval '1 day' GROUP BY hospital_code, kind`,
  );
  return { reminders: reminders.rows, decisions: decisions.rows };
}

/**
 * Reminders and decisions of the last 24 hours, by ordering hospital: a system that no longer asks shows. Nothing of patients.
 *
 * @param shared asks the index once for both, whatever is scraped
 */
export function recognitionGauges(
  index: Pool,
  registers: Registry[],
  shared: <T>(milliseconds: number, read: () => Promise<T>) => () => Promise<T>,
): void {
  const counts = shared(10_000, () => readCounts(index));
  const common = { registers, aggregator: 'first' as const };
  new Gauge({
    name: 'hutong_reminders_last_day',
    help: 'Answers to exams that were about to be ordered, of the last 24 hours, by hospital and channel',
    labelNames: ['hospital', 'channel'],
    ...common,
    async collect() {
      const { reminders } = await counts();
      this.reset();
      for (const { hospital, channel, count } of reminders) this.set({ hospital, channel }, count);
    },
  });
  new Gauge({
    name: 'hutong_recognition_decisions_last_day',
    help: 'Decisions of the last 24 hours, by deciding hospital and kind; corrections count beside what they correct',
    labelNames: ['hospital', 'kind'],
    ...common,
    async collect() {
      const { decisions } = await counts();
      this.reset();
      for (const { hospital, kind, count } of decisions) this.set({ hospital, kind }, count);
    },
  });
}
