import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commandOf, eventually, InVain, killAll, processTree } from './processes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A whole cloud run as an operator runs it: `hutong start` in processes of its own. */
export interface RunningCloud {
  url: string;
  /** The one-time sign-in link it printed, or null when authentication is off. */
  signInLink: string | null;
  dataDirectory: string;
  env: NodeJS.ProcessEnv;
  pid: number;
  /** Everything it printed, for messages of failed tests. */
  output(): string;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
  /** kill -9 of the whole tree at once. `sparing` leaves processes whose command matches (PostgreSQL, for example). */
  kill9(sparing?: RegExp): Promise<void>;
}

/** A folder that every user may enter: PostgreSQL refuses to run as root and drops to another user. */
export function temporaryFolder(name: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `hutong-${name}-`));
  fs.chmodSync(folder, 0o755);
  return folder;
}

/** Runs one `hutong` subcommand to its end and returns its standard output. @throws Error with its output when it fails */
export async function hutong(args: string[], env: NodeJS.ProcessEnv, checkout = ROOT): Promise<string> {
  const child = spawn(process.execPath, [path.join(checkout, 'scripts/hutong.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`hutong ${args.join(' ')} ended with ${code}:\n${out}${err}`);
  return out.trim();
}

/** Starts a cloud on a free port and waits until it says that it runs. */
export async function startCloud(
  settings: NodeJS.ProcessEnv & { HUTONG_DATA: string },
): Promise<RunningCloud> {
  const env: NodeJS.ProcessEnv = {
    HUTONG_PORT: '0',
    HUTONG_QUIET_SECONDS: '1',
    HUTONG_LOG_LEVEL: 'warn',
    ...settings,
  };
  const child: ChildProcess = spawn(process.execPath, [path.join(ROOT, 'scripts/hutong.ts'), 'start'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let exited = false;
  child.on('exit', () => (exited = true));
  const url = await eventually(
    'the cloud says that it runs',
    async () => {
      if (exited) throw new InVain(`hutong start ended:\n${output}`);
      return /DICOMweb\s+(\S+)\/dicomweb/.exec(output)?.[1];
    },
    90_000,
  ).catch((error: unknown) => {
    killAll(processTree(child.pid!));
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${output}`);
  });
  const pid = child.pid!;
  return {
    url,
    signInLink: /(\S+\/sign-in#\S+)/.exec(output)?.[1] ?? null,
    dataDirectory: settings.HUTONG_DATA,
    env,
    pid,
    output: () => output,
    async stop() {
      if (!exited) process.kill(pid, 'SIGTERM');
      await ended;
    },
    async kill9(sparing) {
      const doomed = processTree(pid).filter(
        (each) => sparing === undefined || !sparing.test(commandOf(each)),
      );
      killAll(doomed);
      await ended;
    },
  };
}
