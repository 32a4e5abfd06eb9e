import path from 'node:path';
import type { HutongConfig } from '../config/config.ts';
import type { ObjectStore } from '../objectStore.ts';
import { openFileStore } from './fileStore.ts';
import { openS3Store } from './s3Store.ts';

/** Opens the object store that the configuration names: S3 when it has an endpoint, else the file system. */
export async function openObjectStore(
  config: Pick<HutongConfig, 'dataDirectory' | 's3'>,
): Promise<ObjectStore> {
  return config.s3 === null
    ? openFileStore(path.join(config.dataDirectory, 'objects'))
    : openS3Store(config.s3);
}
