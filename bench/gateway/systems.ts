import { mkdtempSync, rmSync } from 'node:fs';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOrthanc, startOrthanc } from '../../scripts/run/orthanc.ts';
import { hutong, startCloud } from '../../test/harness/cloud.ts';
import { usageOf, type Usage } from './processCpu.ts';

/** A DICOMweb server under measurement. */
export interface System {
  name: string;
  version: string;
  dicomweb: string;
  /** Sent with every request. */
  headers: Record<string, string>;
  /** Of the process that all others are below. */
  pid: number;
  usage(): Usage;
  stop(): Promise<void>;
}

/** Our own cloud as an operator starts it: server, worker and PostgreSQL, with authentication on. */
export async function startHutong(env: Record<string, string> = {}, name = 'Hutong'): Promise<System> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hutong-bench-'));
  chmodSync(folder, 0o755);
  const settings = { HUTONG_DATA: folder, HUTONG_QUIET_SECONDS: '2', HUTONG_LOG_LEVEL: 'info', ...env };
  const cloud = await startCloud(settings);
  const operator = { ...cloud.env, ...settings };
  await hutong(
    ['hospital', 'add', '--code', 'bench', '--name-zh', '测试医院', '--name-en', 'Bench Hospital'],
    operator,
  );
  const key = await hutong(['key', 'create', '--hospital', 'bench', '--scope', 'store,read'], operator);
  return {
    name,
    version: '',
    dicomweb: `${cloud.url}/dicomweb`,
    headers: { Authorization: `Bearer ${key}` },
    pid: cloud.pid,
    usage: () => usageOf([cloud.pid]),
    async stop() {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian's Orthanc, or null where it is not installed. */
export async function startPeer(): Promise<System | null> {
  if (findOrthanc() === null) return null;
  const orthanc = await startOrthanc();
  return {
    name: 'Orthanc',
    version: orthanc.version,
    dicomweb: orthanc.dicomweb,
    headers: {},
    pid: orthanc.pid,
    usage: () => usageOf([orthanc.pid]),
    stop: () => orthanc.stop(),
  };
}
