import { execFileSync } from 'node:child_process';

/** Every process below a process, itself first. Reads the process table once. */
export function processTree(root: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [root];
  for (const parent of found) for (const [pid, ppid] of table) if (ppid === parent) found.push(pid);
  return found;
}

/** Names of processes, for choosing which of a tree to kill. */
export function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** kill -9 of processes; one that is gone already is no error. */
export function killAll(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself between the reading of the table and here.
    }
  }
}

/** Thrown by a condition that can no longer come true: waiting on would be in vain. */
export class InVain extends Error {
  override name = 'InVain';
}

/** Resolves when `condition` holds; asks again every `everyMs`. @throws Error naming `what` after `withinMs` */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | null | undefined | false>,
  withinMs = 60_000,
  everyMs = 100,
): Promise<T> {
  const until = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== null && value !== undefined && value !== false) return value;
    } catch (error) {
      if (error instanceof InVain) throw error;
      last = error;
    }
    if (Date.now() > until) {
      const because = last instanceof Error ? `; last error: ${last.message}` : '';
      throw new Error(`waited ${withinMs / 1000} s in vain: ${what}${because}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
