import {
  frameRanges,
  type Part10Instance,
  readPart10,
  text,
  transferSyntax,
  TRANSFER_SYNTAXES,
} from '@hutong/dicom';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

const folder =
  process.env['HUTONG_TEST_DICOM'] ?? path.resolve(import.meta.dirname, '../../../../shared/dicom');
const MOST_BYTES = 4 * 1024 * 1024;
const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const OCTETS = 'application/octet-stream';
/** What decodes each encoding that this server makes, if it is installed. */
const DCMTK: Record<string, string> = {
  [TRANSFER_SYNTAXES.rleLossless.uid]: 'dcmdrle',
  [TRANSFER_SYNTAXES.jpegLosslessSv1.uid]: 'dcmdjpeg',
  [TRANSFER_SYNTAXES.jpegLsLossless.uid]: 'dcmdjpls',
};

interface NativeFile {
  name: string;
  bytes: Buffer;
  instance: Part10Instance & { pixelData: NonNullable<Part10Instance['pixelData']> };
}

/** Uncompressed images, one of each layout, order of bytes and place of frames in words. */
function files(): NativeFile[] {
  if (!existsSync(folder)) return [];
  const seen = new Set<string>();
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .flatMap((name): NativeFile[] => {
      const file = path.join(folder, name);
      if (!statSync(file).isFile() || statSync(file).size > MOST_BYTES) return [];
      const bytes = readFileSync(file);
      try {
        const instance = readPart10(bytes);
        const { dataset, transferSyntaxUid: uid, pixelData } = instance;
        if (pixelData === null || pixelData.encapsulated || pixelData.inDeflated === true) return [];
        if (transferSyntax(uid)?.encapsulated !== false) return [];
        const layout = ['02', '04', '06', '00', '01', '02', '03'].map((end, i) =>
          text(dataset, `0028${i < 3 ? '00' : '01'}${end}`),
        );
        const isMultiframe = pixelData.numberOfFrames > 1;
        const isOdd = (pixelData.frameLength ?? 0) % 2 === 1;
        const tags = Object.keys(dataset).filter((tag) => tag.startsWith('7FE0'));
        const kind = [uid, ...layout, isMultiframe, isOdd, ...tags].join(' ');
        if (seen.has(kind)) return [];
        seen.add(kind);
        return [{ name, bytes, instance: { ...instance, pixelData } }];
      } catch {
        return [];
      }
    });
}

/** The value in little-endian order, as PS3.5 §8.1.1 and §7.3 say: words of the VR, or of a sample where that is larger. */
function littleEndianValue({ bytes, instance }: NativeFile): Buffer {
  const { dataset, transferSyntaxUid, pixelData } = instance;
  const { offset, length } = pixelData.value;
  const value = Buffer.from(bytes.subarray(offset, offset + length));
  if (transferSyntaxUid !== TRANSFER_SYNTAXES.explicitVrBigEndian.uid) return value;
  const vr = dataset['7FE00010']?.vr ?? '';
  const bits = Number(text(dataset, '00280100'));
  if (vr === 'OB' && bits <= 8) return value;
  return bits === 32 ? value.swap32() : value.swap16();
}

function frameOf(file: NativeFile, number: number): Buffer {
  const { pixelData, dataset } = file.instance;
  const value = littleEndianValue(file);
  if (pixelData.frameLength === undefined || pixelData.undividedReason !== undefined) {
    const bits = Number(text(dataset, '00280010')) * Number(text(dataset, '00280011'));
    const frame = Buffer.alloc(Math.ceil(bits / 8));
    for (let i = 0; i < bits; i += 1) {
      const at = (number - 1) * bits + i;
      frame[i >> 3] = (frame[i >> 3] ?? 0) | ((((value[at >> 3] ?? 0) >> (at & 7)) & 1) << (i & 7));
    }
    return frame;
  }
  const [range] = frameRanges(pixelData, number);
  const start = (range?.offset ?? 0) - pixelData.value.offset;
  return value.subarray(start, start + (range?.length ?? 0));
}

/** The first frame without the bits above those that are stored, which decoders fill with the sign or with 0. */
function storedBits(file: NativeFile): Buffer {
  const frame = Buffer.from(frameOf(file, 1));
  const { dataset } = file.instance;
  const mask = 2 ** Number(text(dataset, '00280101')) - 1;
  if (text(dataset, '00280100') === '16')
    for (let i = 0; i + 1 < frame.length; i += 2) frame.writeUInt16LE(frame.readUInt16LE(i) & mask, i);
  return frame;
}

const found = files();
const hasDcmtk = ((): boolean => {
  try {
    for (const tool of Object.values(DCMTK)) execFileSync(tool, ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(found.length === 0)(
  `pixels of real files of ${found.length === 0 ? 'HUTONG_TEST_DICOM (not there)' : 'a folder'}`,
  () => {
    let gateway: TestGateway;
    const scratch = mkdtempSync(path.join(tmpdir(), 'hutong-real-pixels-'));
    const paths: string[] = [];
    beforeAll(async () => {
      gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
      for (const [i, { bytes }] of found.entries()) {
        const [at = ''] = await seedObjects(gateway, `h${i}`, [bytes]);
        paths.push(`${gateway.url}/hospitals/h${i}/dicomweb${at}`);
      }
    });
    afterAll(async () => {
      await gateway.close();
      rmSync(scratch, { recursive: true, force: true });
    });

    const answer = async (i: number, suffix: string, accept: string): Promise<Buffer | number> => {
      const response = await fetch(`${paths[i] ?? ''}${suffix}`, { headers: { accept } });
      const body = Buffer.from(await response.arrayBuffer());
      return response.ok ? body : response.status;
    };

    test.each(found.map(({ name }, i) => [name, i] as const))(
      '%s: frames and the whole instance are its samples',
      async (_name, i) => {
        const file = found[i];
        if (file === undefined) throw new Error('no such file');
        const { numberOfFrames, value } = file.instance.pixelData;
        for (const number of new Set([1, Math.min(2, numberOfFrames), numberOfFrames])) {
          const frame = await answer(i, `/frames/${number}`, OCTETS);
          // Less than its attributes say is no frame; anything else must be right.
          if (frame === 406) expect(file.instance.pixelData.undividedReason).toBeDefined();
          else expect(Buffer.compare(frame as Buffer, frameOf(file, number))).toBe(0);
        }
        const whole = await answer(i, '', `application/dicom; transfer-syntax=${EXPLICIT}`);
        const { offset = 0, length = 0 } = readPart10(whole as Buffer).pixelData?.value ?? {};
        expect(length).toBe(value.length + (value.length % 2));
        const pixels = (whole as Buffer).subarray(offset, offset + value.length);
        expect(Buffer.compare(pixels, littleEndianValue(file))).toBe(0);
      },
    );

    test.skipIf(!hasDcmtk).each(found.map(({ name }, i) => [name, i] as const))(
      '%s: another decoder finds its samples in every encoding (dcmtk)',
      async (_name, i) => {
        const file = found[i];
        if (file === undefined) throw new Error('no such file');
        for (const [uid, tool] of Object.entries(DCMTK)) {
          const encoded = await answer(i, '', `application/dicom; transfer-syntax=${uid}`);
          if (encoded === 406) continue;
          const [from, to] = [path.join(scratch, 'encoded.dcm'), path.join(scratch, 'native.dcm')];
          writeFileSync(from, encoded as Buffer);
          // No conversion of colours: the samples as they were encoded.
          execFileSync(tool, [...(tool === 'dcmdjpeg' ? ['+cn'] : []), from, to], { stdio: 'pipe' });
          const bytes = readFileSync(to);
          const instance = readPart10(bytes);
          if (instance.pixelData === null) throw new Error('the pixel data is gone');
          const decoded: NativeFile = {
            name: tool,
            bytes,
            instance: { ...instance, pixelData: instance.pixelData },
          };
          const planes = text(file.instance.dataset, '00280006') === text(instance.dataset, '00280006');
          if (!planes || text(file.instance.dataset, '00280004') === 'YBR_FULL_422') continue;
          expect(instance.pixelData.numberOfFrames).toBe(file.instance.pixelData.numberOfFrames);
          const [theirs, ours] = [storedBits(decoded), storedBits(file)];
          expect(Buffer.compare(theirs, ours), uid).toBe(0);
        }
      },
    );
  },
);
