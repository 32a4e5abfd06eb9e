import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { answers, freePort } from './ports.ts';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

/** An Orthanc with its DICOMweb plugin, on loopback, with a store of its own: a peer to compare with. */
export interface Orthanc {
  /** Its DICOMweb root, without a trailing slash. */
  dicomweb: string;
  wadoUri: string;
  version: string;
  pid: number;
  stop(): Promise<void>;
}

/** The program's name on this machine (`Orthanc` or `orthanc`), or null when it or its DICOMweb plugin is not installed. */
export function findOrthanc(): string | null {
  if (!fs.existsSync(PLUGIN)) return null;
  return ['/usr/sbin/Orthanc', '/usr/bin/Orthanc'].find((file) => fs.existsSync(file)) ?? null;
}

/**
 * Starts Orthanc as Debian packages it: SQLite, files on disk, writes made durable, everything else as shipped.
 *
 * @param settings of its configuration file, in place of those as shipped
 * @throws Error when it is not installed or does not answer
 */
export async function startOrthanc(settings: Record<string, unknown> = {}): Promise<Orthanc> {
  const program = findOrthanc();
  if (program === null)
    throw new Error('Orthanc is not installed (Debian packages orthanc, orthanc-dicomweb)');
  const version =
    /Orthanc (\d[\d.]*)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)?.[1] ??
    'unknown';
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'orthanc-peer-'));
  const port = await freePort();
  const file = path.join(folder, 'orthanc.json');
  fs.writeFileSync(
    file,
    JSON.stringify({
      Name: 'peer',
      StorageDirectory: path.join(folder, 'storage'),
      IndexDirectory: path.join(folder, 'index'),
      HttpPort: port,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: false,
      DicomServerEnabled: false,
      SyncStorageArea: true,
      Plugins: [PLUGIN],
      DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: true, WadoRoot: '/wado' },
      ...settings,
    }),
  );
  const child = spawn(program, [file], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const { pid } = child;
  if (pid === undefined) throw new Error('Orthanc could not be started');
  await answers(port);
  return {
    dicomweb: `http://127.0.0.1:${port}/dicom-web`,
    wadoUri: `http://127.0.0.1:${port}/wado`,
    version,
    pid,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
