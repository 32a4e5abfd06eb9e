import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'hutong-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOG = path.join(import.meta.dirname, 'log.ts');

/** Runs a process that logs and then ends in some way; returns the messages that it left. */
function messagesOf(ending: string, file: string | null): string[] {
  const program = `
    const { createProcessLog } = await import(${JSON.stringify(LOG)});
    const log = createProcessLog({ logLevel: 'info', logFile: ${JSON.stringify(file)} }, 'test');
    log.info('first');
    log.warn('second');
    setTimeout(() => { log.info('last'); ${ending} }, 5);`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  const text = file === null ? stderr : readFileSync(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
}

describe.each([
  ['ends by itself', ''],
  ['exits', 'process.exit(3);'],
  ['throws', "throw new Error('a fault');"],
  ['leaves a rejection unhandled', "Promise.reject(new Error('a fault'));"],
])('a process that %s', (_, ending) => {
  test('has written every line, to stderr as to a file', () => {
    const file = path.join(folder, `${ending.length}.log`);
    expect(messagesOf(ending, null)).toEqual(['first', 'second', 'last']);
    expect(messagesOf(ending, file)).toEqual(['first', 'second', 'last']);
  });
});

test('lines do not wait for others to come', () => {
  const file = path.join(folder, 'waiting.log');
  // Killed without any chance to write what it holds.
  const killed = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000);`;
  expect(messagesOf(killed, file)).toEqual(['first', 'second', 'last']);
});
