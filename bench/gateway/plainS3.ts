/**
 * The least a frame from S3 costs in this runtime: a program that answers each request with a ranged GET of as many bytes
 * out of an object as large as an instance, by the client library that ours uses, and does nothing else.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { SERVER_PROCESS } from '../../server/src/processSettings.ts';
import { loadConfig } from '../../storage-config/src/index.ts';
import { newS3Client } from '../../storage-config/src/objects/s3Client.ts';
import { FRAME_BYTES, LARGE_BYTES } from './workloads.ts';

const OBJECTS = 100;
const PREFIX = 'bench-plain';

export interface PlainS3 {
  /** Each path below it is a frame. */
  url: string;
  pid: number;
  stop: () => Promise<void>;
}

/** @param settings of an installation on the S3 server, whose bucket exists */
export async function startPlainS3(settings: Record<string, string>): Promise<PlainS3> {
  const child = fork(import.meta.filename, {
    execArgv: [...SERVER_PROCESS.execArgv],
    env: { ...process.env, ...SERVER_PROCESS.env, ...settings },
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function serve(): Promise<void> {
  const { s3 } = loadConfig(process.env);
  if (s3 === null) throw new Error('the settings name no S3 server');
  const { bucket } = s3;
  const { client } = newS3Client(s3);
  const body = Buffer.alloc(LARGE_BYTES, 7);
  for (let n = 0; n < OBJECTS; n += 1) await client.putObject(bucket, `${PREFIX}/${n}`, body);
  let asked = 0;
  const server = createServer((_req, res) => {
    const key = `${PREFIX}/${asked++ % OBJECTS}`;
    client
      .getPartialObject(bucket, key, LARGE_BYTES - FRAME_BYTES, FRAME_BYTES)
      .then((frame) => pipeline(frame, res))
      .catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('disconnect', () => process.exit(0));
  process.send?.({ port: (server.address() as AddressInfo).port });
}

if (process.argv[1] === import.meta.filename && process.send !== undefined) await serve();
