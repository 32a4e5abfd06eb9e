/**
 * Mutual recognition at the size of a region: a real server with authentication over an index of 1,000,000 studies and
 * 300,000 persons that is made by SQL. What a hospital system waits for a reminder, and the health commission for the report
 * of a month.
 *
 *     node bench/recognition.ts [--studies 1000000] [--requests 1000] [--keep folder] [--write]
 *
 * `--keep` makes the index in a folder that stays, or takes the one that is there. `--write` puts the table into
 * docs/performance.md. Needs some gigabytes of disk.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLog } from '../scripts/operate/log.ts';
import { loadConfig, migrate, openIndex, startEmbeddedPostgres } from '../storage-config/src/index.ts';
import { hutong, type RunningCloud, startCloud } from '../test/harness/cloud.ts';
import { askIndex } from '../test/harness/killNine.ts';
import { fire, percentile } from './gateway/load.ts';
import { untilIdle, usageOf } from './gateway/processCpu.ts';
import { writeSection } from './gateway/sections.ts';
import { fillRegion } from './recognition/fillRegion.ts';
import { makeIndex } from './searchLarge/makeIndex.ts';

const { values: options } = parseArgs({
  options: {
    studies: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '1000' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const studies = Number(options.studies);
const requests = Number(options.requests);
const region = {
  persons: Math.round(studies * 0.3),
  reminders: Math.round(studies * 0.2),
  decisions: Math.round(studies * 0.1),
};
const CLIENTS = 2;
const HOSPITAL = 'hospital-3';
const EXAMS = ['CT-01', 'CT-07', 'CT-15', 'MR-01', 'MR-13', 'DR-01', 'DR-05'];

const folder = options.keep ?? mkdtempSync(path.join(tmpdir(), 'hutong-recognition-'));
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
  const index = openIndex(loadConfig({ HUTONG_DATA: folder }), {
    databaseUrl: postgres.databaseUrl,
    statementTimeoutMs: 0,
  });
  try {
    await migrate(index);
    await makeIndex(index, { studies, seriesOfStudy: 1 });
    await fillRegion(index, region);
    await index.query('CHECKPOINT');
    mkdirSync(made);
  } finally {
    await index.end();
    await postgres.stop();
  }
  console.log(`made ${studies} studies in ${Math.round((performance.now() - started) / 1000)} s`);
}

const figure = (milliseconds: number): string => milliseconds.toFixed(milliseconds < 100 ? 1 : 0);

/** Milliseconds of one request, and of CPU of all processes meanwhile. */
async function timed(
  cloud: RunningCloud,
  address: string,
  init: RequestInit,
): Promise<{ wall: number; cpu: number }> {
  const before = usageOf([cloud.pid]).cpuMs;
  const started = performance.now();
  const answer = await fetch(cloud.url + address, init);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${address} was answered ${answer.status}`);
  return { wall: performance.now() - started, cpu: usageOf([cloud.pid]).cpuMs - before };
}

/** Ends what a first start judges again: the studies have no images, and nothing is measured of that here. */
async function endReevaluation(cloud: RunningCloud): Promise<void> {
  await askIndex(
    cloud,
    `UPDATE reevaluation SET state = 'cancelled', ended_at = now() WHERE state IN ('waiting', 'working')`,
  );
  await askIndex(cloud, `DELETE FROM outbox WHERE topic IN ('study.changed', 'study.settled')`);
  await untilIdle(() => usageOf([cloud.pid]));
}

async function measure(cloud: RunningCloud): Promise<string[]> {
  const machine = await hutong(['key', 'create', '--hospital', HOSPITAL, '--scope', 'recognise'], cloud.env);
  await endReevaluation(cloud);
  const commission = await hutong(['key', 'create', '--region', '--scope', 'figures'], cloud.env);
  // Patients with a label: every second is asked for its exam, so that something is named, the others for another.
  const patients = await askIndex<{ id: string; item: string }>(
    cloud,
    `SELECT * FROM (SELECT DISTINCT ON (s.patient_id) s.patient_id AS id, l.item_code AS item
                      FROM study s JOIN hr_label l USING (study_id)
                     WHERE s.hospital_code = $1 AND l.state = 'applied'
                     ORDER BY s.patient_id, s.study_id) AS labelled
      ORDER BY md5(id) LIMIT $2`,
    [HOSPITAL, requests + 100],
  );
  const lines: string[] = [];
  const shot = (n: number) => ({
    method: 'POST' as const,
    url: `${cloud.url}/api/reminders`,
    headers: { Authorization: `Bearer ${machine}`, 'Content-Type': 'application/json' },
    body: [
      Buffer.from(
        JSON.stringify({
          patient: { patientId: patients[n % patients.length]?.id ?? '' },
          exams: [
            {
              code: n % 2 === 0 ? patients[n % patients.length]?.item : EXAMS[n % EXAMS.length],
              scheme: 'HIS',
            },
          ],
          department: '内科',
        }),
      ),
    ],
  });
  await fire((n) => shot(n + requests), 100, CLIENTS);
  const before = usageOf([cloud.pid]).cpuMs;
  const result = await fire(shot, requests, CLIENTS);
  const cpu = (usageOf([cloud.pid]).cpuMs - before) / requests;
  lines.push(
    `| reminder, ${CLIENTS} clients | ${figure(percentile(result, 0.5))} | ${figure(percentile(result, 0.95))} | ${figure(cpu)} | p95 < 50 ms |`,
  );
  const month = new Date(Date.now() - 31 * 86_400_000).toISOString().slice(0, 7);
  const headers = { Authorization: `Bearer ${commission}` };
  for (const [title, target, address, init] of [
    [`dashboard of a month`, '', `/api/figures?month=${month}`, { headers }],
    [
      'report of a month',
      '< 10 s',
      '/api/figures/reports',
      {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify({ month, hospital: null }),
      },
    ],
  ] as const) {
    const { wall, cpu: used } = await timed(cloud, address, init);
    lines.push(`| ${title} | ${figure(wall)} | – | ${figure(used)} | ${target} |`);
  }
  return lines;
}

try {
  await makeOnce();
  const cloud = await startCloud({ HUTONG_DATA: folder, HUTONG_LOG_LEVEL: 'info' });
  try {
    const lines = await measure(cloud);
    for (const line of lines) console.log(line);
    if (options.write)
      writeSection(
        'recognition',
        `## Mutual recognition

Written by \`node bench/recognition.ts --write\`: ${studies.toLocaleString('en')} studies of 20 hospitals, ${region.persons.toLocaleString('en')} persons with ${Math.round(studies * 0.4).toLocaleString('en')} patients, two studies of three labelled, ${region.reminders.toLocaleString('en')} reminders and ${region.decisions.toLocaleString('en')} decisions of a year, in the embedded PostgreSQL; ${requests} reminders by the JSON call, each of another patient, kept and audited before they are answered; end to end.

| work | p50 ms | p95 ms | CPU ms | target |
| --- | --: | --: | --: | --- |
${lines.join('\n')}
`,
      );
  } finally {
    await cloud.stop();
  }
} finally {
  if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
