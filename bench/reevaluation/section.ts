import os from 'node:os';
import type { Seen } from './callers.ts';

export interface Line {
  title: string;
  judged: number;
  total: number;
  /** Studies whose verdicts or labels became others. */
  changed: number;
  seconds: number;
  /** What callers of the gateway saw before and meanwhile. */
  rest: Seen;
  meanwhile: Seen;
}

const seen = ({ p50, p95, p99 }: Seen): string => [p50, p95, p99].map((ms) => ms.toFixed(1)).join(' / ');

/** The section of docs/performance.md. */
export function sectionOf(
  lines: readonly Line[],
  { studies, share }: { studies: number; share: number },
): string {
  const rows = lines.map(
    ({ title, judged, total, changed, seconds, rest, meanwhile }) =>
      `| ${title}${judged < total ? ` (ended after ${judged.toLocaleString('en')})` : ''} | ${changed.toLocaleString('en')} | ${(seconds / 60).toFixed(1)} | ${(judged / seconds).toFixed(0)} | ${seen(rest)} | ${seen(meanwhile)} |`,
  );
  return `## Judging an archive again

Written by \`node bench/reevaluation.ts --write\`: a new version of the list is put in force over ${studies.toLocaleString('en')} judged studies in the embedded PostgreSQL, and one worker judges them again for at most ${share} percent of the time (HUTONG_REEVALUATION_SHARE). Load average of the machine at the end: ${(os.loadavg()[1] ?? 0).toFixed(1)} with ${os.cpus().length} cores. Meanwhile somebody searches and reads verdicts in turn, a request every 20 ms; the last columns are what that caller waits before and during it. "Changed" are studies whose verdicts or labels became others; a result that only says something else on the way to the same verdict is saved as well.

| new list | changed | minutes | studies/s | p50 / p95 / p99 ms before | meanwhile |
| --- | --: | --: | --: | --: | --: |
${rows.join('\n')}
`;
}
