import type { Client } from 'minio';
import type { ObjectMetadata, ObjectWriter } from '../objectStore.ts';
import { repeated } from './s3Client.ts';

/** Smallest part that S3 takes (all but the last); also what one writer holds in memory at most, and a chunk. */
const PART = 5 * 1024 * 1024;

/**
 * Writes one object of unknown size: held back until it is whole and sent as one PUT, or, once it grows beyond a part, as a
 * multipart upload. See ObjectWriter for the contract.
 */
export class S3Writer implements ObjectWriter {
  readonly #client: Client;
  readonly #bucket: string;
  readonly #key: string;
  readonly #headers: Record<string, string>;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #uploadId: string | null = null;
  #parts: { part: number; etag: string }[] = [];
  #ended = false;

  constructor(client: Client, bucket: string, key: string, metadata: ObjectMetadata) {
    this.#client = client;
    this.#bucket = bucket;
    this.#key = key;
    this.#headers = headersOf(metadata);
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#ended) throw new Error('the writer has ended');
    for (let at = 0; at < chunk.byteLength;) {
      const piece = chunk.subarray(at, at + PART - this.#pendingBytes);
      at += piece.byteLength;
      this.#pending.push(piece);
      this.#pendingBytes += piece.byteLength;
      if (this.#pendingBytes === PART) await this.#sendPart();
    }
  }

  async commit(): Promise<void> {
    if (this.#ended) throw new Error('the writer has ended');
    this.#ended = true;
    const uploadId = this.#uploadId;
    if (uploadId === null) {
      await putWhole(this.#client, this.#bucket, this.#key, this.#takePending(), this.#headers);
      return;
    }
    if (this.#pendingBytes > 0) await this.#sendPart();
    // Not repeated: a lost answer leaves an object that nobody knows, which the sweep of orphans removes.
    await repeated(
      () => this.#client.completeMultipartUpload(this.#bucket, this.#key, uploadId, this.#parts),
      1,
    );
    this.#uploadId = null;
  }

  async abort(): Promise<void> {
    this.#ended = true;
    this.#pending = [];
    const uploadId = this.#uploadId;
    this.#uploadId = null;
    if (uploadId === null) return;
    // If this fails too, the sweep of unfinished uploads removes it later.
    await this.#client.abortMultipartUpload(this.#bucket, this.#key, uploadId).catch(() => undefined);
  }

  async #sendPart(): Promise<void> {
    const body = this.#takePending();
    const uploadId = (this.#uploadId ??= await repeated(() =>
      this.#client.initiateNewMultipartUpload(this.#bucket, this.#key, { ...this.#headers }),
    ));
    const partNumber = this.#parts.length + 1;
    const sent = await repeated(() =>
      this.#client.uploadPart(
        { bucketName: this.#bucket, objectName: this.#key, uploadID: uploadId, partNumber, headers: {} },
        body,
      ),
    );
    this.#parts.push({ part: partNumber, etag: sent.etag });
  }

  #takePending(): Buffer {
    const body = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return body;
  }
}

/** Sends an object in one request. The key is its own, so that the request may be repeated. */
export async function putWhole(
  client: Client,
  bucket: string,
  key: string,
  body: Buffer,
  headers: Record<string, string>,
): Promise<void> {
  await repeated(() => client.putObject(bucket, key, body, body.byteLength, { ...headers }));
}

/** Object metadata as S3's headers. */
export function headersOf(metadata: ObjectMetadata): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream' };
  for (const [name, value] of Object.entries(metadata)) headers[`x-amz-meta-${name.toLowerCase()}`] = value;
  return headers;
}
