import fs from 'node:fs';
import net from 'node:net';
import {
  aCtStudy,
  anInstance,
  executablePreamble,
  missingUid,
  notDicom,
  overlongUid,
  truncatedHeader,
  truncatedInstance,
  unknownTransferSyntax,
  withoutPreamble,
} from '@hutong/test/factories';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';
import { authorization, findInstance, multipart, readStoreAnswer, store } from '../harness/dicomweb.ts';
import { addHospital, askIndex } from '../harness/killNine.ts';
import { commandOf, eventually, processTree } from '../harness/processes.ts';

const ROUNDS = 200;

describe('bad input, round after round', () => {
  const dataDirectory = temporaryFolder('bad');
  let cloud: RunningCloud;
  let key: string;

  beforeAll(async () => {
    cloud = await startCloud({ HUTONG_DATA: dataDirectory });
    key = await addHospital(cloud);
  });
  afterAll(async () => {
    await cloud.stop();
    fs.rmSync(dataDirectory, { recursive: true, force: true });
  });

  const post = async (body: Uint8Array, contentType: string) =>
    readStoreAnswer(
      await fetch(`${cloud.url}/dicomweb/studies`, {
        method: 'POST',
        headers: { ...authorization(key), 'content-type': contentType, accept: 'application/dicom+json' },
        body: body as Uint8Array<ArrayBuffer>,
      }),
    );

  /** Sends a body that announces more than it brings and closes the connection. */
  const cutBody = async (body: Uint8Array, boundary: string): Promise<void> => {
    const { hostname, port } = new URL(cloud.url);
    await new Promise<void>((resolve) => {
      const socket = net.connect(Number(port), hostname, () => {
        socket.write(
          `POST /dicomweb/studies HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${key}\r\n` +
            `Content-Type: multipart/related; type="application/dicom"; boundary=${boundary}\r\nContent-Length: ${body.length + 5000}\r\n\r\n`,
        );
        socket.write(body, () => setTimeout(() => socket.destroy(), 20));
      });
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
      socket.resume();
    });
  };

  const serverRss = (): number => {
    const pid = processTree(cloud.pid).find((each) => / serve$/.test(commandOf(each)))!;
    return Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  };

  async function oneRound(round: number): Promise<void> {
    const seed = `round-${round}`;
    const good = anInstance({}, { seed: `${seed}/good` });
    const bad = [
      truncatedInstance(`${seed}/cut`).bytes,
      truncatedHeader(`${seed}/cut-header`).bytes,
      missingUid('SOPInstanceUID', `${seed}/no-sop`).bytes,
      missingUid('StudyInstanceUID', `${seed}/no-study`).bytes,
      missingUid('SeriesInstanceUID', `${seed}/no-series`).bytes,
      overlongUid(`${seed}/long`).bytes,
      unknownTransferSyntax(`${seed}/syntax`).bytes,
      withoutPreamble(`${seed}/no-preamble`).bytes,
      executablePreamble(`${seed}/exe`).bytes,
      notDicom(),
    ];
    const mixed = await store(cloud.url, key, [bad[0]!, good.bytes, ...bad.slice(1)]);
    expect(mixed.status).toBe(202);
    expect(mixed.stored).toEqual([good.sopInstanceUid]);
    expect(mixed.failed).toHaveLength(bad.length);
    for (const failure of mixed.failed) {
      expect(failure.reason).toBeGreaterThan(0);
      expect(failure.comment).not.toBe('');
    }
    expect((await store(cloud.url, key, bad)).status).toBe(409);

    const changed = anInstance({ InstanceNumber: 77 }, { seed: `${seed}/good` });
    expect(changed.sopInstanceUid).toBe(good.sopInstanceUid);
    const conflict = await store(cloud.url, key, [changed.bytes]);
    expect(conflict.stored).toEqual([]);
    expect(conflict.failed[0]!.sopInstanceUid).toBe(good.sopInstanceUid);
    expect((await store(cloud.url, key, [good.bytes])).status).toBe(200);

    expect(
      (
        await post(
          multipart([good.bytes], 'right'),
          'multipart/related; type="application/dicom"; boundary=wrong',
        )
      ).status,
    ).toBe(400);
    expect((await post(good.bytes, 'multipart/related; type="application/dicom"')).status).toBe(400);
    expect((await post(good.bytes, 'image/jpeg')).status).toBe(415);

    const bare = anInstance({}, { seed: `${seed}/bare` });
    const withoutHeaders = Buffer.concat([
      Buffer.from('--b\r\n\r\n'),
      bare.bytes,
      Buffer.from('\r\n--b--\r\n'),
    ]);
    expect(
      (await post(withoutHeaders, 'multipart/related; type="application/dicom"; boundary=b')).stored,
    ).toEqual([bare.sopInstanceUid]);

    const whole = anInstance({}, { seed: `${seed}/whole` });
    const cut = anInstance({}, { seed: `${seed}/cut-in-body` });
    const body = Buffer.from(multipart([whole.bytes, cut.bytes], 'cut'));
    await cutBody(body.subarray(0, body.length - 2000), 'cut');
    await eventually(
      'the part that arrived whole is found',
      () => findInstance(cloud.url, key, whole.sopInstanceUid),
      15_000,
    );
    expect(await findInstance(cloud.url, key, cut.sopInstanceUid)).toBeNull();
  }

  test(`${ROUNDS} rounds of everything leave no object and no row behind, the server alive and its memory as it was`, async () => {
    await oneRound(0);
    const [first] = await askIndex<{ instances: number }>(
      cloud,
      'SELECT count(*)::int AS instances FROM instance',
    );
    expect(first!.instances).toBe(3);
    const before = serverRss();
    for (let round = 1; round < ROUNDS; round++) await oneRound(round);
    const after = serverRss();
    const [last] = await askIndex<{ instances: number; aside: number }>(
      cloud,
      'SELECT (SELECT count(*)::int FROM instance) AS instances, (SELECT count(*)::int FROM kept_aside) AS aside',
    );
    expect(last).toEqual({ instances: 3 * ROUNDS, aside: ROUNDS });
    expect(
      after - before,
      `server RSS grew from ${Math.round(before)} to ${Math.round(after)} MB`,
    ).toBeLessThan(50);
    const study = aCtStudy({ seed: 'after' });
    expect(
      (
        await store(
          cloud.url,
          key,
          study.instances.map(({ bytes }) => bytes),
        )
      ).status,
    ).toBe(200);
  });
});
