import fs from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { aCtStudy } from '@hutong/test/factories';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hutong, startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';
import { authorization, store } from '../harness/dicomweb.ts';
import { addHospital } from '../harness/killNine.ts';
import { commandOf, eventually, killAll, processTree } from '../harness/processes.ts';

const SERVERS = 2;

describe.skipIf(process.platform !== 'linux')('several servers on one port', () => {
  const dataDirectory = temporaryFolder('servers');
  let cloud: RunningCloud;
  let key: string;

  beforeAll(async () => {
    cloud = await startCloud({ HUTONG_DATA: dataDirectory, HUTONG_SERVERS: String(SERVERS) });
    key = await addHospital(cloud);
  });
  afterAll(async () => {
    await cloud.stop();
    fs.rmSync(dataDirectory, { recursive: true, force: true });
  });

  const servers = (): number[] =>
    processTree(cloud.pid).filter((pid) => /hutong\.ts serve\b/.test(commandOf(pid)));

  /** On a connection of its own, so that any of the servers may get it. */
  const statusOf = async (path: string): Promise<number> => {
    const answer = await fetch(cloud.url + path, {
      headers: { ...authorization(key), Accept: 'application/dicom+json', Connection: 'close' },
    });
    await answer.arrayBuffer();
    return answer.status;
  };

  test('each takes connections, and what one stored the others find', async () => {
    expect(servers()).toHaveLength(SERVERS);
    const study = aCtStudy({ slices: 3 });
    const stored = await store(
      cloud.url,
      key,
      study.instances.map(({ bytes }) => bytes),
    );
    expect(stored.status).toBe(200);
    const asked = Array.from({ length: 20 }, () =>
      statusOf(`/dicomweb/studies/${study.studyInstanceUid}/metadata`),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
  });

  test('one that is killed is started again on the same port, while the other answers', async () => {
    const [first = 0] = servers();
    killAll([first]);
    await eventually('the other server answers', async () => (await statusOf('/readyz')) === 200);
    await eventually('there are two again', () => {
      const now = servers();
      return Promise.resolve(now.length === SERVERS && !now.includes(first));
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => statusOf('/healthz').catch(() => 0)));
    expect(answers.filter((status) => status === 200).length).toBeGreaterThan(0);
  });

  test('a second cloud does not join them on their port', async () => {
    const other = temporaryFolder('servers-other');
    const env = { ...cloud.env, HUTONG_DATA: other, HUTONG_PORT: new URL(cloud.url).port };
    try {
      await expect(hutong(['start'], env)).rejects.toThrow();
    } finally {
      fs.rmSync(other, { recursive: true, force: true });
    }
  });
});

test.skipIf(process.platform !== 'linux')('a port that another program has is refused at once', async () => {
  const taken = net.createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const folder = temporaryFolder('servers-taken');
  try {
    const port = String((taken.address() as net.AddressInfo).port);
    const env = { HUTONG_DATA: folder, HUTONG_PORT: port, HUTONG_SERVERS: '2', HUTONG_LOG_LEVEL: 'warn' };
    await expect(hutong(['start'], env)).rejects.toThrow(/another program listens on this port/);
  } finally {
    taken.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
