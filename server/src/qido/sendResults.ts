import type { DicomJson } from '@hutong/dicom';
import type { Request, Response } from 'express';
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import type { Representation } from '../dicomweb/accept.ts';
import { chooseCoding } from '../dicomweb/contentCoding.ts';
import { multipartFraming } from '../dicomweb/multipart.ts';
import { nativeXml } from '../dicomweb/nativeXml.ts';

/** Answers from this size on are compressed, in bytes: below, hardly a packet is spared. */
export const COMPRESSED_FROM = 4 * 1024;
/** From here on another thread compresses: a tenth of a millisecond of this one is less than the way there and back. */
const IN_THREAD_FROM = 32 * 1024;
/** Results repeat each other's tags: the least effort makes a fifteenth of them, the usual one a twentieth in thrice the time. */
const LEVEL = 1;

const gzipInThread = promisify(gzip);

/** What the answer of a search depends on beside its address. */
export const SEARCH_VARY = 'Accept, Accept-Encoding';

/** Sends results, each as JSON text, in the representation that was chosen; compressed where that helps and is taken. */
export async function sendResults(
  results: readonly string[],
  chosen: Representation,
  req: Request,
  res: Response,
): Promise<void> {
  const framing = chosen.multipart ? multipartFraming(chosen.mediaType) : null;
  const body =
    framing === null
      ? Buffer.from(`[${results.join(',')}]`)
      : Buffer.concat([
          ...results.flatMap((result, i) => [
            framing.head({ 'Content-Type': chosen.mediaType }, i === 0),
            Buffer.from(nativeXml(JSON.parse(result) as DicomJson)),
          ]),
          framing.end,
        ]);
  // Not by `set`, which would add a charset that these media types do not have.
  res.setHeader('Content-Type', framing?.contentType ?? chosen.mediaType);
  const coding =
    body.length < COMPRESSED_FROM ? null : chooseCoding(req.get('accept-encoding'), ['gzip'] as const);
  if (coding === null) {
    res.end(body);
    return;
  }
  const compressed =
    body.length < IN_THREAD_FROM
      ? gzipSync(body, { level: LEVEL })
      : await gzipInThread(body, { level: LEVEL });
  res.setHeader('Content-Encoding', coding).end(compressed);
}
