import { expect, test } from 'vitest';
import { loadCommand, loadCommands } from './all.ts';

test('every command is found by the name that it has in the help', async () => {
  const commands = await loadCommands();
  expect(commands.length).toBeGreaterThan(20);
  for (const command of commands) expect(await loadCommand(command.name)).toBe(command);
});

test('what is no command is none, whatever it is called', async () => {
  for (const name of ['', 'constructor', 'toString', '__proto__', 'Serve'])
    expect(await loadCommand(name)).toBeUndefined();
});
