import { ObjectNotFound, type ObjectStore } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { chooseCoding } from '../dicomweb/contentCoding.ts';
import { sendStream } from '../sendStream.ts';

/**
 * Metadata repeats itself from instance to instance: from this level on zlib looks for the longer of two matches, which
 * makes a third of what the one below makes, in a third more time.
 */
const LEVEL = 4;

/** The answers that are being made, by store and key: who asks for one meanwhile waits for it. */
const making = new WeakMap<ObjectStore, Map<string, Promise<Buffer>>>();

/**
 * The prepared answer under a key, compressed with gzip. A store that does not answer counts as one that has nothing:
 * the answer can be made from the index.
 */
export async function findPrepared(objects: ObjectStore, key: string): Promise<Readable | null> {
  try {
    return await objects.get(key);
  } catch (error) {
    if (error instanceof ObjectNotFound) return null;
    return null;
  }
}

export interface Preparation {
  key: string;
  /** The answer's text in pieces. */
  make: () => AsyncIterable<string>;
  /** Asked when the answer is made: whether it is still what the key stands for, and may be kept. */
  mayKeep: () => Promise<boolean>;
}

/**
 * Makes an answer and keeps it under its key, once however many ask for it at the same time. A failure to keep it is
 * nobody's: the next one who asks makes it again.
 */
export async function prepare(objects: ObjectStore, preparation: Preparation): Promise<Buffer> {
  const { key } = preparation;
  const all = making.get(objects) ?? new Map<string, Promise<Buffer>>();
  making.set(objects, all);
  const begun = all.get(key);
  if (begun !== undefined) return begun;
  const work = compressed(preparation.make());
  all.set(key, work);
  try {
    const body = await work;
    void keep(objects, preparation, body);
    return body;
  } finally {
    all.delete(key);
  }
}

async function compressed(pieces: AsyncIterable<string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const source = Readable.from(pieces, { objectMode: false, highWaterMark: 256 * 1024 });
  await pipeline(source, createGzip({ level: LEVEL, memLevel: 9 }), async (compressedChunks) => {
    for await (const chunk of compressedChunks) chunks.push(chunk as Buffer);
  });
  return Buffer.concat(chunks);
}

async function keep(objects: ObjectStore, { key, mayKeep }: Preparation, body: Buffer): Promise<void> {
  try {
    if (await mayKeep()) await objects.put(key, body, { 'content-type': 'application/dicom+json' });
  } catch {
    // The answer was given. What keeps the store from writing is seen, and said, by those who store.
  }
}

/** Sends a prepared answer as it is, or decompressed to a client that does not take gzip. */
export async function sendPrepared(body: Readable | Buffer, req: Request, res: Response): Promise<void> {
  const asItIs = chooseCoding(req.get('accept-encoding'), ['gzip']) !== null;
  if (asItIs) res.set('Content-Encoding', 'gzip');
  if (asItIs && Buffer.isBuffer(body)) {
    res.setHeader('Content-Length', body.length).end(body);
    return;
  }
  const source = Buffer.isBuffer(body) ? Readable.from([body]) : body;
  await sendStream(res, source, ...(asItIs ? [] : [createGunzip()]));
}
