import { BodyCut, BodyTimeout, type BodyReader } from './bodyReader.ts';
import { parseMediaType } from './mediaType.ts';
import { MultipartError, MultipartSplitter, type MultipartEvent } from './multipart.ts';
import type { InstanceReference, PartReceiver } from './receivePart.ts';
import type { FailedPart } from './response.ts';
import type { InstanceStorer } from './storeInstances.ts';

/** How a body ended: whole, or why not. */
export type BodyEnd = 'whole' | 'cut' | 'timeout' | 'noDelimiter' | 'tooManyParts';

/** Parts of one request. The answer has an item for each, so their number bounds its size. */
export const MAX_PARTS = 20_000;

/** Media types of a part that may be an instance; the bytes decide. Without one it has the type of the body. */
const PART_TYPES = new Set(['application/dicom', 'application/octet-stream']);

/** Receives the one instance that is the whole body. */
export async function receiveSingle(body: BodyReader, storer: InstanceStorer): Promise<BodyEnd> {
  const receiver = storer.receive();
  const end = await readAll(body, (chunk) => receiver.write(chunk));
  if (end === 'whole') {
    await storer.accept(1, receiver);
  } else {
    storer.refuse(cutPart(1, await receiver.abort()));
  }
  return end;
}

/**
 * Receives the parts of a multipart body. Parts that arrived whole are stored even when the body does not end as it
 * should; the part it ends in leaves nothing.
 */
export async function receiveMultipart(
  body: BodyReader,
  boundary: string,
  storer: InstanceStorer,
): Promise<BodyEnd> {
  const splitter = new MultipartSplitter(boundary);
  let receiver: PartReceiver | null = null;
  let part = 0;

  async function take(event: MultipartEvent): Promise<void> {
    switch (event.type) {
      case 'part': {
        part++;
        const type = event.headers.get('content-type');
        const parsed = parseMediaType(type);
        if (type !== undefined && (parsed === null || !PART_TYPES.has(parsed.type))) {
          storer.refuse({
            kind: 'failed',
            part,
            reason: 'BAD_PART',
            detail: {
              en: 'its Content-Type is not application/dicom',
              zh: '其 Content-Type 不是 application/dicom',
            },
          });
        } else receiver = storer.receive();
        return;
      }
      case 'data':
        await receiver?.write(event.bytes);
        return;
      case 'partEnd':
        if (receiver !== null) await storer.accept(part, receiver);
        receiver = null;
        return;
      case 'badPart':
        part++;
        storer.refuse({ kind: 'failed', part, reason: 'BAD_PART', detail: event.reason });
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
    cut = (await (receiver as PartReceiver | null)?.abort()) ?? null;
  }
  return settleEnd(end, splitter, { part, identity: cut }, storer);
}

/** Compares where the connection ended with where the multipart syntax says the body ends. */
function settleEnd(
  end: BodyEnd,
  splitter: MultipartSplitter,
  last: { part: number; identity: InstanceReference | null },
  storer: InstanceStorer,
): BodyEnd {
  if (end === 'noDelimiter' || end === 'tooManyParts') return end;
  const syntax = splitter.end();
  if (syntax === 'closed') return 'whole';
  if (syntax === 'noDelimiter') return end === 'whole' ? 'noDelimiter' : end;
  // A part that began is counted by the splitter even where its headers were cut.
  if (syntax === 'cut') storer.refuse(cutPart(Math.max(last.part, splitter.parts), last.identity));
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
      if (error instanceof BodyCut) return 'cut';
      throw error;
    }
    if (chunk === null) return 'whole';
    await take(chunk);
  }
}
