import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { describeFailure } from './failure.ts';

export interface Loop {
  /** Resolves when the step at work has ended. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Runs `step` again and again; it says after how many milliseconds the next one is due. A step that throws is logged and
 * tried again after a pause that grows while it keeps failing.
 */
export function startLoop(name: string, log: Logger, step: (signal: AbortSignal) => Promise<number>): Loop {
  const abort = new AbortController();
  const running = (async () => {
    let failures = 0;
    while (!abort.signal.aborted) {
      let pause: number;
      try {
        pause = await step(abort.signal);
        if (failures > 0) log.info({ loop: name }, 'works again');
        failures = 0;
      } catch (error) {
        failures += 1;
        pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
        log.warn({ loop: name, failures, reason: describeFailure(error) }, 'failed; will be tried again');
      }
      if (pause > 0) await sleep(pause, undefined, { signal: abort.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}

/** How long to pause after work so that it takes this share of the time, in percent. */
export function pauseAfter(milliseconds: number, share: number): number {
  return Math.ceil(milliseconds * (100 / share - 1));
}
