import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { aCtStudy } from '@hutong/test/factories';
import { expect, test } from 'vitest';
import { hutong, startCloud, temporaryFolder } from '../harness/cloud.ts';
import { store } from '../harness/dicomweb.ts';
import { addHospital, askIndex, HOSPITAL } from '../harness/killNine.ts';
import { eventually } from '../harness/processes.ts';

const STUDIES = 24;
const SLICES = 12;
const UNDER_WAY = `SELECT count(*) FILTER (WHERE state = 'done')::int AS done,
                          count(*) FILTER (WHERE state = 'waiting')::int AS left FROM export_study`;

test('kill -9 while an export is written: its archive has each study once, and every file of it', async () => {
  const dataDirectory = temporaryFolder('export-kill');
  const settings = { HUTONG_DATA: dataDirectory };
  let cloud = await startCloud(settings);
  try {
    const key = await addHospital(cloud);
    const env = { ...cloud.env, HUTONG_DATA: dataDirectory };
    const studies = Array.from({ length: STUDIES }, (_, n) =>
      aCtStudy({
        seed: `killed export ${n}`,
        slices: SLICES,
        rows: 256,
        columns: 256,
        overrides: { PatientID: `GEHEIM-${n}` },
      }),
    );
    for (const { instances } of studies) {
      const { stored } = await store(
        cloud.url,
        key,
        instances.map(({ bytes }) => bytes),
      );
      expect(stored).toHaveLength(SLICES);
    }
    const exporting = await hutong(['key', 'create', '--hospital', HOSPITAL, '--scope', 'export'], env);
    const ask = (way: string, body?: object): Promise<Response> =>
      fetch(`${cloud.url}/api/exports${way}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${exporting}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const made = await ask('', {
      project: 'KILL-1',
      title: 't',
      approval: 'EC-1',
      reason: 'test',
      filter: {},
    });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    let deaths = 0;
    for (const share of [1 / 6, 1 / 2]) {
      await eventually(
        'part of the export is written',
        async () => ((await askIndex<{ done: number }>(cloud, UNDER_WAY))[0]?.done ?? 0) >= STUDIES * share,
        60_000,
        2,
      );
      await cloud.kill9();
      deaths += 1;
      cloud = await startCloud(settings);
      const [left] = await askIndex<{ left: number }>(cloud, UNDER_WAY);
      expect(left?.left, 'the kill came before everything was written').toBeGreaterThan(0);
      // The lease of the worker that died would be over in a minute.
      await askIndex(cloud, `UPDATE export_study SET leased_until = NULL WHERE state = 'waiting'`);
    }
    expect(deaths).toBe(2);
    await eventually(
      'the export is done',
      async () => ((await (await ask(`/${id}`)).json()) as { state: string }).state === 'done',
      120_000,
    );
    const answer = await ask(`/${id}/archive`);
    expect(answer.status).toBe(200);
    const to = path.join(dataDirectory, 'archive');
    fs.writeFileSync(`${to}.zip`, Buffer.from(await answer.arrayBuffer()));
    execFileSync('python3', ['-m', 'zipfile', '-t', `${to}.zip`]);
    execFileSync('python3', ['-m', 'zipfile', '-e', `${to}.zip`, to]);
    const folders = new Map<string, number>();
    for (const name of fs.readdirSync(to, { recursive: true }) as string[]) {
      if (!name.endsWith('.dcm')) continue;
      const folder = name.split(path.sep).slice(0, 2).join('/');
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    }
    expect([...folders.values()]).toEqual(Array.from({ length: STUDIES }, () => SLICES));
    const lines = fs.readFileSync(path.join(to, 'manifest.csv'), 'utf8').trim().split('\r\n').slice(1);
    expect(new Set(lines.map((line) => line.split(',')[1])).size).toBe(STUDIES);
    expect(lines).toHaveLength(STUDIES);
  } finally {
    await cloud.kill9().catch(() => undefined);
    fs.rmSync(dataDirectory, { recursive: true, force: true });
  }
});
