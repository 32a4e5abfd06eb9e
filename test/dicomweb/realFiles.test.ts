import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { transferSyntax } from '@hutong/dicom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../harness/cloud.ts';
import { REAL_DICOM, realFiles } from '../harness/realFiles.ts';
import { compareDatasets } from './compareDcmtk.ts';
import { datasets, value, type JsonDataset } from './check.ts';
import { parts, send } from './http.ts';
import { storeResponse } from './rows/store.ts';
import { namedTarget, ourTarget, type RunningTarget } from './targets.ts';
import { World } from './world.ts';

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const DECODERS: Record<string, string> = {
  '1.2.840.10008.1.2.4.50': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.51': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.57': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.70': 'dcmdjpeg',
  '1.2.840.10008.1.2.4.80': 'dcmdjpls',
  '1.2.840.10008.1.2.4.81': 'dcmdjpls',
  '1.2.840.10008.1.2.5': 'dcmdrle',
};
const LOSSY = new Set(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.81']);

/** Frames of one bit a pixel, each from a byte of its own, one after the other without padding (PS3.5 §8.1.1). */
function packTogether(frames: readonly Buffer[], pixels: number): Buffer {
  const out = Buffer.alloc(Math.floor((frames.length * pixels) / 8));
  for (let i = 0; i < out.length * 8; i++) {
    const bit = (frames[Math.floor(i / pixels)]![(i % pixels) >> 3]! >> ((i % pixels) & 7)) & 1;
    out[i >> 3]! |= bit << (i & 7);
  }
  return out;
}

interface Stored {
  file: string;
  name: string;
  path: string;
  transferSyntaxUid: string;
}

describe.skipIf(REAL_DICOM === null || !has('dcm2json'))(
  'the real DICOM files beside the checkout, through HTTP and against dcmtk (HUTONG_TEST_DICOM, dcmtk)',
  () => {
    const folder = temporaryFolder('real-dcmtk');
    let running: RunningTarget;
    let world: World;
    const stored: Stored[] = [];

    const dcmtk = (command: string, ...args: string[]): { code: number | null; out: Buffer } => {
      const { status, stdout } = spawnSync(command, args, { maxBuffer: 1 << 30 });
      return { code: status, out: stdout };
    };

    beforeAll(async () => {
      running = namedTarget() ?? (await ourTarget());
      world = new World(running.target);
      const seen = new Set<string>();
      for (const file of realFiles(REAL_DICOM!)) {
        const { out } = dcmtk('dcmdump', '-q', '-Un', '+P', '0002,0010', '+P', '0008,0018', file);
        const [, transferSyntaxUid = '', sopInstanceUid = ''] =
          /0002,0010\) UI \[([\d.]+)\][\s\S]*0008,0018\) UI \[([\d.]+)\]/.exec(out.toString('latin1')) ?? [];
        // Of several files under one UID the first is sent: the others would be corrections of it.
        if (sopInstanceUid === '' || seen.has(sopInstanceUid)) continue;
        const answer = await world.store([fs.readFileSync(file)]);
        if (answer.status !== 200 && answer.status !== 202) continue;
        const item = storeResponse(answer).stored[0];
        if (item === undefined) continue;
        seen.add(sopInstanceUid);
        stored.push({
          file,
          name: path.relative(REAL_DICOM!, file),
          path: String(value(item, '00081190')),
          transferSyntaxUid,
        });
      }
    }, 600_000);
    afterAll(async () => {
      await running.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    const get = (url: string, accept: string) => send(world.target.root, { path: url, headers: { accept } });

    test('hundreds of them are stored', () => expect(stored.length).toBeGreaterThan(400));

    test('the metadata of each says what dcm2json says, attribute by attribute', async () => {
      const wrong: string[] = [];
      let compared = 0;
      for (const { file, name, path: url } of stored) {
        const { code, out } = dcmtk('dcm2json', '-q', '-fc', file);
        if (code !== 0) continue;
        let theirs: JsonDataset;
        try {
          theirs = JSON.parse(out.toString('utf8')) as JsonDataset;
        } catch {
          // dcm2json copies bytes of undeclared character sets, which is no JSON.
          continue;
        }
        const [ours] = datasets(await get(`${url}/metadata`, 'application/dicom+json'));
        wrong.push(...compareDatasets(ours!, theirs).map((difference) => `${name}: ${difference}`));
        compared += 1;
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(300);
    }, 600_000);

    test('each comes back as stored, and dcmtk reads it without complaint where it read the original so', async () => {
      const wrong: string[] = [];
      for (const { file, name, path: url, transferSyntaxUid } of stored) {
        const back = await get(url, 'application/dicom; transfer-syntax=*');
        if (back.status !== 200) {
          wrong.push(`${name}: ${back.status}`);
          continue;
        }
        const syntax = transferSyntax(transferSyntaxUid);
        const mayBeSent = syntax?.explicit === true && !syntax.bigEndian;
        if (mayBeSent) {
          if (!back.body.equals(fs.readFileSync(file))) wrong.push(`${name}: other bytes`);
          continue;
        }
        const written = path.join(folder, 'back.dcm');
        fs.writeFileSync(written, back.body);
        if (dcmtk('dcmdump', '-q', file).code === 0 && dcmtk('dcmdump', '-q', written).code !== 0)
          wrong.push(`${name}: dcmdump cannot read what came back`);
      }
      expect(wrong).toEqual([]);
    }, 600_000);

    test('frames of each are the pixels that dcmtk decodes', async () => {
      const wrong: string[] = [];
      let compared = 0;
      for (const { file, name, path: url, transferSyntaxUid } of stored) {
        const decoder = DECODERS[transferSyntaxUid];
        const syntax = transferSyntax(transferSyntaxUid);
        if (LOSSY.has(transferSyntaxUid) || (decoder === undefined && syntax?.encapsulated !== false))
          continue;
        const [metadata] = datasets(await get(`${url}/metadata`, 'application/dicom+json'));
        if (metadata?.['7FE00010'] === undefined) continue;
        const native = path.join(folder, 'native.dcm');
        const made =
          decoder === undefined
            ? dcmtk('dcmconv', '-q', '+te', file, native)
            : dcmtk(decoder, '-q', '+te', file, native);
        if (made.code !== 0) continue;
        const raw = path.join(folder, 'raw');
        fs.rmSync(raw, { recursive: true, force: true });
        fs.mkdirSync(raw);
        if (dcmtk('dcmdump', '-q', '+W', raw, native).code !== 0) continue;
        const dumps = fs.readdirSync(raw).map((each) => path.join(raw, each));
        const pixels = dumps.map((each) => fs.readFileSync(each)).sort((a, b) => b.length - a.length)[0];
        if (pixels === undefined) continue;
        const count = Number(value(metadata, '00280008')) || 1;
        const list = Array.from({ length: Math.min(count, 40) }, (_, i) => i + 1).join(',');
        const answer = await get(
          `${url}/frames/${list}`,
          'multipart/related; type="application/octet-stream"',
        );
        if (answer.status !== 200) {
          wrong.push(`${name}: ${answer.status} ${answer.body.toString('utf8', 0, 160)}`);
          continue;
        }
        const bodies = parts(answer).map((part) => part.body);
        const bits = value(metadata, '00280100') === 1;
        const size = Number(value(metadata, '00280010')) * Number(value(metadata, '00280011'));
        const frames = bits ? packTogether(bodies, size) : Buffer.concat(bodies);
        if (!pixels.subarray(0, frames.length).equals(frames.subarray(0, pixels.length)))
          wrong.push(`${name} (${transferSyntaxUid}): other pixels`);
        compared += 1;
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(200);
    }, 600_000);
  },
);
