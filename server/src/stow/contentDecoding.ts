import type { Readable, Transform } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import type { Request } from 'express';
import { problem } from '../problem.ts';
import type { HeldBody } from '../requestBody.ts';

/** A body that inflates to more than this many times its size, and more than the bytes below, is a bomb. */
const MAX_RATIO = 200;
const RATIO_COUNTS_FROM = 256 * 1024 * 1024;

// At the end of its input a decoder gives what it has: a missing end shows in what was encoded.
const unzip = () => createUnzip({ finishFlush: constants.Z_SYNC_FLUSH });

const DECODERS: Record<string, () => Transform> = {
  gzip: unzip,
  'x-gzip': unzip,
  deflate: unzip,
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }),
};

/** Content-Encodings of a store that are understood, beside none. */
export const CONTENT_ENCODINGS: readonly string[] = Object.keys(DECODERS);

/**
 * The body without its Content-Encoding. A body that is cut gives all that came before the cut; one whose encoding is
 * wrong, or a bomb, makes the stream fail. Neither touches the connection, so that the request can be answered.
 *
 * @throws HttpProblem 415 for an encoding that is not known
 */
export function decodedBody(req: Request, body: HeldBody): Readable {
  const codings = (req.get('content-encoding') ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== 'identity' && coding !== '');
  const [encoding] = codings;
  if (encoding === undefined) return body;
  const create = codings.length === 1 ? DECODERS[encoding] : undefined;
  if (create === undefined) {
    throw problem('unsupported-media-type', {
      detail: `Content-Encoding is to be one of ${CONTENT_ENCODINGS.join(', ')}.`,
      detailZh: `Content-Encoding 仅支持以下之一：${CONTENT_ENCODINGS.join('、')}。`,
      headers: { 'Accept-Encoding': CONTENT_ENCODINGS.join(', ') },
    });
  }
  const decoder = create();
  let bytesIn = 0;
  let bytesOut = 0;
  body.on('data', (chunk: Buffer) => {
    bytesIn += chunk.length;
  });
  decoder.on('data', (chunk: Buffer) => {
    bytesOut += chunk.length;
    if (bytesOut > RATIO_COUNTS_FROM && bytesOut > bytesIn * MAX_RATIO)
      decoder.destroy(new Error('inflates too much'));
  });
  // pipe, not pipeline: that would take the connection down with the decoder.
  body.pipe(decoder);
  decoder.on('error', () => {
    body.unpipe(decoder);
    body.resume();
  });
  return decoder;
}
