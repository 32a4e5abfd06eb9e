import {
  anchorAudit,
  claim,
  countUsage,
  forgetChanges,
  forgetDone,
  forgetEndedSessions,
  forgetOidcRecords,
  forgetOldAttempts,
  forgetShares,
  type HutongConfig,
  inTransaction,
  markDone,
  type ObjectStore,
  ORPHAN_GRACE_HOURS,
  OUTBOX_DONE_DAYS,
  publishHousekeeping,
  removeEndedExports,
  removeFormer,
  sweepMetadataRenditions,
  sweepOrphans,
  sweepPictureRenditions,
  sweepReportDocuments,
  UNFINISHED_GRACE_HOURS,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { OutboxJob } from '../queues.ts';

export const HOUSEKEEPING_SECONDS = 24 * 3600;
/** The first one after an installation started: not while it is busy with its first studies. */
export const FIRST_HOUSEKEEPING_SECONDS = 3600;

export interface TidyParts {
  index: pg.Pool;
  objects: ObjectStore;
  config: Pick<HutongConfig, 'changesDays' | 'deletedKeepDays' | 'shareKeepDays'>;
  log: Logger;
}

/** Removes what nothing needs any more: unfinished writes, orphaned objects, prepared metadata, old outbox rows, changes, places of searches, sessions, failed sign-ins, and shares that ended long ago; asks for the next. */
export async function tidy({ index, objects, config, log }: TidyParts, job: OutboxJob): Promise<void> {
  const auditWriters = await anchorAudit(index, objects);
  const unfinished = await objects.sweepUnfinished(new Date(Date.now() - UNFINISHED_GRACE_HOURS * 3_600_000));
  const former = await removeFormer(index, objects, config.deletedKeepDays);
  const shares = await forgetShares(index, objects, config.shareKeepDays);
  const exports = await removeEndedExports(index, objects);
  const orphans = await sweepOrphans(index, objects, ORPHAN_GRACE_HOURS);
  const reportDocuments = await sweepReportDocuments(
    index,
    objects,
    new Date(Date.now() - ORPHAN_GRACE_HOURS * 3_600_000),
  );
  await forgetWalks(index);
  const metadata = await sweepMetadataRenditions(objects);
  const pictures = await sweepPictureRenditions(objects);
  const outboxRows = await forgetDone(index, OUTBOX_DONE_DAYS);
  const changes = await forgetChanges(index, config.changesDays);
  await forgetEndedSessions(index, OUTBOX_DONE_DAYS);
  await forgetOldAttempts(index);
  await forgetOidcRecords(index);
  await countUsage(index);
  await inTransaction(index, async (client) => {
    if (!(await claim(client, job.outboxId))) return;
    await markDone(client, job.outboxId);
    await publishHousekeeping(client, HOUSEKEEPING_SECONDS);
  });
  log.info(
    {
      auditWriters,
      unfinished,
      former,
      shares,
      exports,
      orphans,
      metadata,
      pictures,
      reportDocuments,
      outboxRows,
      changes,
    },
    'tidied up',
  );
}

/** Forgets where walks through search results stood; they are believed for an hour. */
async function forgetWalks(index: pg.Pool): Promise<void> {
  await index.query(`DELETE FROM search_walk WHERE at < now() - interval '1 day'`);
}
