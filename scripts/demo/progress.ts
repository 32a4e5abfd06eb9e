import { pad } from './displayWidth.ts';

/** Where text goes: a terminal or a file. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface Progress {
  /** So many instances and bytes more are stored. */
  stored(instances: number, bytes: number): void;
  /** What is being done now. */
  doing(text: string): void;
  finish(): void;
}

const BAR = 28;
const REDRAW_MS = 100;
const LINE_EVERY_MS = 3000;

const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** A bar that redraws itself on a terminal, and a plain line every few seconds elsewhere. */
export function createProgress(out: Output, total: number, now: () => number = Date.now): Progress {
  const terminal = out.isTTY === true;
  const began = now();
  let instances = 0;
  let bytes = 0;
  let label = '';
  let drawn = -Infinity;

  const figures = (): string => {
    const seconds = Math.max(0.001, (now() - began) / 1000);
    const left = instances === 0 ? null : Math.ceil(((total - instances) * seconds) / instances);
    const rate = `${mega(bytes)} MB  ${mega(bytes / seconds)} MB/s`;
    return `${instances}/${total}  ${rate}${left === null || instances >= total ? '' : `  剩余约 ${left} 秒`}`;
  };
  const draw = (force: boolean): void => {
    if (!force && now() - drawn < (terminal ? REDRAW_MS : LINE_EVERY_MS)) return;
    drawn = now();
    const share = total === 0 ? 1 : instances / total;
    if (!terminal) {
      out.write(`  ${String(Math.floor(share * 100)).padStart(3)}%  ${figures()}  ${label}\n`);
      return;
    }
    const full = Math.round(share * BAR);
    out.write(
      `\r  ${'█'.repeat(full)}${'░'.repeat(BAR - full)}  ${pad(`${figures()}  ${label}`, Math.min(88, (out.columns ?? 120) - BAR - 6))}`,
    );
  };
  return {
    stored(moreInstances, moreBytes) {
      instances += moreInstances;
      bytes += moreBytes;
      draw(instances >= total);
    },
    doing(text) {
      label = text;
      draw(false);
    },
    finish() {
      if (terminal || instances < total) draw(true);
      if (terminal) out.write('\n');
    },
  };
}
