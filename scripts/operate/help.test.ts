import { expect, test } from 'vitest';
import type { Command } from './command.ts';
import { commandHelp, helpAsked, overview, usageLines } from './help.ts';

const command = (name: string, usage: string): Command => ({
  name,
  usage,
  summary: `summary of ${name}`,
  run: () => Promise.resolve(0),
});
const KEY = command(
  'key',
  'key create (--hospital CODE | --region) --scope SCOPE | key list | key revoke ID',
);

test('each form of a command stands on its own line; alternatives within one stay in it', () => {
  expect(usageLines(KEY)).toEqual([
    'hutong key create (--hospital CODE | --region) --scope SCOPE',
    'hutong key list',
    'hutong key revoke ID',
  ]);
  expect(commandHelp(KEY)).toContain('summary of key\n\n  hutong key create');
});

test('the overview names each command with what it does, and no options', () => {
  const text = overview([KEY, command('migrate', 'migrate')]);
  expect(text).toContain('  key      summary of key\n  migrate  summary of migrate\n');
  expect(text).not.toContain('--region');
});

test('help is asked for by its name, by options and by silence', () => {
  for (const args of [[], ['--help'], ['-h'], ['help']]) expect(helpAsked(args)).toBeNull();
  for (const args of [
    ['help', 'key'],
    ['key', '--help'],
    ['key', 'create', '-h'],
  ])
    expect(helpAsked(args)).toBe('key');
  expect(helpAsked(['key', 'list'])).toBeUndefined();
});
