import { FIGURE_DEFINITIONS, type Figures, REASONS_TO_EXAMINE_AGAIN } from '@hutong/recognition';
import { isMonth, lastReports, monthAfter, monthOf } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, type ServerParts } from '../context.ts';
import type { FiguresBody, FiguresMonthsBody } from '../contract/figures.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { readListQuery, single } from '../listQuery.ts';
import { FiguresCache } from './figuresCache.ts';
import { priceRoutes } from './priceRoutes.ts';
import { reportRoutes } from './reportRoutes.ts';
import { hospitalChoices, seesRegion, wantedHospital, wantedMonth } from './view.ts';

const text = single.transform(([value]) => value ?? null).default(null);
const query = z.object({ month: text, hospital: text });
const monthsQuery = z.object({ until: text, hospital: text });

/** Months of the row of them. */
const MONTHS = 12;
/** Months that are over change seldom: how long they are shown as they were calculated, in milliseconds. */
const OVER_MS = 10 * 60_000;

const REASON_WORDS: FiguresBody['reasons'] = Object.fromEntries(
  REASONS_TO_EXAMINE_AGAIN.map(({ code, text: words }) => [code, words]),
);

/** `/figures` and `/prices` below `/api`, with the scope `figures`: nothing in them is of a patient. */
export function figureRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router[] {
  const { index, config } = parts;
  const cache = new FiguresCache(index, config);
  const router = Router();
  const figures = requireScope('figures');
  const presentMonth = (): string => monthOf(new Date(), config.timeZone);

  router.get('/figures', figures, async (req, res) => {
    const asked = readListQuery(query, queryParameters(req.originalUrl));
    const caller = callerOf(res);
    const month = wantedMonth(asked.month ?? presentMonth(), presentMonth());
    const hospital = await wantedHospital(index, caller, asked.hospital);
    withoutPatients(res);
    const body: FiguresBody = {
      figures: await cache.read(month, hospital),
      definitions: FIGURE_DEFINITIONS,
      reasons: REASON_WORDS,
      hospitals: await hospitalChoices(index, caller),
      region: seesRegion(caller),
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.get('/figures/months', figures, async (req, res) => {
    const asked = readListQuery(monthsQuery, queryParameters(req.originalUrl));
    const present = presentMonth();
    const until =
      asked.until !== null && isMonth(asked.until) && asked.until < present ? asked.until : present;
    const hospital = await wantedHospital(index, callerOf(res), asked.hospital);
    withoutPatients(res);
    const months = Array.from({ length: MONTHS }, (_, at) => monthAfter(until, at - MONTHS + 1));
    const reports = await lastReports(index, months, hospital);
    const body: FiguresMonthsBody = { months: [] };
    for (const month of months) {
      const report = reports.get(month);
      const of =
        report?.figures ?? (await cache.read(month, hospital, month === present ? undefined : OVER_MS));
      body.months.push({ month, from: report === undefined ? 'now' : 'report', ...totalsOf(of) });
    }
    res.set('Cache-Control', 'no-store').json(body);
  });

  return [router, reportRoutes(parts, presentMonth), priceRoutes(parts)];
}

const totalsOf = ({ total }: Figures) => ({
  stored: total.stored.items,
  labelled: total.labelled.items,
  reminded: total.reminded.items,
  viewed: total.viewed.items,
  recognised: total.recognised.items,
  examinedAgain: total.examinedAgain.items,
  cited: total.cited.items,
  savedFen: total.savings.fen,
});
