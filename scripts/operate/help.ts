import type { Command } from './command.ts';

/** The forms of a command line, one a line. */
export function usageLines({ name, usage }: Pick<Command, 'name' | 'usage'>): string[] {
  return usage
    .split(` | ${name} `)
    .map((form, position) => `hutong ${position === 0 ? '' : `${name} `}${form}`);
}

/** What there is: a line for each command. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Hutong 互通, a regional imaging cloud',
    '',
    ...rows,
    '',
    '"hutong help COMMAND" says how a command is written.',
    'Configuration: environment variables HUTONG_*; "hutong config" lists them.',
  ].join('\n');
}

/** How one command is written. */
export function commandHelp(command: Command): string {
  return [command.summary, '', ...usageLines(command).map((line) => `  ${line}`)].join('\n');
}

/** The command whose help is asked for, or `null` for all of them; undefined when nobody asks for help. */
export function helpAsked(args: readonly string[]): string | null | undefined {
  const isHelp = (word: string | undefined) => word === '--help' || word === '-h';
  const [first, second] = args;
  if (first === undefined || isHelp(first)) return null;
  if (first === 'help') return second ?? null;
  return args.slice(1).some(isHelp) ? first : undefined;
}
