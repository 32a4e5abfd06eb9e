import path from 'node:path';
import type { HutongConfig } from '../config/config.ts';
import type { ObjectStore } from '../objectStore.ts';
import { openFileStore } from './fileStore.ts';

/** Opens the object store that the configuration names: S3 when it has an endpoint, else the file system. */
export async function openObjectStore(
  config: Pick<HutongConfig, 'dataDirectory' | 's3'>,
): Promise<ObjectStore> {
  if (config.s3 === null) return openFileStore(path.join(config.dataDirectory, 'objects'));
  // The client of S3 and what it needs are megabytes that only those who use it hold.
  const { openS3Store } = await import('./s3Store.ts');
  return openS3Store(config.s3);
}
