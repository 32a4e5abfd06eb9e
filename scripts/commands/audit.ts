import { loadConfig, openObjectStore, readAnchors, verifyAudit } from '@hutong/storage-config';
import { type Command, readOptions, UsageError } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const WORDS = {
  batchMissing: 'MISSING  a batch',
  eventMissing: 'MISSING  an event of the batch',
  changed: 'CHANGED  the batch',
  eventOutsideBatch: 'ADDED    events after the batch',
} as const;

export const auditCommand: Command = {
  name: 'audit',
  usage: 'audit verify',
  summary:
    'recompute the chains of the audit trail and compare them with the digests in the object store; exit 1 when a record was changed, removed or added',
  async run(args) {
    const { positionals } = readOptions(args, {});
    if (positionals[0] !== 'verify') throw new UsageError('say "audit verify"');
    const config = loadConfig(process.env);
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
  },
};
