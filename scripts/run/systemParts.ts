import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommand } from './command.ts';
import { answers, freePort } from './ports.ts';
import { startRadosGateway } from './radosGateway.ts';

export interface SystemParts {
  /** Where the tests find the real parts. */
  env: Record<string, string>;
  /** What could not be had, each as the line that is printed after NOT PROVEN. */
  notProven: string[];
  stop(): Promise<void>;
}

const DEBIAN_PACKAGES = ['redis-server', 'radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common', 'curl', 'dcmtk'];
const isRoot = process.getuid?.() === 0;

async function has(command: string): Promise<boolean> {
  return (await runCommand('sh', ['-c', `command -v ${command}`])).code === 0;
}

/** Installs the Debian packages that are missing, when this is Debian and we are root; says what it does. */
async function installPackages(): Promise<void> {
  const commands = ['redis-server', 'radosgw', 'ceph-mon', 'ceph-osd', 'ceph', 'curl', 'dcmdump'];
  const missing = (
    await Promise.all(commands.map(async (command) => ((await has(command)) ? [] : [command])))
  ).flat();
  if (missing.length === 0 || !isRoot || !(await has('apt-get'))) return;
  console.log(`Installing Debian packages for ${missing.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-q'], { env });
  const { code, output } = await runCommand(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', ...DEBIAN_PACKAGES],
    { env },
  );
  if (code !== 0) console.log(`apt-get did not install them:\n${output.split('\n').slice(-8).join('\n')}`);
}

async function startRedis(folder: string): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  await answers(port);
  return { url: `redis://127.0.0.1:${port}/0`, process: child };
}

/**
 * Brings up the real Redis and the real S3 server for the system tests: from `HUTONG_TEST_REDIS_URL` and
 * `HUTONG_TEST_S3_ENDPOINT` (with `…_ACCESS_KEY`, `…_SECRET_KEY`) where given, else from Debian's packages.
 */
export async function prepareSystem(): Promise<SystemParts> {
  const env: Record<string, string> = { HUTONG_TEST_SYSTEM: '1' };
  const notProven: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hutong-system-'));
  await installPackages();

  if (process.env['HUTONG_TEST_REDIS_URL'] === undefined) {
    if (await has('redis-server')) {
      const redis = await startRedis(folder);
      env['HUTONG_TEST_REDIS_URL'] = redis.url;
      stops.push(async () => Promise.resolve(void redis.process.kill('SIGKILL')));
    } else notProven.push('REDIS: no redis-server here; install it or set HUTONG_TEST_REDIS_URL');
  }
  if (process.env['HUTONG_TEST_S3_ENDPOINT'] === undefined) {
    if (isRoot && (await has('radosgw')) && (await has('ceph-osd'))) {
      try {
        const gateway = await startRadosGateway(path.join(folder, 'ceph'));
        Object.assign(env, gateway.env);
        stops.push(gateway.stop);
      } catch (error) {
        notProven.push(
          `S3: the S3 server did not start: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    } else notProven.push('S3: no S3 server here; install radosgw as root or set HUTONG_TEST_S3_ENDPOINT');
  }
  if (!(await has('curl'))) notProven.push('CURL: not installed');
  return {
    env,
    notProven,
    async stop() {
      for (const stop of stops.reverse()) await stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
