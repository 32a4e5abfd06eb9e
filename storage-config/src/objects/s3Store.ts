import type { Readable } from 'node:stream';
import type { ByteRange } from '@hutong/dicom';
import type { BucketItem, Client } from 'minio';
import type { S3Config } from '../config/storage.ts';
import { errorCode } from '../database.ts';
import { checkObjectKey } from '../objectKeys.ts';
import {
  type ObjectMetadata,
  type ObjectStore,
  ObjectStoreUnavailable,
  type ObjectWriter,
  type StoredObject,
} from '../objectStore.ts';
import { newS3Client, repeated } from './s3Client.ts';
import { readWhole } from './readWhole.ts';
import { headersOf, putWhole, S3Writer } from './s3Writer.ts';

const BUCKET_TAKEN = new Set(['BucketAlreadyOwnedByYou', 'BucketAlreadyExists']);

/** Objects in one bucket of an S3 server; the bucket is made when there is none. */
export async function openS3Store(config: S3Config): Promise<ObjectStore> {
  const { client, close } = newS3Client(config);
  try {
    await repeated(() => ensureBucket(client, config));
  } catch (error) {
    close();
    throw error;
  }
  return new S3Store(client, config.bucket, close);
}

async function ensureBucket(client: Client, config: S3Config): Promise<void> {
  if (await client.bucketExists(config.bucket)) return;
  await client.makeBucket(config.bucket, config.region).catch((error: unknown) => {
    if (!BUCKET_TAKEN.has(errorCode(error) ?? '')) throw error;
  });
}

class S3Store implements ObjectStore {
  // A request to the server takes longer than sending what the one before brought.
  readonly readsAhead = 4;
  readonly #client: Client;
  readonly #bucket: string;
  readonly #close: () => void;

  constructor(client: Client, bucket: string, close: () => void) {
    this.#client = client;
    this.#bucket = bucket;
    this.#close = close;
  }

  create(key: string, metadata: ObjectMetadata): Promise<ObjectWriter> {
    return Promise.resolve(new S3Writer(this.#client, this.#bucket, checkObjectKey(key), metadata));
  }

  async put(key: string, body: Uint8Array, metadata: ObjectMetadata): Promise<void> {
    const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    await putWhole(this.#client, this.#bucket, checkObjectKey(key), buffer, headersOf(metadata));
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    if (range?.length === 0) throw new RangeError('an empty range has no bytes to read');
    checkObjectKey(key);
    return repeated(() =>
      range === undefined ? this.#client.getObject(this.#bucket, key) : this.#getRange(key, range),
    );
  }

  async read(key: string, range: ByteRange, into?: Buffer): Promise<Buffer> {
    if (range.length === 0) return Buffer.alloc(0);
    checkObjectKey(key);
    // A range that broke off is asked for again as a whole.
    return repeated(async () => readWhole(await this.#getRange(key, range), range.length, into));
  }

  async #getRange(key: string, { offset, length }: ByteRange): Promise<Readable> {
    const body = await this.#client.getPartialObject(this.#bucket, key, offset, length);
    // Typed as a plain stream; it is the response. A server that ignores ranges would send the wrong bytes.
    if ('statusCode' in body && body.statusCode !== 206) {
      body.destroy();
      throw new ObjectStoreUnavailable('the object store does not answer ranges');
    }
    return body;
  }

  async stat(key: string): Promise<StoredObject & { metadata: ObjectMetadata }> {
    const found = await repeated(() => this.#client.statObject(this.#bucket, checkObjectKey(key)));
    const { 'content-type': _, ...metadata } = found.metaData as Record<string, string>;
    return { key, size: found.size, lastModified: found.lastModified, metadata };
  }

  async delete(key: string): Promise<void> {
    await repeated(() => this.#client.removeObject(this.#bucket, checkObjectKey(key)));
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const items = this.#client.listObjectsV2(this.#bucket, prefix, true) as AsyncIterable<BucketItem>;
    for await (const item of items) {
      if (item.name !== undefined) yield { key: item.name, size: item.size, lastModified: item.lastModified };
    }
  }

  async sweepUnfinished(before: Date): Promise<number> {
    let removed = 0;
    let keyMarker = '';
    let uploadIdMarker = '';
    for (;;) {
      const page = await repeated(() =>
        this.#client.listIncompleteUploadsQuery(this.#bucket, '', keyMarker, uploadIdMarker, ''),
      );
      for (const upload of page.uploads) {
        if (new Date(upload.initiated) >= before) continue;
        await this.#client.abortMultipartUpload(this.#bucket, upload.key, upload.uploadId);
        removed += 1;
      }
      if (!page.isTruncated) return removed;
      keyMarker = page.nextKeyMarker;
      uploadIdMarker = page.nextUploadIdMarker;
    }
  }

  async check(): Promise<void> {
    const exists = await repeated(() => this.#client.bucketExists(this.#bucket), 1);
    if (!exists) throw new ObjectStoreUnavailable('the bucket does not exist any more');
  }

  close(): Promise<void> {
    this.#close();
    return Promise.resolve();
  }
}
