import { listReminders } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, hospitalsWith } from '../context.ts';
import type { RemindersPage } from '../contract/reminders.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { codes, cursorOf, momentAndId, pageSize, readListQuery, single, writeCursor } from '../listQuery.ts';
import type { ReminderParts } from './ask.ts';
import { rowBody } from './bodies.ts';
import type { WorldSource } from './world.ts';

const listed = z.object({
  limit: pageSize(50, 200),
  hospital: codes,
  state: single
    .pipe(z.tuple([z.enum(['matched', 'empty'])]))
    .transform(([state]) => state)
    .nullable()
    .default(null),
  cursor: cursorOf(momentAndId),
});

/** `GET /reminders` below `/api`: those that the own hospitals were given, the newest first. */
export function listRoutes(parts: ReminderParts, world: WorldSource): Router {
  const router = Router();
  router.get('/reminders', requireScope('recognise'), async (req, res) => {
    const { limit, hospital, state, cursor } = readListQuery(listed, queryParameters(req.originalUrl));
    const held = hospitalsWith(callerOf(res), 'recognise');
    const asked = hospital.length === 0 ? held : hospital.filter((code) => held?.includes(code) ?? true);
    const found = await listReminders(parts.index, {
      hospitals: asked,
      state,
      after: cursor,
      limit: limit + 1,
    });
    const last = found.length > limit ? found[limit - 1] : undefined;
    const rows = found.slice(0, limit);
    await auditEvent(parts, req, res, {
      action: 'search',
      count: rows.length,
      detail: { of: 'reminders', list: true, hospital, state },
    });
    const named = await world();
    const body: RemindersPage = {
      reminders: rows.map((row) => rowBody(row, named)),
      next: last === undefined ? null : writeCursor([last.moment, last.id]),
    };
    res.set('Cache-Control', 'no-store').json(body);
  });
  return router;
}
