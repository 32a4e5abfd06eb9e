import {
  archiveAudit,
  beginVerification,
  destinationStates,
  type HutongConfig,
  loadConfig,
  openObjectStore,
  runVerification,
  verifyArchives,
} from '@hutong/storage-config';
import { type Command, readOptions, required, UsageError } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const WORDS = {
  batchMissing: 'MISSING  a batch',
  eventMissing: 'MISSING  an event of the batch',
  changed: 'CHANGED  the batch',
  eventOutsideBatch: 'ADDED    events after the batch',
} as const;

const ARCHIVE_WORDS = {
  missing: 'MISSING  the archive',
  unreadable: 'CHANGED  (not readable) the archive',
  changed: 'CHANGED  the archive',
  unknown: 'ADDED    the archive',
} as const;

/** Recomputes every chain and every archive. Exit code 1 when something does not fit. */
async function verify(config: HutongConfig): Promise<number> {
  const objects = await openObjectStore(config);
  try {
    return await withIndex(config, async (index) => {
      const id = await beginVerification(index, 'hutong audit verify');
      if (id === null) throw new UsageError('a verification is at work already; wait for its end');
      const { writers, batches, events, anchors, faults } = await runVerification(index, objects, id);
      for (const { writerId, batch, fault } of faults)
        console.log(`${WORDS[fault]} ${batch} of writer ${writerId}`);
      console.log(
        `${events} events in ${batches} batches of ${writers} writers verified against ${anchors} anchors, ${faults.length} faults`,
      );
      const archives = await verifyArchives(index, objects);
      for (const { key, fault } of archives.faults) console.log(`${ARCHIVE_WORDS[fault]} ${key}`);
      if (archives.objects + archives.faults.length > 0)
        console.log(
          `${archives.events} archived events in ${archives.objects} objects verified, ${archives.faults.length} faults`,
        );
      return faults.length + archives.faults.length === 0 ? 0 : 1;
    });
  } finally {
    await objects.close();
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Copies old events into the object store; nothing is removed. */
async function archive(config: HutongConfig, before: string): Promise<number> {
  const instant = DAY.test(before) ? Date.parse(before) : NaN;
  if (Number.isNaN(instant)) throw new UsageError('--before is a day, such as 2026-01-01');
  const objects = await openObjectStore(config);
  try {
    const report = await withIndex(config, (index) => archiveAudit(index, objects, new Date(instant)));
    console.log(
      `${report.events} events archived in ${report.objects} objects; the index keeps its own, and "hutong audit verify" compares both`,
    );
    return 0;
  } finally {
    await objects.close();
  }
}

/** Says how far each destination of the configuration is. Exit code 1 when one of them fails. */
async function status(config: HutongConfig): Promise<number> {
  const { destinations } = config.auditExport;
  if (destinations.length === 0) {
    console.log('no destination is configured; HUTONG_AUDIT_DESTINATIONS names them');
    return 0;
  }
  const states = await withIndex(config, (index) => destinationStates(index, destinations));
  for (const at of destinations) {
    const state = states.find(({ destination }) => destination === at);
    if (state === undefined) {
      console.log(`${at}  no worker has begun with it`);
      continue;
    }
    const { waiting, waitingSince, delivered, rejected, failures, lastError, lastSuccessAt } = state;
    const parts = [
      at,
      `${delivered} delivered`,
      `${waiting} waiting${waitingSince === null ? '' : ` since ${waitingSince.toISOString()}`}`,
      ...(rejected === 0 ? [] : [`${rejected} REJECTED by the receiver`]),
      lastSuccessAt === null ? 'never confirmed' : `last confirmed ${lastSuccessAt.toISOString()}`,
      ...(failures === 0 ? [] : [`FAILED ${failures} times: ${lastError ?? 'unknown'}`]),
    ];
    console.log(parts.join('  '));
  }
  return states.some(({ failures }) => failures > 0) ? 1 : 0;
}

export const auditCommand: Command = {
  name: 'audit',
  usage: 'audit verify | audit status | audit archive --before DAY',
  summary:
    'check the audit trail (exit 1 when a record was changed, removed or added), see how far its export is, archive old events',
  async run(args) {
    const { positionals, values } = readOptions(args, { before: { type: 'string' } });
    const config = loadConfig(process.env);
    switch (positionals[0]) {
      case 'verify':
        return verify(config);
      case 'status':
        return status(config);
      case 'archive':
        return archive(config, required(values.before, 'before'));
      default:
        throw new UsageError('say verify, status or archive');
    }
  },
};
