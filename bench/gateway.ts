/**
 * The gateway beside its peers: the same generated data and the same client against ours, Debian's Orthanc and nginx where
 * they are installed, and the simplest Node program that moves the same bytes, in turn, in one run.
 *
 *     npm run bench -- [--only store-10,frames-6] [--rounds 3] [--s3] [--write]
 *
 * `--s3` runs ours on a real S3 server besides (Debian's radosgw). `--write` puts the tables into docs/performance.md.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startRadosGateway } from '../scripts/run/radosGateway.ts';
import { startBareNode } from './gateway/bareNode.ts';
import { RENDERED_PREFIX } from './gateway/bareRender.ts';
import { PARTS_HEADER } from './gateway/bareStore.ts';
import { fire, type Shot } from './gateway/load.ts';
import { measure, type Measured } from './gateway/measure.ts';
import { findNginx, startNginx } from './gateway/nginx.ts';
import { untilIdle, usageOf } from './gateway/processCpu.ts';
import { startPlainS3, type PlainS3 } from './gateway/plainS3.ts';
import { documentOf, PLAIN_S3, printRow, type Row } from './gateway/report.ts';
import { startHutong, startPeer, type System } from './gateway/systems.ts';
import { STORE_TYPE } from './gateway/instances.ts';
import { frameBytes, LARGE_BYTES, readingData, type Workload, workloads } from './gateway/workloads.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    s3: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const chosen = options.only?.split(',');
const all = workloads();
const wanted = all.filter((workload) => chosen?.includes(workload.id) ?? true);
if (wanted.length === 0) throw new Error(`--only knows ${all.map(({ id }) => id).join(', ')}`);
const rounds = Math.max(1, Number(options.rounds));

/** Stores wait for the disk, whose times scatter most: so many times the rounds. */
const ROUNDS_OF_STORES = 3;

/** Longer than the quiet time of {@link startHutong}. */
const QUIET_MS = 2500;

async function prepare(system: System): Promise<void> {
  const headers = { ...system.headers, 'Content-Type': STORE_TYPE, Accept: 'application/dicom+json' };
  for (const body of readingData())
    await fire(() => ({ method: 'POST', url: `${system.dicomweb}/studies`, headers, body }), 1, 1);
}

/** Measures a workload on a system; null when the system does not have what it asks for. */
async function measureOn(system: System, workload: Workload): Promise<Measured | null> {
  try {
    return await measure({ ...workload, shot: (n) => workload.shot(system, n) }, () => system.usage());
  } catch (error) {
    console.log(`  ${system.name}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** A server of files, given what the workloads with `bare` read. */
function fileShots(url: string, workload: Workload): ((n: number) => Shot) | null {
  const { bare } = workload;
  return bare === undefined ? null : (n) => ({ url: `${url}/${bare(n)}` });
}

/** What the bare program is asked: the files, and for stores the same bodies, cut into files of equal length. */
function bareShots(ours: System, url: string, workload: Workload): ((n: number) => Shot) | null {
  const { parts, bareRendered } = workload;
  if (bareRendered !== undefined) return (n) => ({ url: `${url}/${RENDERED_PREFIX}${bareRendered(n)}` });
  if (parts === undefined) return fileShots(url, workload);
  return (n) => {
    const { method = 'POST', body = [] } = workload.shot(ours, n);
    return { method, url, headers: { [PARTS_HEADER]: String(parts) }, body };
  };
}

function writeFiles(folder: string): void {
  for (let n = 0; n < 100; n += 1) fs.writeFileSync(path.join(folder, `frame-${n}`), frameBytes(n));
  fs.writeFileSync(path.join(folder, 'series'), Buffer.alloc(LARGE_BYTES * 100, 7));
}

const systems: System[] = [];

/** Studies are judged some seconds after their last instance, which must not fall into the next measurement. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  for (const system of systems) await untilIdle(() => system.usage());
}

const stops: (() => Promise<void>)[] = [];
try {
  const ours = await startHutong();
  systems.push(ours);
  const peer = await startPeer();
  if (peer === null)
    console.log('Orthanc is not installed: its columns stay empty (packages orthanc, orthanc-dicomweb)');
  else systems.push(peer);
  let plainS3: PlainS3 | null = null;
  if (options.s3) {
    const folder = fs.mkdtempSync('/tmp/hutong-bench-s3-');
    const s3 = await startRadosGateway(folder);
    stops.push(s3.stop);
    const settings = Object.fromEntries(
      Object.entries(s3.env).map(([name, value]) => [name.replace('HUTONG_TEST_', 'HUTONG_'), value]),
    );
    systems.push(await startHutong(settings, 'Hutong on S3'));
    const plain = await startPlainS3(settings);
    plainS3 = plain;
    stops.push(() => plain.stop());
  }
  const bare = await startBareNode();
  stops.push(() => bare.stop());
  writeFiles(bare.folder);
  const nginx = findNginx() === null ? null : await startNginx();
  if (nginx !== null) {
    stops.push(() => nginx.stop());
    writeFiles(nginx.folder);
  }
  for (const system of systems) await prepare(system);

  const rows: Row[] = [];
  for (const workload of wanted) {
    await settle();
    const results: Record<string, (Measured | null)[]> = {};
    const add = (name: string, measured: Measured | null): void => {
      (results[name] ??= []).push(measured);
    };
    const times = rounds * (workload.parts === undefined ? 1 : ROUNDS_OF_STORES);
    for (let round = 0; round < times; round += 1) {
      for (const system of systems) {
        add(system.name, await measureOn(system, workload));
        if (workload.parts !== undefined) await settle();
      }
      for (const [name, server] of [
        ['nginx', nginx],
        ['bare Node', bare],
      ] as const) {
        if (server === null) continue;
        const shot =
          name === 'bare Node' ? bareShots(ours, server.url, workload) : fileShots(server.url, workload);
        if (shot !== null) add(name, await measure({ ...workload, shot }, () => usageOf([server.pid])));
      }
      if (plainS3 !== null && workload.id.startsWith('frames-')) {
        const { url, pid } = plainS3;
        const shot = (n: number): Shot => ({ url: `${url}/${n}` });
        add(PLAIN_S3, await measure({ ...workload, shot }, () => usageOf([pid])));
      }
    }
    const row: Row = { workload, results };
    rows.push(row);
    printRow(row);
  }
  if (options.write) {
    const file = path.resolve(import.meta.dirname, '../docs/performance.md');
    fs.writeFileSync(
      file,
      documentOf(rows, { orthanc: peer?.version ?? null, rounds, roundsOfStores: rounds * ROUNDS_OF_STORES }),
    );
    console.log(`wrote ${path.relative(process.cwd(), file)}`);
  }
} finally {
  for (const system of systems) await system.stop();
  for (const stop of stops) await stop();
}
