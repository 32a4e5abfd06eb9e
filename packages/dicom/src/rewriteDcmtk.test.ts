import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { arbitraryContent } from './arbitraryDatasets.ts';
import { datasetBytes } from './encodeDataset.ts';
import { part10Head } from './fileMeta.ts';
import { hasTestFiles } from './testFiles.ts';
import { IDENTITY } from './testObjects.ts';
import { readableFiles, rewritten, type Opened } from './testRewriting.ts';
import { TRANSFER_SYNTAXES } from './transferSyntaxes.ts';
import type { DicomJson } from './types.ts';

const hasDcmtk = spawnSync('dcm2json', ['--version']).error === undefined;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hutong-dcmtk-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What dcmtk reads of an object; null where it refuses it. */
function dcm2json(bytes: Uint8Array): DicomJson | null {
  const path = join(folder, 'object.dcm');
  writeFileSync(path, bytes);
  try {
    const json = execFileSync('dcm2json', [path], {
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(json.toString('utf8')) as DicomJson;
  } catch {
    return null;
  }
}

/**
 * What both readings can be expected to share: public attributes. VRs of private ones, and of public ones without VR,
 * are looked up by dcmtk and by us in different dictionaries.
 */
function shared(dataset: DicomJson): DicomJson {
  return Object.fromEntries(
    Object.entries(dataset)
      .filter(
        ([tag]) => Number.parseInt(tag.slice(0, 4), 16) % 2 === 0 && tag !== '00080005' && tag < '7FE00000',
      )
      .map(([tag, { vr, Value }]) => [
        tag,
        {
          vr,
          Value: vr === 'SQ' ? (Value as DicomJson[] | undefined)?.map((item) => shared(item)) : Value,
        },
      ]),
  ) as DicomJson;
}

/** One file of each transfer syntax and SOP class. */
function* kindsOfFiles(): Generator<Opened> {
  const seen = new Set<string>();
  for (const opened of readableFiles()) {
    const { transferSyntaxUid, identity } = opened.instance;
    const kind = `${transferSyntaxUid} ${identity.sopClassUid}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    yield opened;
  }
}

describe.skipIf(!hasDcmtk)('dcmtk (skipped where it is not installed)', () => {
  test('reads what is encoded without a complaint', () => {
    const identity: DicomJson = {
      '00080016': { vr: 'UI', Value: [IDENTITY.sopClassUid] },
      '00080018': { vr: 'UI', Value: [IDENTITY.sopInstanceUid] },
    };
    const meta = { transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid, ...IDENTITY };
    const path = join(folder, 'encoded.dcm');
    fc.assert(
      fc.property(arbitraryContent, (content) => {
        writeFileSync(path, Buffer.concat([part10Head(meta), datasetBytes({ ...identity, ...content })]));
        const { status, stderr } = spawnSync('dcmdump', ['+sd', path], { encoding: 'utf8' });
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      }),
      { numRuns: 40 },
    );
  });

  test.skipIf(!hasTestFiles)('reads of rewritten real files what it reads of them', () => {
    let compared = 0;
    for (const opened of kindsOfFiles()) {
      const change = { '00120064': { vr: 'SQ', Value: [{ '00080104': { vr: 'LO', Value: ['Test'] } }] } };
      const original = dcm2json(opened.bytes);
      if (original === null) continue;
      const again = dcm2json(rewritten(opened, change).bytes);
      expect(again, opened.path).not.toBeNull();
      expect(shared(again ?? {}), opened.path).toEqual(shared({ ...original, ...change }));
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
  });
});
