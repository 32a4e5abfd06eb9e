import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../harness/cloud.ts';
import { TS, type ImageKind } from './material/images.ts';
import { nativePixels } from './rows/retrieve.ts';
import { namedTarget, ourTarget, type RunningTarget } from './targets.ts';
import { instancePath, World } from './world.ts';

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const TOOLS = ['dcmdump', 'dcmftest', 'dcm2json', 'dcmconv', 'dcmdjpeg', 'dcmdjpls', 'dcmdrle'];

/** What this server makes of each source, and which of dcmtk's tools decodes it. */
const DECODERS = {
  [TS.jpegLossless]: 'dcmdjpeg',
  [TS.jpegLs]: 'dcmdjpls',
  [TS.rle]: 'dcmdrle',
  [TS.deflated]: 'dcmconv',
};
const SOURCES: ImageKind[] = [
  'u8',
  'u12',
  'u16',
  's16',
  'rgb',
  'multiframe',
  'bigEndian',
  'deflated',
  'rle16',
  'jpegLossless',
  'jpegLs',
  'jpeg2000',
  'htj2k',
];

describe.skipIf(!TOOLS.every(has))('dcmtk reads what was retrieved (dcmtk)', () => {
  const folder = temporaryFolder('dcmtk');
  let running: RunningTarget;
  let world: World;
  const file = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    running = namedTarget() ?? (await ourTarget());
    world = new World(running.target);
  });
  afterAll(async () => {
    await running.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Retrieves an instance in a transfer syntax into a file. */
  async function retrieved(kind: ImageKind, syntax: string): Promise<string> {
    const accept = `application/dicom; transfer-syntax=${syntax}`;
    const answer = await world.send({ path: instancePath(await world.image(kind)), headers: { accept } });
    expect(answer.status, answer.body.toString('utf8', 0, 200)).toBe(200);
    fs.writeFileSync(file('retrieved.dcm'), answer.body);
    return file('retrieved.dcm');
  }

  function run(command: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    expect(status, `${command} ${args.join(' ')}\n${stderr}`).toBe(0);
    return stdout + stderr;
  }

  test.each(SOURCES)(
    '%s in Explicit VR Little Endian: dcmftest, dcmdump and dcm2json accept it, the pixels are right',
    async (kind) => {
      const input = await retrieved(kind, TS.explicit);
      expect(run('dcmftest', input)).toContain('yes:');
      expect(run('dcmdump', '-Un', '+P', '0002,0010', input)).toContain(`[${TS.explicit}]`);
      expect(() => JSON.parse(run('dcm2json', '-q', input)) as unknown).not.toThrow();
      run('dcmconv', '+te', input, file('again.dcm'));
      const image = await world.image(kind);
      expect(nativePixels(fs.readFileSync(file('again.dcm'))).equals(Buffer.concat(image.frames))).toBe(true);
    },
  );

  for (const [syntax, tool] of Object.entries(DECODERS))
    test.each(SOURCES)(`%s in ${syntax}: ${tool} decodes it to the same pixels`, async (kind) => {
      const input = await retrieved(kind, syntax);
      expect(run('dcmdump', '-Un', '+P', '0002,0010', input)).toContain(`[${syntax}]`);
      run(tool, ...(tool === 'dcmdjpeg' ? ['+cn'] : []), '+te', input, file('native.dcm'));
      const image = await world.image(kind);
      const pixels = nativePixels(fs.readFileSync(file('native.dcm')));
      expect(pixels.equals(Buffer.concat(image.frames))).toBe(true);
    });
});
