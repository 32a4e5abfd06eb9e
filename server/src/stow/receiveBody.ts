import type { InstanceReference } from '@hutong/dicom';
import { BodyCut, BodyTimeout, BodyUndecodable, type BodyReader } from './bodyReader.ts';
import { parseMediaType } from './mediaType.ts';
import { MultipartError, MultipartSplitter, type MultipartEvent } from './multipart.ts';
import { encodedPart } from './partEncoding.ts';
import type { OpenPart, PartSink } from './partSink.ts';
import type { FailedPart } from './response.ts';
import type { InstanceStorer } from './storeInstances.ts';

/** How a body ended: whole, or why not. */
export type BodyEnd = 'whole' | 'cut' | 'timeout' | 'undecodable' | 'noDelimiter' | 'tooManyParts';

/** Parts of one request. The answer has an item for each, so their number bounds its size. */
export const MAX_PARTS = 20_000;

/** Media types of a part that may be an instance; the bytes decide. Without one it has the type of the body. */
const PART_TYPES = new Set(['application/dicom', 'application/octet-stream']);

/** Stores each part as an instance in the DICOM File Format. */
export function instanceSink(storer: InstanceStorer): PartSink {
  return {
    open: (part, headers) => {
      const encoded = encodedPart(headers);
      if (encoded !== null) {
        storer.refuse({ kind: 'failed', part, reason: 'BAD_PART', detail: encoded });
        return Promise.resolve(null);
      }
      const type = headers.get('content-type');
      const parsed = parseMediaType(type);
      if (type !== undefined && (parsed === null || !PART_TYPES.has(parsed.type))) {
        storer.refuse({ kind: 'failed', part, reason: 'BAD_PART', detail: NO_INSTANCE });
        return Promise.resolve(null);
      }
      const receiver = storer.receive();
      return Promise.resolve({
        write: (bytes) => receiver.write(bytes),
        end: () => storer.accept({ part }, receiver),
        abort: () => receiver.abort(),
      });
    },
    refuse: (outcome) => {
      storer.refuse(outcome);
    },
  };
}

const NO_INSTANCE = {
  en: 'its Content-Type is not application/dicom',
  zh: '其 Content-Type 不是 application/dicom',
};

/** Receives the one part that is the whole body. */
export async function receiveSingle(body: BodyReader, contentType: string, sink: PartSink): Promise<BodyEnd> {
  const open = await sink.open(1, new Map([['content-type', contentType]]));
  let length = 0;
  const end = await readAll(body, async (chunk) => {
    length += chunk.length;
    await open?.write(chunk);
  });
  // Of nothing there is no outcome.
  if (end === 'whole' && length === 0) await open?.abort();
  else if (end === 'whole') await open?.end();
  else sink.refuse(cutPart(1, (await open?.abort()) ?? null));
  return end;
}

/**
 * Receives the parts of a multipart body. Parts that arrived whole are kept even when the body does not end as it
 * should; the part it ends in leaves nothing.
 */
export async function receiveMultipart(body: BodyReader, boundary: string, sink: PartSink): Promise<BodyEnd> {
  const splitter = new MultipartSplitter(boundary);
  let open: OpenPart | null = null;
  let part = 0;

  async function take(event: MultipartEvent): Promise<void> {
    switch (event.type) {
      case 'part':
        part++;
        open = await sink.open(part, event.headers);
        return;
      case 'data':
        await open?.write(event.bytes);
        return;
      case 'partEnd':
        await open?.end();
        open = null;
        return;
      case 'badPart':
        part++;
        sink.refuse({ kind: 'failed', part, reason: 'BAD_PART', detail: event.reason });
        return;
      case 'close':
        return;
    }
  }

  let end: BodyEnd;
  let cut: InstanceReference | null;
  try {
    end = await readAll(body, async (chunk) => {
      for (const event of splitter.push(chunk)) {
        const begins = event.type === 'part' || event.type === 'badPart';
        if (begins && part >= MAX_PARTS) throw new TooManyParts();
        await take(event);
      }
    });
  } catch (error) {
    if (error instanceof MultipartError) end = 'noDelimiter';
    else if (error instanceof TooManyParts) end = 'tooManyParts';
    else throw error;
  } finally {
    cut = (await (open as OpenPart | null)?.abort()) ?? null;
  }
  return settleEnd(end, splitter, { part, identity: cut }, sink);
}

/** Compares where the connection ended with where the multipart syntax says the body ends. */
function settleEnd(
  end: BodyEnd,
  splitter: MultipartSplitter,
  last: { part: number; identity: InstanceReference | null },
  sink: PartSink,
): BodyEnd {
  if (end === 'noDelimiter' || end === 'tooManyParts') return end;
  const syntax = splitter.end();
  if (syntax === 'closed') return 'whole';
  if (syntax === 'noDelimiter') return end === 'whole' ? 'noDelimiter' : end;
  // A part that began is counted by the splitter even where its headers were cut.
  if (syntax === 'cut') sink.refuse(cutPart(Math.max(last.part, splitter.parts), last.identity));
  return end === 'whole' ? 'cut' : end;
}

class TooManyParts extends Error {}

const cutPart = (part: number, identity: InstanceReference | null): FailedPart => ({
  kind: 'failed',
  part,
  reason: 'TRUNCATED',
  detail: { en: 'the body ended inside this part', zh: '请求内容在此部分中断' },
  identity,
});

async function readAll(body: BodyReader, take: (chunk: Buffer) => Promise<void>): Promise<BodyEnd> {
  for (;;) {
    let chunk: Buffer | null;
    try {
      chunk = await body.next();
    } catch (error) {
      if (error instanceof BodyTimeout) return 'timeout';
      if (error instanceof BodyUndecodable) return 'undecodable';
      if (error instanceof BodyCut) return 'cut';
      throw error;
    }
    if (chunk === null) return 'whole';
    await take(chunk);
  }
}
