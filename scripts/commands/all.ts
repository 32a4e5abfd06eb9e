import type { Command } from '../operate/command.ts';
import { accountCommand } from './account.ts';
import { auditCommand } from './audit.ts';
import { catalogueCommand } from './catalogue.ts';
import { cdsClientCommand } from './cdsClient.ts';
import { clientCommand } from './client.ts';
import { configCommand } from './config.ts';
import { demoCommand } from './demo.ts';
import { exportCommand } from './export.ts';
import { figuresCommand } from './figures.ts';
import { holdCommand } from './hold.ts';
import { hospitalCommand } from './hospital.ts';
import { keyCommand } from './key.ts';
import { migrateCommand } from './migrate.ts';
import { personCommand } from './person.ts';
import { qualificationCommand } from './qualification.ts';
import { reevaluateCommand } from './reevaluate.ts';
import { registryCommand } from './registry.ts';
import { reindexCommand } from './reindex.ts';
import { searchAttributeCommand } from './searchAttribute.ts';
import { serveCommand } from './serve.ts';
import { signInLinkCommand } from './signInLink.ts';
import { startCommand } from './start.ts';
import { verifyCommand } from './verify.ts';
import { webhookCommand } from './webhook.ts';
import { workerCommand } from './worker.ts';

/** Every subcommand of `hutong`, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  demoCommand,
  serveCommand,
  workerCommand,
  migrateCommand,
  hospitalCommand,
  keyCommand,
  clientCommand,
  cdsClientCommand,
  accountCommand,
  qualificationCommand,
  registryCommand,
  catalogueCommand,
  figuresCommand,
  personCommand,
  reevaluateCommand,
  webhookCommand,
  holdCommand,
  exportCommand,
  searchAttributeCommand,
  signInLinkCommand,
  verifyCommand,
  reindexCommand,
  auditCommand,
  configCommand,
];
