import {
  calculateFigures,
  dayIn,
  type HutongConfig,
  inTransaction,
  keepReport,
  listHospitals,
  monthAfter,
  monthOf,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';

export interface ReportParts {
  index: pg.Pool;
  config: Pick<HutongConfig, 'timeZone' | 'repeatDays' | 'regionCode' | 'reportDay'>;
  log: Logger;
  now?: () => Date;
}

const POLL_MS = 10 * 60_000;
/** Held by the worker that makes reports: another would make the same again. */
const LOCK = 0x68_74_75_66;
const AUTHOR = { kind: 'system', id: 'hutong', name: 'Hutong' } as const;

/**
 * From the day of the month that is set on, makes the reports of the month before, of the region and of each hospital (S1: the
 * previous month's figures at the start of each month). All of one month are of the same moment.
 */
export function startReports(parts: ReportParts): Loop {
  return startLoop('monthlyReports', parts.log, async (signal) => {
    const made = await makeDueReports(parts, signal);
    if (made > 0) parts.log.info({ reports: made }, 'the reports of the month before were made');
    return POLL_MS;
  });
}

/** Makes the reports that are due and not there. @returns how many were made */
export async function makeDueReports(
  { index, config, now = () => new Date() }: ReportParts,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const { timeZone, repeatDays, regionCode, reportDay } = config;
  const today = now();
  if (reportDay === 0 || Number(dayIn(today, timeZone).slice(8)) < reportDay) return 0;
  const month = monthAfter(monthOf(today, timeZone), -1);
  return inTransaction(index, async (lock) => {
    const { rows } = await lock.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
      LOCK,
    ]);
    if (rows[0]?.mine !== true) return 0;
    const present = await reported(index, month);
    if (present.made.has(null)) return 0;
    const hospitals = (await listHospitals(index)).map(({ code }) => code);
    let asOf = present.asOf;
    let made = 0;
    // The region last: its report says that those of all hospitals are there.
    for (const hospital of [...hospitals, null]) {
      if (signal.aborted) return made;
      if (present.made.has(hospital)) continue;
      const figures = await calculateFigures(index, {
        month,
        hospital,
        timeZone,
        repeatDays,
        regionCode,
        asOf,
      });
      asOf = figures.asOf;
      await keepReport(index, figures, AUTHOR);
      made += 1;
      // Keeps the connection that holds the lock from being taken for idle.
      await lock.query('SELECT 1');
    }
    return made;
  });
}

/** What workers made of a month already, and the moment it is of. */
async function reported(
  index: pg.Pool,
  month: string,
): Promise<{ made: Set<string | null>; asOf: string | null }> {
  const { rows } = await index.query<{ hospital: string | null; asOf: string }>(
    `SELECT hospital_code AS hospital, figures ->> 'asOf' AS "asOf" FROM monthly_report
      WHERE month = ($1 || '-01')::date AND author_kind = 'system' AND author_id = $2 AND (figures ->> 'complete')::boolean
      ORDER BY monthly_report_id`,
    [month, AUTHOR.id],
  );
  return { made: new Set(rows.map(({ hospital }) => hospital)), asOf: rows[0]?.asOf ?? null };
}
