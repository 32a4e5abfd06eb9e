#!/usr/bin/env node
// `hutong`: the operator's command. Each subcommand is one file under commands/.
import { ConfigError } from '@hutong/storage-config';
import { UsageError, type Command } from './operate/command.ts';
import { explainError } from './operate/explainError.ts';
import { beginOperatorAct, operatorAct } from './operate/operatorAct.ts';
import { accountCommand } from './commands/account.ts';
import { auditCommand } from './commands/audit.ts';
import { catalogueCommand } from './commands/catalogue.ts';
import { clientCommand } from './commands/client.ts';
import { configCommand } from './commands/config.ts';
import { demoCommand } from './commands/demo.ts';
import { exportCommand } from './commands/export.ts';
import { holdCommand } from './commands/hold.ts';
import { hospitalCommand } from './commands/hospital.ts';
import { keyCommand } from './commands/key.ts';
import { migrateCommand } from './commands/migrate.ts';
import { qualificationCommand } from './commands/qualification.ts';
import { reevaluateCommand } from './commands/reevaluate.ts';
import { reindexCommand } from './commands/reindex.ts';
import { searchAttributeCommand } from './commands/searchAttribute.ts';
import { serveCommand } from './commands/serve.ts';
import { signInLinkCommand } from './commands/signInLink.ts';
import { startCommand } from './commands/start.ts';
import { verifyCommand } from './commands/verify.ts';
import { webhookCommand } from './commands/webhook.ts';
import { workerCommand } from './commands/worker.ts';

const COMMANDS: Command[] = [
  startCommand,
  demoCommand,
  serveCommand,
  workerCommand,
  migrateCommand,
  hospitalCommand,
  keyCommand,
  clientCommand,
  accountCommand,
  qualificationCommand,
  catalogueCommand,
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

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  const rows = COMMANDS.map(({ usage, summary }) => `  hutong ${usage.padEnd(width)}  ${summary}`);
  return `Hutong 互通, a regional imaging cloud\n\n${rows.join('\n')}\n\nConfiguration: environment variables HUTONG_*; "hutong config" lists them.`;
}

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS.find((candidate) => candidate.name === name);
if (command === undefined) {
  const asked = name === undefined || name === 'help' || name === '--help' || name === '-h';
  (asked ? console.log : console.error)(asked ? usage() : `hutong: unknown command "${name}"\n\n${usage()}`);
  process.exit(asked ? 0 : 2);
}
beginOperatorAct(operatorAct(command.name, args));
try {
  process.exitCode = await command.run(args);
} catch (error) {
  if (error instanceof UsageError)
    console.error(`hutong ${command.name}: ${error.message}\nusage: hutong ${command.usage}`);
  else if (error instanceof ConfigError) console.error(`hutong: ${error.message}`);
  else console.error(`hutong ${command.name}: ${explainError(error)}`);
  if (process.env['HUTONG_LOG_LEVEL'] === 'debug' && error instanceof Error) console.error(error.stack);
  process.exit(error instanceof UsageError ? 2 : 1);
}
