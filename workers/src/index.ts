import {
  CatalogueReader,
  type DestinationState,
  destinationStates,
  type HutongConfig,
  type ObjectStore,
  openPersonKeys,
  openSecretBox,
  publishHousekeeping,
  type WebhookState,
  webhookState,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { startAuditExport } from './auditExport/exportAudit.ts';
import { judgeStudy } from './conformance/judgeStudy.ts';
import { startDelivery, type WorkersHealth } from './delivery.ts';
import { FIRST_HOUSEKEEPING_SECONDS, tidy } from './housekeeping/tidy.ts';
import { startExports } from './exports/exportStudy.ts';
import { startRelabelling } from './labels/startRelabelling.ts';
import { startReports } from './figures/makeReports.ts';
import { startNames } from './names/fillNames.ts';
import { startPersons } from './persons/knowPersons.ts';
import { startInbox } from './orders/watchInbox.ts';
import { correctStudy } from './patientCorrections/correctStudy.ts';
import { startReevaluation } from './reevaluation/startReevaluation.ts';
import { startSearchAttributes } from './searchAttributes/fillSearchAttributes.ts';
import { startWatchOfUse } from './unusualUse/watchUse.ts';
import { startWebhookDelivery } from './webhooks/deliverWebhooks.ts';
import { webhookSender } from './webhooks/sendWebhook.ts';

export type { WorkersHealth } from './delivery.ts';
export { type ExportParts, runExport } from './exports/exportStudy.ts';
export { testMessage } from './webhooks/message.ts';
export { type WebhookOutcome, webhookSender } from './webhooks/sendWebhook.ts';
export { JOBS_SCHEMA, type QueueName, QUEUES } from './queues.ts';

export interface WorkerParts {
  config: HutongConfig;
  /** Opened with openIndex, and migrated. */
  index: pg.Pool;
  objects: ObjectStore;
  log: Logger;
}

export interface Workers {
  health(): Promise<WorkersHealth & { webhooks: WebhookState; auditExport: DestinationState[] }>;
  /** Lets the work begun finish, then ends. What is not done is done by the next worker. */
  stop(): Promise<void>;
}

/** Starts relay, sweeper, processors, re-evaluations and the delivery of webhooks: on Redis when it is configured, else on BullMQ's PostgreSQL backend. */
export async function startWorkers({ config, index, objects, log }: WorkerParts): Promise<Workers> {
  const databaseUrl = index.options.connectionString;
  if (databaseUrl === undefined) throw new Error('the index must be opened with openIndex');
  const judging = { index, config, catalogues: new CatalogueReader(), log };
  await publishHousekeeping(index, FIRST_HOUSEKEEPING_SECONDS);
  const delivery = startDelivery({
    index,
    databaseUrl,
    redisUrl: config.redisUrl,
    log,
    effects: {
      conformance: {
        effect: (job) => judgeStudy(judging, job),
        concurrency: config.workerConcurrency,
      },
      corrections: {
        effect: (job) => correctStudy({ index, objects, config, log }, job),
        concurrency: 1,
      },
      housekeeping: { effect: (job) => tidy({ index, objects, config, log }, job), concurrency: 1 },
    },
  });
  const secrets = openSecretBox(config);
  const webhooks = startWebhookDelivery({
    index,
    secrets,
    sender: webhookSender(config.webhookAddresses),
    log,
    publicUrl: config.publicUrl,
  });
  const reevaluation = startReevaluation(judging);
  const relabelling = startRelabelling({ index, config, log });
  const reports = startReports({ index, config, log });
  const names = startNames(index, log);
  const persons = startPersons(index, openPersonKeys(config, secrets), { config, log });
  const searchAttributes = startSearchAttributes(index, log);
  const inbox = startInbox({ index, objects, personKeys: openPersonKeys(config, secrets), config, log });
  const exports = startExports({ index, objects, secrets, config, log });
  const auditExport = startAuditExport({ index, config, log });
  const watchOfUse = startWatchOfUse({ index, alerts: config.alerts, log });
  return {
    health: async () => ({
      ...(await delivery.health()),
      webhooks: await webhookState(index),
      auditExport: await destinationStates(index, config.auditExport.destinations),
    }),
    stop: async () => {
      await Promise.all([
        delivery.stop(),
        webhooks.stop(),
        reevaluation.stop(),
        relabelling.stop(),
        reports.stop(),
        names.stop(),
        persons.stop(),
        searchAttributes.stop(),
        exports.stop(),
        inbox.stop(),
        auditExport.stop(),
        watchOfUse.stop(),
      ]);
    },
  };
}
