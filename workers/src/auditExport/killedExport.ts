/** For a test: exports until it is killed. */
import { type HutongConfig, loadConfig, openIndex } from '@hutong/storage-config';
import pino from 'pino';
import { startAuditExport } from './exportAudit.ts';

const config = JSON.parse(process.env['EXPORT_CONFIG'] ?? '') as Pick<
  HutongConfig,
  'auditExport' | 'publicUrl'
>;
const index = openIndex(loadConfig({}), { databaseUrl: process.env['EXPORT_DATABASE'] ?? '' });
startAuditExport({ index, config, log: pino({ level: 'silent' }), pollMs: 20, atOnce: 25 });
// The loop's own timers keep nothing alive.
setInterval(() => undefined, 1000);
