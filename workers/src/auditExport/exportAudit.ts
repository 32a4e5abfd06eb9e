import { hostname } from 'node:os';
import {
  type AuditExportConfig,
  confirmDelivery,
  type Confirmed,
  leaseDestination,
  type LeasedDestination,
  pendingWriters,
  readWriterEvents,
  registerDestinations,
  releaseDestination,
  type StoredAuditEvent,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';
import { type AuditReceiver, DeliveryFailed } from './receiver.ts';
import { receiverAt } from './receiverAt.ts';

export interface AuditExportParts {
  index: pg.Pool;
  config: { auditExport: AuditExportConfig; publicUrl: string | null };
  log: Logger;
  pollMs?: number;
  backoff?: { firstSeconds: number; maxSeconds: number };
  /** Events of one delivery at most: what is sent again when it is not confirmed. */
  atOnce?: number;
}

const POLL_MS = 1000;
const PAGE = 200;
const AT_ONCE = 2000;
const BACKOFF = { firstSeconds: 2, maxSeconds: 300 };
/** How long one delivery gathers events, well within the time that a destination is held. */
const TURN_MS = 20_000;
/** How often writers that were silent for a day are looked at too. */
const ALL_WRITERS_MS = 600_000;

/**
 * Sends the audit trail to the destinations of the configuration. Any number of workers may: a destination is held by one
 * at a time. Where it stands is recorded when it has confirmed what it got, so each event arrives at least once, whoever is
 * killed; a destination that is away is tried again without end, later each time.
 */
export function startAuditExport(parts: AuditExportParts): Loop {
  const { destinations } = parts.config.auditExport;
  // Each on its own, so that none waits for another that is slow or away.
  const loops = destinations.map((destination) => exportTo(parts, destination));
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

function exportTo(parts: AuditExportParts, destination: string): Loop {
  const { index, log, config, pollMs = POLL_MS } = parts;
  const receiver = receiverAt(destination, config.auditExport, sourceOf(config));
  let registered = false;
  let lookedAtAll = 0;
  return startLoop('auditExport', log, async (signal) => {
    if (!registered) await registerDestinations(index, [destination]);
    registered = true;
    const leased = await leaseDestination(index, [destination]);
    if (leased === null) return pollMs;
    const all = Date.now() - lookedAtAll > ALL_WRITERS_MS;
    const state = await turn(parts, leased, receiver, all, signal);
    if (all && state === 'nothing') lookedAtAll = Date.now();
    return state === 'more' ? 0 : pollMs;
  });
}

/** What the messages name as their source: the host that people know, else this machine. */
const sourceOf = ({ publicUrl }: Pick<AuditExportParts['config'], 'publicUrl'>): string =>
  publicUrl === null ? hostname() : new URL(publicUrl).hostname;

/** One delivery to a destination, if there is something to send. */
async function turn(
  { index, log, backoff = BACKOFF, atOnce = AT_ONCE }: AuditExportParts,
  leased: LeasedDestination,
  receiver: AuditReceiver,
  all: boolean,
  signal: AbortSignal,
): Promise<'more' | 'nothing' | 'failed'> {
  const { destination } = leased;
  const writers = await pendingWriters(index, destination, all);
  if (writers.length === 0) {
    await releaseDestination(index, leased, null);
    return 'nothing';
  }
  const sent = new Map<string, number>();
  async function* pages(): AsyncGenerator<readonly StoredAuditEvent[]> {
    let left = atOnce;
    const endsAt = Date.now() + TURN_MS;
    for (const writer of writers) {
      let { after } = writer;
      while (left > 0 && after < writer.last && Date.now() < endsAt) {
        const page = await readWriterEvents(index, { ...writer, after }, Math.min(PAGE, left));
        const end = page.at(-1);
        if (end === undefined) break;
        yield page;
        left -= page.length;
        after = end.sequence;
        sent.set(writer.writerId, after);
      }
    }
  }
  try {
    const receipt = await receiver.deliver(pages(), signal);
    const confirmed: Confirmed[] = [...sent].map(([writerId, sequence]) => ({ writerId, sequence }));
    if (!(await confirmDelivery(index, leased, confirmed, receipt))) return 'nothing';
    if (receipt.rejected > 0)
      log.error({ destination, rejected: receipt.rejected }, 'audit events were rejected by their receiver');
    if (leased.failures > 0) log.info({ destination, failures: leased.failures }, 'audit export works again');
    await releaseDestination(index, leased, null);
    return 'more';
  } catch (error) {
    if (!(error instanceof DeliveryFailed)) throw error;
    const stopping = signal.aborted;
    const failures = await releaseDestination(
      index,
      leased,
      stopping ? null : { reason: error.message, ...backoff },
    );
    if (!stopping)
      log.warn({ destination, failures, reason: error.message }, 'audit export failed; will be tried again');
    return 'failed';
  }
}
