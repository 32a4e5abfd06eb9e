import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import type { Request } from 'express';
import { problem } from '../problem.ts';

/** A body that inflates to more than this many times its size, and more than the bytes below, is a bomb. */
const MAX_RATIO = 200;
const RATIO_COUNTS_FROM = 256 * 1024 * 1024;

const DECODERS: Record<string, () => Transform> = {
  gzip: createUnzip,
  'x-gzip': createUnzip,
  deflate: createUnzip,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * The body without its Content-Encoding. When the encoding breaks off or is a bomb, the stream fails and the
 * connection stays, so that the request can be answered.
 *
 * @throws HttpProblem 415 for an encoding that is not known
 */
export function decodedBody(req: Request): Readable {
  const encoding = (req.get('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return req;
  const create = DECODERS[encoding];
  if (create === undefined) {
    throw problem('unsupported-media-type', {
      detail: `Content-Encoding is none of ${Object.keys(DECODERS).join(', ')}.`,
      detailZh: `Content-Encoding 仅支持 ${Object.keys(DECODERS).join('、')}。`,
      headers: { 'Accept-Encoding': 'gzip, deflate, br, zstd' },
    });
  }
  const decoder = create();
  let bytesIn = 0;
  let bytesOut = 0;
  req.on('data', (chunk: Buffer) => {
    bytesIn += chunk.length;
  });
  decoder.on('data', (chunk: Buffer) => {
    bytesOut += chunk.length;
    if (bytesOut > RATIO_COUNTS_FROM && bytesOut > bytesIn * MAX_RATIO)
      decoder.destroy(new Error('inflates too much'));
  });
  // pipe, not pipeline: that would take the connection down with the decoder.
  req.pipe(decoder);
  req.on('close', () => {
    if (!req.complete) decoder.destroy(new Error('the connection ended'));
  });
  decoder.on('error', () => {
    req.unpipe(decoder);
    req.resume();
  });
  return decoder;
}
