import { Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import type { Request } from 'express';
import { problem } from '../problem.ts';
import type { BodySource, HeldBody } from '../requestBody.ts';

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
export function decodedBody(req: Request, body: HeldBody): BodySource {
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
  return new DecodedBody(body, create());
}

/** Chunks that are held before the decoder is paused. */
const READ_AHEAD = 4;

/** A body as a decoder gives it. */
class DecodedBody implements BodySource {
  readonly #body: HeldBody;
  readonly #decoder: Transform;
  readonly #chunks: Buffer[] = [];
  #arrivedBytes = 0;
  #state: BodySource['state'] = 'open';
  #changed: () => void = () => undefined;

  constructor(body: HeldBody, decoder: Transform) {
    this.#body = body;
    this.#decoder = decoder;
    decoder.on('data', (chunk: Buffer) => {
      this.#arrivedBytes += chunk.length;
      this.#chunks.push(chunk);
      if (this.#chunks.length >= READ_AHEAD) decoder.pause();
      if (this.#arrivedBytes > Math.max(RATIO_COUNTS_FROM, body.arrivedBytes * MAX_RATIO))
        decoder.destroy(new Error('inflates too much'));
      this.#changed();
    });
    decoder.on('end', () => {
      this.#settle('ended');
    });
    decoder.on('error', () => {
      body.drop();
      this.#settle('undecodable');
    });
    Readable.from(chunksOf(body)).pipe(decoder);
  }

  #settle(state: BodySource['state']): void {
    if (this.#state === 'open') this.#state = state;
    this.#changed();
  }

  get arrivedBytes(): number {
    return this.#arrivedBytes;
  }

  get state(): BodySource['state'] {
    return this.#state;
  }

  take(): Buffer | undefined {
    const chunk = this.#chunks.shift();
    if (this.#decoder.isPaused() && this.#chunks.length < READ_AHEAD) this.#decoder.resume();
    return chunk;
  }

  listen(changed: () => void): void {
    this.#changed = changed;
  }

  drop(): void {
    this.#chunks.length = 0;
    this.#decoder.destroy();
    this.#body.drop();
  }
}

/** What is held, as it comes. */
async function* chunksOf(body: HeldBody): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = body.take();
    if (chunk !== undefined) yield chunk;
    else if (body.state !== 'open') return;
    else
      await new Promise<void>((resolve) => {
        body.listen(resolve);
      });
  }
}
