import os from 'node:os';
import type { Measured } from './measure.ts';
import { otherSections } from './sections.ts';
import type { Workload } from './workloads.ts';

/** What was measured of one system, round after round; null where it has no such thing. */
export type Rounds = readonly (Measured | null)[];

export interface Row {
  workload: Workload;
  /** By the name of the system; absent where it was not asked. */
  results: Record<string, Rounds>;
}

/** Of several rounds the one with the least CPU: other work on the machine only ever adds. */
function best(rounds: Rounds | undefined): Measured | null {
  const done = (rounds ?? []).filter((round) => round !== null);
  return done.toSorted((a, b) => a.cpu - b.cpu)[0] ?? null;
}

/** The median of what the rounds give, each system beside the other in the same round; null where there is none. */
function ratioOf(
  rounds: Rounds | undefined,
  others: Rounds | undefined,
  ratio: (own: Measured, other: Measured) => number,
): number | null {
  const ratios = (rounds ?? []).flatMap((own, i) => {
    const other = others?.[i] ?? null;
    return own === null || other === null ? [] : [ratio(own, other)];
  });
  const sorted = ratios.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

const MAIN = ['Hutong', 'Orthanc'] as const;

/** Name of the results of plainS3.ts. */
export const PLAIN_S3 = 'plain S3';

const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const times = (ratio: number | null): string => (ratio === null ? '–' : `${figure(ratio)}×`);

export function printRow({ workload, results }: Row): void {
  console.log(`${workload.title}, ${workload.clients} clients`);
  const ours = results[MAIN[0]];
  for (const [name, rounds] of Object.entries(results)) {
    const measured = best(rounds);
    console.log(
      measured === null
        ? `  ${name.padEnd(14)} not answered`
        : `  ${name.padEnd(14)} ${figure(measured.rate).padStart(7)}/s  p50 ${figure(measured.p50)} ms  p95 ${figure(measured.p95)} ms  CPU ${figure(measured.cpu)} ms  ${figure(measured.megabytesPerSecond)} MB/s  ${figure(measured.memory)} MB resident${rounds === ours ? '' : `  ours ${times(ratioOf(ours, rounds, (own, other) => own.rate / other.rate))} its rate`}`,
    );
  }
}

function comparison({ workload, results }: Row): string {
  const cells = MAIN.flatMap((name) => {
    const measured = best(results[name]);
    return measured === null
      ? ['–', '–', '–', '–']
      : [measured.rate, measured.p50, measured.p95, measured.cpu].map(figure);
  });
  const [ours, peer] = [results[MAIN[0]], results[MAIN[1]]];
  const ratios = [
    ratioOf(ours, peer, (own, other) => own.rate / other.rate),
    ratioOf(ours, peer, (own, other) => own.cpu / other.cpu),
  ].map(times);
  return `| ${workload.title} | ${workload.clients} | ${cells.join(' | ')} | ${ratios.join(' | ')} | ${workload.target?.text ?? ''} |`;
}

function limits({ workload, results }: Row): string | null {
  const { Hutong: ours, nginx, 'bare Node': bare, 'Hutong on S3': onS3, [PLAIN_S3]: plain } = results;
  if ([nginx, bare, onS3].every((rounds) => best(rounds) === null)) return null;
  const cells = [ours, nginx, bare, onS3, plain]
    .map(best)
    .map((measured) => (measured === null ? '–' : `${figure(measured.rate)}/s, ${figure(measured.cpu)} ms`));
  const against = (limit: Rounds | undefined, own = ours): string => {
    const rate = ratioOf(own, limit, (mine, theirs) => mine.rate / theirs.rate);
    const cpu = ratioOf(own, limit, (mine, theirs) => theirs.cpu / mine.cpu);
    return rate === null ? '–' : `${times(rate)}, ${times(cpu)}`;
  };
  return `| ${workload.title} | ${workload.clients} | ${cells.join(' | ')} | ${against(nginx)} | ${against(bare)} | ${against(plain, onS3)} |`;
}

/** docs/performance.md. */
export function documentOf(
  rows: readonly Row[],
  { orthanc, rounds, roundsOfStores }: { orthanc: string | null; rounds: number; roundsOfStores: number },
): string {
  const bounds = rows.map(limits).filter((line) => line !== null);
  const memory = rows.flatMap(({ workload, results }) =>
    MAIN.flatMap((name) => {
      const measured = best(results[name]);
      return measured === null ? [] : [{ name, title: workload.title, megabytes: measured.memory }];
    }),
  );
  const most = MAIN.map((name) => {
    const [top] = memory.filter((entry) => entry.name === name).toSorted((a, b) => b.megabytes - a.megabytes);
    return top === undefined ? '' : `${name} ${top.megabytes.toFixed(0)} MB (${top.title})`;
  }).filter((text) => text !== '');
  return `# Performance of the gateway

Written by \`npm run bench -- --write\`: the same generated data and one Node load client against each system in turn, on one machine (${os.cpus().length} cores, Node ${process.versions.node}; ${rounds === 1 ? 'one round' : `${rounds} rounds`}, ${roundsOfStores} of stores: figures are of the one with the least CPU, ratios the median of those of each round). Ours runs as \`hutong start\` runs it: server, worker and PostgreSQL, authentication on, objects on the file system, every acknowledged instance durable and findable.${orthanc === null ? ' Orthanc was not installed.' : ` The peer is Orthanc ${orthanc} with its DICOMweb plugin and SQLite, as Debian packages it.`} CPU is that of all processes of a system for one operation, client excluded. Compare figures only within one run; another machine gives other figures and much the same ratios.

## Ours and the peer

| work | clients | Hutong /s | p50 ms | p95 ms | CPU ms | Orthanc /s | p50 ms | p95 ms | CPU ms | rate | CPU | target |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- |
${rows.map(comparison).join('\n')}

Instances are CT of 512×512 pixels, 16 bits, 526 KB; those of the series of 1,000 and of the lists have 64×64.

## How far from the limit

nginx serves files of the same bytes; the bare Node program does nothing but move them (for stores: it receives, hashes once, writes files and a row for each into PostgreSQL, all as durable as ours, with directory syncs and commits shared by requests; for pictures: it reads, windows and encodes them with the same encoder; it parses, authorises, audits, compares and judges nothing); plain S3 is the same for S3: it passes a ranged GET on, by the client library that ours uses (the target is 0.8 of it). Rate and CPU of one operation; "of" is our rate as a part of theirs, and their CPU as a part of ours. Both programs run with the memory settings of our server.

| work | clients | Hutong | nginx | bare Node | Hutong on S3 | plain S3 | of nginx | of bare Node | on S3 of plain S3 |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${bounds.join('\n')}

## Memory

Largest resident memory of all processes together, pages they share counted in each: ${most.join('; ')}.
${otherSections()}`;
}
