import fs from 'node:fs';
import { startOrthanc } from '../../scripts/run/orthanc.ts';
import { startCloud, temporaryFolder } from '../harness/cloud.ts';
import type { Target } from './world.ts';

export interface RunningTarget {
  target: Target;
  stop(): Promise<void>;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** The server named by `HUTONG_TEST_DICOMWEB_URL` (with `_TOKEN`, and `HUTONG_TEST_WADO_URI`), or null. */
export function namedTarget(env: NodeJS.ProcessEnv = process.env): RunningTarget | null {
  const url = env['HUTONG_TEST_DICOMWEB_URL'];
  if (url === undefined || url === '') return null;
  return {
    target: {
      name: env['HUTONG_TEST_DICOMWEB_NAME'] ?? new URL(url).host,
      root: withoutSlash(url),
      wadoUri: env['HUTONG_TEST_WADO_URI'] ?? null,
      token: env['HUTONG_TEST_DICOMWEB_TOKEN'] ?? null,
      ours: env['HUTONG_TEST_DICOMWEB_OURS'] === '1',
    },
    stop: async () => Promise.resolve(),
  };
}

/** This project's own server, as `hutong start` runs it, open to this machine. */
export async function ourTarget(): Promise<RunningTarget> {
  const folder = temporaryFolder('dicomweb');
  const cloud = await startCloud({ HUTONG_DATA: folder, HUTONG_AUTH: 'off' });
  return {
    target: {
      name: 'Hutong',
      root: `${cloud.url}/dicomweb`,
      wadoUri: `${cloud.url}/wado`,
      token: null,
      ours: true,
    },
    async stop() {
      await cloud.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian's Orthanc with its DICOMweb plugin. @throws Error when it is not installed */
export async function orthancTarget(): Promise<RunningTarget> {
  // Its answers are in its default encoding, which as shipped cannot hold most names.
  const orthanc = await startOrthanc({ DefaultEncoding: 'Utf8' });
  return {
    target: {
      name: `Orthanc ${orthanc.version}`,
      root: orthanc.dicomweb,
      wadoUri: orthanc.wadoUri,
      token: null,
      ours: false,
    },
    stop: () => orthanc.stop(),
  };
}
