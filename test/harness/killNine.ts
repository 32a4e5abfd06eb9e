import fs from 'node:fs';
import path from 'node:path';
import type { ConformanceResponse } from '@hutong/conformance';
import { aCtStudy, type FactoryInstance } from '@hutong/test/factories';
import { Client } from 'pg';
import { expect } from 'vitest';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from './cloud.ts';
import { findInstance, getJson, retrieveInstance, store } from './dicomweb.ts';
import { eventually } from './processes.ts';

export const HOSPITAL = 'test-first';

/** Adds the test hospital to a running cloud and returns a key that stores and reads for it. */
export async function addHospital(cloud: RunningCloud, code = HOSPITAL): Promise<string> {
  const env = { ...cloud.env, HUTONG_DATA: cloud.dataDirectory };
  await hutong(
    ['hospital', 'add', '--code', code, '--name-zh', '测试医院', '--name-en', 'Test Hospital'],
    env,
  );
  return hutong(['key', 'create', '--hospital', code, '--scope', 'store,read'], env);
}

/** Asks the index of a running cloud. */
export async function askIndex<T extends object>(
  cloud: RunningCloud,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> {
  const state = JSON.parse(fs.readFileSync(path.join(cloud.dataDirectory, 'run.json'), 'utf8')) as {
    databaseUrl: string;
  };
  const client = new Client({ connectionString: state.databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Pushes instances from several clients at once until all are sent or the server is gone; collects what was acknowledged. */
async function push(
  url: string,
  key: string,
  instances: readonly FactoryInstance[],
  acknowledged: Map<string, FactoryInstance>,
): Promise<void> {
  const waiting = [...instances];
  const client = async (): Promise<void> => {
    for (let batch = waiting.splice(0, 3); batch.length > 0; batch = waiting.splice(0, 3)) {
      let answer;
      try {
        answer = await store(
          url,
          key,
          batch.map(({ bytes }) => bytes),
        );
      } catch {
        return;
      }
      for (const uid of answer.stored) {
        const instance = batch.find(({ sopInstanceUid }) => sopInstanceUid === uid);
        if (instance !== undefined) acknowledged.set(uid, instance);
      }
    }
  };
  await Promise.all([client(), client(), client(), client()]);
}

/**
 * kill -9 in the middle of a push, then start again: every acknowledged instance is found and comes back byte for
 * byte, sending everything again succeeds, and each study gets its verdict exactly once.
 *
 * @param sparing processes that survive the kill, as an orphaned PostgreSQL does
 * @param betweenDeathAndRebirth what else goes wrong, for example Redis being wiped
 */
export async function survivesKillNine(
  name: string,
  settings: NodeJS.ProcessEnv,
  {
    sparing,
    betweenDeathAndRebirth,
  }: { sparing?: RegExp; betweenDeathAndRebirth?: () => Promise<void> } = {},
): Promise<void> {
  const dataDirectory = temporaryFolder(name);
  const studies = Array.from({ length: 40 }, (_, i) => aCtStudy({ seed: `${name}/${i}`, slices: 6 }));
  const instances = studies.flatMap((study) => study.instances);
  const acknowledged = new Map<string, FactoryInstance>();
  let cloud = await startCloud({ ...settings, HUTONG_DATA: dataDirectory });
  try {
    const key = await addHospital(cloud);
    const pushing = push(cloud.url, key, instances, acknowledged);
    await eventually('some instances are acknowledged', async () => acknowledged.size >= 30, 60_000, 2);
    await cloud.kill9(sparing);
    await pushing;
    const before = acknowledged.size;
    expect(before, 'the kill came before everything was sent').toBeLessThan(instances.length);
    await betweenDeathAndRebirth?.();

    cloud = await startCloud({ ...settings, HUTONG_DATA: dataDirectory });
    for (const [uid, instance] of acknowledged) {
      const found = await findInstance(cloud.url, key, uid);
      expect(found, `acknowledged instance ${uid} is found`).not.toBeNull();
      const bytes = await retrieveInstance(cloud.url, key, found!);
      expect(bytes.equals(instance.bytes), `instance ${uid} comes back byte for byte`).toBe(true);
    }

    await push(cloud.url, key, instances, acknowledged);
    expect(acknowledged.size).toBe(instances.length);
    for (const { studyInstanceUid } of studies) {
      await eventually(`the verdict of ${studyInstanceUid}`, async () => {
        const answer = await getJson<ConformanceResponse>(
          `${cloud.url}/api/studies/${studyInstanceUid}/conformance`,
          key,
        );
        return answer?.status === 'done';
      });
    }
    const [counts] = await askIndex<{ studies: number; judged: number; twice: number; instances: number }>(
      cloud,
      `SELECT (SELECT count(*)::int FROM study) AS studies,
              (SELECT count(*)::int FROM instance) AS instances,
              (SELECT count(DISTINCT r.study_id)::int FROM conformance_result r JOIN study s USING (study_id) WHERE r.revision = s.conformance_revision) AS judged,
              (SELECT count(*)::int FROM (SELECT FROM conformance_result GROUP BY study_id, revision, settled HAVING count(*) > 1) d) AS twice`,
    );
    expect(counts).toEqual({
      studies: studies.length,
      instances: instances.length,
      judged: studies.length,
      twice: 0,
    });
    await cloud.stop();
  } finally {
    await cloud.kill9().catch(() => undefined);
    fs.rmSync(dataDirectory, { recursive: true, force: true });
  }
}
