import {
  destinationStates,
  type HutongConfig,
  loadConfig,
  openObjectStore,
  readAnchors,
  verifyAudit,
} from '@hutong/storage-config';
import { type Command, readOptions, UsageError } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const WORDS = {
  batchMissing: 'MISSING  a batch',
  eventMissing: 'MISSING  an event of the batch',
  changed: 'CHANGED  the batch',
  eventOutsideBatch: 'ADDED    events after the batch',
} as const;

/** Recomputes every chain. Exit code 1 when something does not fit. */
async function verify(config: HutongConfig): Promise<number> {
  const objects = await openObjectStore(config);
  const anchors = await readAnchors(objects);
  await objects.close();
  const { writers, batches, events, faults } = await withIndex(config, (index) =>
    verifyAudit(index, anchors),
  );
  for (const { writerId, batch, fault } of faults)
    console.log(`${WORDS[fault]} ${batch} of writer ${writerId}`);
  console.log(
    `${events} events in ${batches} batches of ${writers} writers verified against ${anchors.length} anchors, ${faults.length} faults`,
  );
  return faults.length === 0 ? 0 : 1;
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
  usage: 'audit verify | audit status',
  summary:
    'recompute the chains of the audit trail and compare them with the digests in the object store; exit 1 when a record was changed, removed or added; or say how far its export is',
  async run(args) {
    const { positionals } = readOptions(args, {});
    const config = loadConfig(process.env);
    switch (positionals[0]) {
      case 'verify':
        return verify(config);
      case 'status':
        return status(config);
      default:
        throw new UsageError('say verify or status');
    }
  },
};
