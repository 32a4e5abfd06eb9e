/**
 * Searches of a region's index, end to end: a real server with authentication, over an index of 1,000,000 studies and
 * 10,000,000 series that is made by SQL, asked by a Node client.
 *
 *     node bench/searchLarge.ts [--studies 1000000] [--requests 300] [--keep folder] [--write]
 *
 * `--keep` makes the index in a folder that stays, or takes the one that is there. `--write` puts the table into
 * docs/performance.md. Needs some gigabytes of disk.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig, migrate, openIndex, startEmbeddedPostgres } from '../storage-config/src/index.ts';
import { createLog } from '../scripts/operate/log.ts';
import { fire, percentile } from './gateway/load.ts';
import { usageOf } from './gateway/processCpu.ts';
import { hutong, startCloud } from '../test/harness/cloud.ts';
import { writeSection } from './gateway/sections.ts';
import { makeIndex } from './searchLarge/makeIndex.ts';
import { LARGE_QUERIES } from './searchLarge/queries.ts';

const { values: options } = parseArgs({
  options: {
    studies: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '300' },
    only: { type: 'string' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const studies = Number(options.studies);
const requests = Number(options.requests);
const SERIES_OF_STUDY = 10;
const CLIENTS = 2;

const folder = options.keep ?? mkdtempSync(path.join(tmpdir(), 'hutong-search-'));
const made = path.join(folder, 'made');
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o755);

async function makeOnce(): Promise<void> {
  if (existsSync(made)) return;
  const started = performance.now();
  const log = createLog('warn', 'bench');
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder, log });
  const config = loadConfig({ HUTONG_DATA: folder });
  const index = openIndex(config, { databaseUrl: postgres.databaseUrl });
  try {
    await migrate(index);
    await makeIndex(index, { studies, seriesOfStudy: SERIES_OF_STUDY });
    await index.query('CHECKPOINT');
    mkdirSync(made);
  } finally {
    await index.end();
    await postgres.stop();
  }
  console.log(`made ${studies} studies in ${Math.round((performance.now() - started) / 1000)} s`);
}

interface Line {
  title: string;
  p50: number;
  p95: number;
  cpu: number;
}

try {
  await makeOnce();
  const cloud = await startCloud({ HUTONG_DATA: folder, HUTONG_LOG_LEVEL: 'info' });
  const lines: Line[] = [];
  try {
    const key = await hutong(['key', 'create', '--region', '--scope', 'read'], cloud.env);
    const headers = { Authorization: `Bearer ${key}`, Accept: 'application/dicom+json' };
    for (const query of LARGE_QUERIES) {
      const { title, root = '/dicomweb' } = query;
      if (options.only !== undefined && !title.includes(options.only)) continue;
      const shot = (n: number) => ({
        url: `${cloud.url}${root}${query.path(n, studies)}`,
        headers,
        expect: [200, 204],
      });
      await fire((n) => shot(n + 1_000_000), CLIENTS * 10, CLIENTS);
      const before = usageOf([cloud.pid]).cpuMs;
      const result = await fire(shot, requests, CLIENTS);
      const cpu = (usageOf([cloud.pid]).cpuMs - before) / requests;
      const line = { title, p50: percentile(result, 0.5), p95: percentile(result, 0.95), cpu };
      lines.push(line);
      console.log(
        `${title.padEnd(45)} p50 ${line.p50.toFixed(2)} ms  p95 ${line.p95.toFixed(2)} ms  CPU ${cpu.toFixed(2)} ms`,
      );
    }
  } finally {
    await cloud.stop();
  }
  if (options.write) {
    const rows = lines.map(
      ({ title, p50, p95, cpu }) =>
        `| ${title} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${cpu.toFixed(2)} |`,
    );
    writeSection(
      'searchLarge',
      `## Searches of a large index

Written by \`node bench/searchLarge.ts --write\`: ${studies.toLocaleString('en')} studies of ${SERIES_OF_STUDY} series each, of 20 hospitals, in the embedded PostgreSQL; ${CLIENTS} clients with a key of the region, ${requests} requests a row, each with values of its own; end to end, authentication and reading of the answer included. The target is a p95 below 20 ms.

| search | p50 ms | p95 ms | CPU ms |
| --- | --: | --: | --: |
${rows.join('\n')}
`,
    );
  }
} finally {
  if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
