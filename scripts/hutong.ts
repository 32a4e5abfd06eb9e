#!/usr/bin/env node
// `hutong`: the operator's command. Each subcommand is one file under commands/.
import { ConfigError } from '@hutong/storage-config';
import { loadCommand, loadCommands } from './commands/all.ts';
import { UsageError } from './operate/command.ts';
import { explainError } from './operate/explainError.ts';
import { commandHelp, helpAsked, overview, usageLines } from './operate/help.ts';
import { beginOperatorAct, operatorAct } from './operate/operatorAct.ts';

const [name, ...args] = process.argv.slice(2);
const asked = helpAsked(process.argv.slice(2));
const wanted = asked === undefined ? name : asked;
if (wanted === null) {
  console.log(overview(await loadCommands()));
  process.exit(0);
}
const command = wanted === undefined ? undefined : await loadCommand(wanted);
if (command === undefined) {
  console.error(`hutong: unknown command "${wanted}"\n\n${overview(await loadCommands())}`);
  process.exit(2);
}
if (asked !== undefined) {
  console.log(commandHelp(command));
  process.exit(0);
}
beginOperatorAct(operatorAct(command.name, args));
try {
  process.exitCode = await command.run(args);
} catch (error) {
  if (error instanceof UsageError)
    console.error(
      `hutong ${command.name}: ${error.message}\nusage:\n${usageLines(command)
        .map((line) => `  ${line}`)
        .join('\n')}`,
    );
  else if (error instanceof ConfigError) console.error(`hutong: ${error.message}`);
  else console.error(`hutong ${command.name}: ${explainError(error)}`);
  if (process.env['HUTONG_LOG_LEVEL'] === 'debug' && error instanceof Error) console.error(error.stack);
  process.exit(error instanceof UsageError ? 2 : 1);
}
