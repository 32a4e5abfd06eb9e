/**
 * Judging a region's archive again because its list changed, end to end: `hutong start` with its worker and its embedded
 * PostgreSQL, durable as always, and callers of the gateway meanwhile.
 *
 *     node bench/reevaluation.ts [--studies 100000] [--share 50] [--only half] [--minutes 12] [--keep folder] [--write]
 *
 * `--keep` makes the index in a folder that stays, or takes the one that is there. A run that takes longer than `--minutes`
 * is ended, and what it came to is told. `--write` puts the table into docs/performance.md.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLog } from '../scripts/operate/log.ts';
import { loadConfig, migrate, openIndex, startEmbeddedPostgres } from '../storage-config/src/index.ts';
import { hutong, type RunningCloud, startCloud } from '../test/harness/cloud.ts';
import { usageOf } from './gateway/processCpu.ts';
import { writeSection } from './gateway/sections.ts';
import { changedList, makeJudgedIndex, REGION } from './reevaluation/judgedIndex.ts';
import { type Callers, startCallers } from './reevaluation/callers.ts';
import { type Line, sectionOf } from './reevaluation/section.ts';

const { values: options } = parseArgs({
  options: {
    studies: { type: 'string', default: '100000' },
    share: { type: 'string', default: '50' },
    only: { type: 'string' },
    minutes: { type: 'string', default: '12' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const studies = Number(options.studies);
const REST_SECONDS = 10;
const RUNS = [
  { name: 'none', title: 'no result changes', share: 0 },
  { name: 'half', title: 'half of the items ask for more', share: 0.5 },
  { name: 'all', title: 'every result changes', share: 1 },
];

const folder = options.keep ?? mkdtempSync(path.join(tmpdir(), 'hutong-reevaluation-'));
const made = path.join(folder, 'made');
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o755);

async function makeOnce(): Promise<void> {
  if (existsSync(made)) return;
  const started = performance.now();
  const postgres = await startEmbeddedPostgres({
    dataDirectory: folder,
    log: createLog('warn', 'bench'),
  });
  const index = openIndex(loadConfig({ HUTONG_DATA: folder }), { databaseUrl: postgres.databaseUrl });
  try {
    await migrate(index);
    const kinds = await makeJudgedIndex(index, studies);
    await index.query('CHECKPOINT');
    mkdirSync(made);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`made ${studies} judged studies of ${kinds} kinds in ${seconds} s`);
  } finally {
    await index.end();
    await postgres.stop();
  }
}

interface Progress {
  state: string;
  total: number;
  judged: number;
  changed: number;
  failed: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the callers see while nothing else is done, and what CPU the cloud uses for one request of theirs. */
async function atRest(cloud: RunningCloud, callers: Callers) {
  callers.take();
  const before = usageOf([cloud.pid]).cpuMs;
  await pause(REST_SECONDS * 1000);
  const seen = callers.take();
  console.log(`at rest: p50 ${seen.p50.toFixed(1)} p95 ${seen.p95.toFixed(1)} p99 ${seen.p99.toFixed(1)} ms`);
  return { seen, cpuMs: (usageOf([cloud.pid]).cpuMs - before) / Math.max(1, seen.requests) };
}

async function measure(cloud: RunningCloud, admin: string, callers: Callers): Promise<Line[]> {
  const ask = async <T>(route: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${cloud.url}/api${route}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${admin}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${route} was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const progress = async (): Promise<Progress> => {
    const { reevaluations } = await ask<{ reevaluations: Progress[] }>('/reevaluations');
    const [newest] = reevaluations;
    if (newest === undefined) throw new Error('nothing is judged again');
    return newest;
  };
  const lines: Line[] = [];
  const { id } = changedList('', 0);
  for (const run of RUNS) {
    if (options.only !== undefined && !options.only.split(',').includes(run.name)) continue;
    // The machine's other work differs from minute to minute.
    const rest = await atRest(cloud, callers);
    const version = `bench.${Date.now()}.${run.name}`;
    await ask('/catalogues', changedList(version, run.share));
    const begun = performance.now();
    await ask(`/catalogues/${id}/${version}/state`, { state: 'inForce' });
    const asked = (performance.now() - begun) / 1000;
    const cpuBefore = usageOf([cloud.pid]).cpuMs;
    callers.take();
    let now = await progress();
    const deadline = performance.now() + Number(options.minutes) * 60_000;
    while (now.state !== 'done' && performance.now() < deadline) {
      await pause(500);
      now = await progress();
    }
    const seconds = (performance.now() - begun) / 1000;
    const meanwhile = callers.take();
    const cpu = usageOf([cloud.pid]).cpuMs - cpuBefore - rest.cpuMs * meanwhile.requests;
    const cpuMs = (cpu / Math.max(1, now.judged)).toFixed(2);
    const line: Line = {
      title: run.title,
      ...now,
      seconds,
      rest: rest.seen,
      meanwhile,
    };
    lines.push(line);
    console.log(
      `${run.title}: ${now.judged} of ${now.total} in ${seconds.toFixed(0)} s (asked for in ${asked.toFixed(1)} s), ${(now.judged / seconds).toFixed(0)}/s, ${now.changed} changed, ${now.failed} failed, CPU ${cpuMs} ms each; meanwhile p50 ${meanwhile.p50.toFixed(1)} p95 ${meanwhile.p95.toFixed(1)} p99 ${meanwhile.p99.toFixed(1)} ms of ${meanwhile.requests}`,
    );
    if (now.state !== 'done') break;
  }
  return lines;
}

try {
  await makeOnce();
  const cloud = await startCloud({
    HUTONG_DATA: folder,
    HUTONG_REGION_CODE: REGION.code,
    HUTONG_REGION_NAME: REGION.name,
    HUTONG_REEVALUATION_SHARE: options.share,
  });
  try {
    const read = await hutong(['key', 'create', '--region', '--scope', 'read'], cloud.env);
    const admin = await hutong(['key', 'create', '--region', '--scope', 'read,admin'], cloud.env);
    const callers = startCallers(cloud.url, read, studies);
    const lines = await measure(cloud, admin, callers).finally(() => callers.stop());
    if (options.write)
      writeSection('reevaluation', sectionOf(lines, { studies, share: Number(options.share) }));
  } finally {
    await cloud.stop();
  }
} finally {
  if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
