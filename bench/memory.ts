/**
 * Memory of the server process while one client stores gigabytes in one request and 32 others retrieve frames. Ends with
 * exit code 1 when it went over 300 MB, or when anything was answered wrongly. `--write` puts what came out into
 * docs/performance.md.
 *
 *     node bench/memory.ts [--gigabytes 10] [--readers 32] [--write]
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { commandOf, processTree } from '../test/harness/processes.ts';
import {
  instanceMaker,
  instanceUid,
  seriesUid,
  STORE_TYPE,
  storeBody,
  studyUid,
} from './gateway/instances.ts';
import { fire, percentile, type Shot } from './gateway/load.ts';
import { writeSection } from './gateway/sections.ts';
import { startHutong, type System } from './gateway/systems.ts';

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '10' },
    readers: { type: 'string', default: '32' },
    write: { type: 'boolean', default: false },
  },
});
const gigabytes = Number(options.gigabytes);
const readers = Number(options.readers);
const LIMIT_MB = 300;
const READ_STUDY = 1;
const READ_INSTANCES = 50;
const STORED_STUDY = 500;
const make = instanceMaker(512);
const instances = Math.floor((gigabytes * 1e9) / make(0, 0).length);

/** The resident memory of the process that answers requests, in megabytes. */
function serverMemory(system: System): () => number {
  const server = processTree(system.pid).find((pid) => / serve$/.test(commandOf(pid)));
  if (server === undefined) throw new Error('no server process below the cloud');
  return () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server}/status`, 'utf8'))?.[1]) / 1024;
}

/** One request with all instances, sent as fast as the server takes them. Returns the status. */
async function storeAll(system: System): Promise<number> {
  const sent = request(`${system.dicomweb}/studies`, {
    method: 'POST',
    headers: { ...system.headers, 'Content-Type': STORE_TYPE, Accept: 'application/dicom+json' },
  });
  const answered = new Promise<number>((resolve, reject) => {
    sent.on('error', reject).on('response', (answer) => {
      answer.resume().on('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
  });
  for (let n = 0; n < instances; n += 1) {
    const pieces = storeBody([make(STORED_STUDY + Math.floor(n / 1000), n % 1000)]);
    // The close delimiter of all but the last would end the body.
    for (const piece of n === instances - 1 ? pieces : pieces.slice(0, -1)) {
      if (!sent.write(piece)) await new Promise((resolve) => sent.once('drain', resolve));
    }
  }
  sent.end();
  const status = await answered;
  await finished(sent).catch(() => undefined);
  return status;
}

const system = await startHutong();
const memory = serverMemory(system);
const body = storeBody(Array.from({ length: READ_INSTANCES }, (_, i) => make(READ_STUDY, i)));
const headers = { ...system.headers, 'Content-Type': STORE_TYPE, Accept: 'application/dicom+json' };
await fire(() => ({ method: 'POST', url: `${system.dicomweb}/studies`, headers, body }), 1, 1);
const atRest = memory();
let most = 0;
const sampler = setInterval(() => (most = Math.max(most, memory())), 100);
const frame = (n: number): Shot => ({
  url: `${system.dicomweb}/studies/${studyUid(READ_STUDY)}/series/${seriesUid(READ_STUDY)}/instances/${instanceUid(READ_STUDY, n % READ_INSTANCES)}/frames/1`,
  headers: {
    ...system.headers,
    Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*',
  },
});
const store = { open: true };
const started = performance.now();
const stored = storeAll(system).finally(() => (store.open = false));
let read = 0;
let slowest = 0;
while (store.open) {
  const result = await fire(frame, readers * 8, readers);
  read += result.requests;
  slowest = Math.max(slowest, percentile(result, 0.95));
}
const status = await stored;
const seconds = (performance.now() - started) / 1000;
clearInterval(sampler);
const rates = {
  stored: (instances / seconds).toFixed(0),
  read: (read / seconds).toFixed(0),
  slowest: slowest.toFixed(0),
};
console.log(
  `${instances} instances (${gigabytes} GB) in one request: answered ${status} after ${seconds.toFixed(0)} s, ` +
    `${rates.stored} instances/s; meanwhile ${readers} clients read ${read} frames ` +
    `(${rates.read}/s, worst p95 ${rates.slowest} ms); server RSS at most ${most.toFixed(0)} MB (limit ${LIMIT_MB})`,
);
if (options.write) {
  writeSection(
    'memory',
    `## Memory of the server while it streams

Written by \`node bench/memory.ts --write\`: one client stores ${gigabytes} GB, ${instances.toLocaleString('en')} instances, in one request as fast as they are taken, and ${readers} others read frames of 512 KB meanwhile. Resident memory of the server process, read every 100 ms; the limit is ${LIMIT_MB} MB.

| before, MB | at most, MB | instances stored /s | frames read /s | worst p95 of a frame, ms |
| --: | --: | --: | --: | --: |
| ${atRest.toFixed(0)} | ${most.toFixed(0)} | ${rates.stored} | ${rates.read} | ${rates.slowest} |
`,
  );
}
await system.stop();
process.exitCode = status === 200 && most < LIMIT_MB ? 0 : 1;
