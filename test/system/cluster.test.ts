import fs from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { ConformanceResponse } from '@hutong/conformance';
import { silentLog, startEmbeddedPostgres } from '@hutong/storage-config';
import { aCtStudy } from '@hutong/test/factories';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../scripts/run/ports.ts';
import { hutong, temporaryFolder } from '../harness/cloud.ts';
import { findInstance, getJson, retrieveInstance, store } from '../harness/dicomweb.ts';
import { survivesKillNine } from '../harness/killNine.ts';
import { eventually } from '../harness/processes.ts';
import { composeEnvironment, startProcess } from '../harness/topology.ts';

const redisUrl = process.env['HUTONG_TEST_REDIS_URL'];
const s3Endpoint = process.env['HUTONG_TEST_S3_ENDPOINT'];

/** Settings of the real Redis and S3 with a bucket of its own. */
function clusterSettings(): Record<string, string> {
  return {
    HUTONG_REDIS_URL: redisUrl!,
    HUTONG_S3_ENDPOINT: s3Endpoint!,
    HUTONG_S3_BUCKET: `hutong-${randomBytes(6).toString('hex')}`,
    HUTONG_S3_ACCESS_KEY: process.env['HUTONG_TEST_S3_ACCESS_KEY'] ?? '',
    HUTONG_S3_SECRET_KEY: process.env['HUTONG_TEST_S3_SECRET_KEY'] ?? '',
  };
}

async function wipeRedis(): Promise<void> {
  const redis = new Redis(redisUrl!);
  await redis.flushall();
  redis.disconnect();
}

describe.skipIf(redisUrl === undefined || s3Endpoint === undefined)(
  'on real Redis and a real S3 server',
  () => {
    test('kill -9 during a push and a wiped Redis lose nothing that was acknowledged', async () => {
      await survivesKillNine('cluster', clusterSettings(), { betweenDeathAndRebirth: wipeRedis });
    });

    test('the processes of docker-compose.yml work together: two servers, a worker, PostgreSQL, Redis and S3', async () => {
      const dataDirectory = temporaryFolder('compose');
      const postgres = await startEmbeddedPostgres({ dataDirectory, log: silentLog });
      const settings = composeEnvironment({
        ...clusterSettings(),
        HUTONG_DATABASE_URL: postgres.databaseUrl,
        HUTONG_SECRET_KEY: randomBytes(32).toString('base64'),
        HUTONG_DATA: dataDirectory,
        HUTONG_HOST: '127.0.0.1',
        HUTONG_QUIET_SECONDS: '1',
      });
      const running: { stop(): Promise<void> }[] = [];
      try {
        await hutong(['migrate'], settings);
        await hutong(
          ['hospital', 'add', '--code', 'first', '--name-zh', '第一医院', '--name-en', 'First'],
          settings,
        );
        const key = await hutong(['key', 'create', '--hospital', 'first', '--scope', 'store,read'], settings);
        const one = await startProcess('serve', settings, await freePort());
        const two = await startProcess('serve', settings, await freePort());
        const worker = await startProcess('worker', settings);
        running.push(one, two, worker);

        const study = aCtStudy({ seed: 'compose', slices: 8 });
        const half = study.instances.length / 2;
        const answers = await Promise.all([
          store(
            one.url!,
            key,
            study.instances.slice(0, half).map(({ bytes }) => bytes),
          ),
          store(
            two.url!,
            key,
            study.instances.slice(half).map(({ bytes }) => bytes),
          ),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        for (const { sopInstanceUid, bytes } of study.instances) {
          const found = await findInstance(two.url!, key, sopInstanceUid);
          expect((await retrieveInstance(one.url!, key, found!)).equals(bytes)).toBe(true);
        }
        const done = await eventually('the verdict', async () => {
          const answer = await getJson<ConformanceResponse>(
            `${two.url}/api/studies/${study.studyInstanceUid}/conformance`,
            key,
          );
          return answer?.status === 'done' ? answer : null;
        });
        expect(done.series).toHaveLength(1);
      } finally {
        for (const each of running.reverse()) await each.stop();
        await postgres.stop();
        fs.rmSync(dataDirectory, { recursive: true, force: true });
      }
    });
  },
);
