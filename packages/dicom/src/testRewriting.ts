import { Buffer } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';
import { DicomError } from './dicomError.ts';
import { readPart10 } from './part10Reader.ts';
import { datasetOffset, rewriteHead, rewriteTail, type DatasetChanges } from './rewriteHead.ts';
import { realFiles } from './testFiles.ts';
import { transferSyntax, TRANSFER_SYNTAXES } from './transferSyntaxes.ts';
import type { DicomJson, Part10Instance } from './types.ts';

/** An object with its dataset inflated, so that ranges count from the first byte of `dataset`. */
export interface Opened {
  path: string;
  instance: Part10Instance;
  bytes: Buffer;
  /** Where the ranges of the instance count from. */
  origin: number;
}

/** Every real file that is an instance. */
export function* readableFiles(): Generator<Opened> {
  for (const { path, bytes } of realFiles()) {
    const instance = readOrRefused(bytes);
    if (instance === null) continue;
    const start = datasetOffset(bytes);
    yield instance.inDeflated
      ? {
          path,
          instance,
          bytes: Buffer.concat([bytes.subarray(0, start), inflateRawSync(bytes.subarray(start))]),
          origin: start,
        }
      : { path, instance, bytes, origin: 0 };
  }
}

function readOrRefused(bytes: Buffer): Part10Instance | null {
  try {
    return readPart10(bytes);
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
}

/** The object with changes, in Explicit VR Little Endian or its own encapsulated transfer syntax. */
export function rewritten(
  { instance, bytes, origin }: Opened,
  changes: DatasetChanges = {},
): { bytes: Buffer; value: Buffer } {
  const from = instance.transferSyntaxUid;
  const to =
    transferSyntax(from)?.encapsulated === true ? from : TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
  const value = instance.pixelData?.value;
  const headEnd = value === undefined ? bytes.length : origin + value.offset;
  const tailStart = value === undefined ? bytes.length : headEnd + value.length;
  const head = rewriteHead(bytes.subarray(0, headEnd), {
    from,
    to,
    changes,
    pixelDataFollows: value !== undefined,
  });
  const pixels = Buffer.from(bytes.subarray(headEnd, tailStart));
  if (head.pixelData?.bigEndian === true && head.pixelData.vr === 'OW') pixels.swap16();
  const tail = rewriteTail(bytes.subarray(tailStart), head.continuation);
  return {
    bytes: Buffer.concat([
      head.prefix,
      head.dataset,
      head.pixelData?.header ?? Buffer.alloc(0),
      pixels,
      tail,
    ]),
    value: pixels,
  };
}

/** A dataset whose binary values have their padding, in items too; without some attributes. */
export function evened(dataset: DicomJson, without: readonly string[] = []): DicomJson {
  return Object.fromEntries(
    Object.entries(dataset)
      .filter(([tag]) => !without.includes(tag))
      .map(([tag, { vr, Value, InlineBinary, ...rest }]) => [
        tag,
        {
          ...rest,
          vr,
          ...(Value && {
            Value: vr === 'SQ' ? (Value as DicomJson[]).map((item) => evened(item, without)) : Value,
          }),
          ...(InlineBinary !== undefined && { InlineBinary: padded(InlineBinary) }),
        },
      ]),
  );
}

function padded(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  return Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]).toString('base64');
}
