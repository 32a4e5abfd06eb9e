import { readdirSync, readFileSync } from 'node:fs';

/** Processes of a system under measurement, each with all of its children. */
export interface Usage {
  /** Milliseconds of CPU used so far, of processes that ended too. */
  cpuMs: number;
  /** Resident memory of all processes together, in megabytes. Pages that processes share count in each. */
  residentMegabytes: number;
}

const MS_PER_TICK = 10;

interface Process {
  pid: number;
  parent: number;
  ticks: number;
  pages: number;
}

function readProcess(pid: number): Process | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (at: number): number => Number(fields[at]);
    // utime, stime, and both of the children that were waited for (proc(5)).
    return { pid, parent: field(1), ticks: field(11) + field(12) + field(13) + field(14), pages: field(21) };
  } catch {
    return null;
  }
}

const IDLE_MS = 1500;
/** CPU of a system that only waits, in milliseconds for {@link IDLE_MS}. */
const IDLE_CPU_MS = 60;
const LONGEST_WAIT_MS = 120_000;

/**
 * Waits until the system has finished what earlier work left it to do (judging, sealing, checkpoints), so that it does
 * not count as part of the next workload.
 */
export async function untilIdle(usage: () => Usage): Promise<void> {
  const until = Date.now() + LONGEST_WAIT_MS;
  let before = usage().cpuMs;
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const after = usage().cpuMs;
    if (after - before <= IDLE_CPU_MS) return;
    before = after;
  }
}

/** What the process trees below these roots use, from one reading of the process table. */
export function usageOf(roots: readonly number[]): Usage {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((process) => process !== null);
  const wanted = new Set(roots);
  for (let before = -1; before !== wanted.size;) {
    before = wanted.size;
    for (const process of all) if (wanted.has(process.parent)) wanted.add(process.pid);
  }
  const own = all.filter((process) => wanted.has(process.pid));
  return {
    cpuMs: own.reduce((sum, process) => sum + process.ticks, 0) * MS_PER_TICK,
    residentMegabytes: (own.reduce((sum, process) => sum + process.pages, 0) * 4096) / 1e6,
  };
}
