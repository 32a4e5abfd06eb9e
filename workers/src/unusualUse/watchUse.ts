import {
  type AlertThresholds,
  AuditWriter,
  findUnusualUse,
  inTransaction,
  NOBODYS,
  noteTold,
  type UnusualUse,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';

export interface WatchParts {
  index: pg.Pool;
  alerts: AlertThresholds;
  log: Logger;
  pollMs?: number;
}

const POLL_MS = 5 * 60_000;
/** Held by the worker that looks: another would tell the same again. */
const LOCK = 0x68_74_75_61;

/**
 * Looks for unusual use every few minutes and records what it finds as events, which auditors see and receivers of the trail
 * get. It tells and blocks nothing: what is unusual may be right.
 */
export function startWatchOfUse({ index, alerts, log, pollMs = POLL_MS }: WatchParts): Loop {
  const writer = new AuditWriter(index, log);
  const loop = startLoop('unusualUse', log, async () => {
    const told = await lookOnce({ index, alerts, writer });
    if (told > 0) log.warn({ told }, 'unusual use was recorded for auditors');
    return pollMs;
  });
  return {
    stop: async () => {
      await loop.stop();
      await writer.stop();
    },
  };
}

/** Looks once. Returns how much was told; what was recorded and not noted as told is told again, never the other way round. */
export function lookOnce({
  index,
  alerts,
  writer,
}: Pick<WatchParts, 'index' | 'alerts'> & { writer: AuditWriter }): Promise<number> {
  return inTransaction(index, async (client) => {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
      LOCK,
    ]);
    if (rows[0]?.mine !== true) return 0;
    const unusual = await findUnusualUse(index, alerts);
    for (const one of unusual) {
      await writer.record(eventOf(one));
      await noteTold(index, one);
    }
    return unusual.length;
  });
}

function eventOf({ rule, hospital, patientId, actorId, actorName, found, threshold, hours }: UnusualUse) {
  return {
    action: 'securityAlert',
    outcome: 'success',
    actor: { kind: 'system', id: 'hutong', name: 'Hutong', address: '', purpose: 'HOPERAT' },
    subject: { ...NOBODYS, hospital, patientId },
    count: 1,
    requestId: '',
    detail: {
      rule,
      found,
      threshold,
      hours,
      ...(actorName === '' ? {} : { actor: actorId, name: actorName }),
    },
  } as const;
}
