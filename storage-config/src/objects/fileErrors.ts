import { errorCode } from '../database.ts';
import { ObjectNotFound, ObjectStoreFull, ObjectStoreUnavailable } from '../objectStore.ts';

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** Runs a read, with the operating system's errors turned into the store's own. */
export async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (MISSING.has(errorCode(error) ?? ''))
      throw new ObjectNotFound('no object has this key', { cause: error });
    throw translate(error);
  }
}

/** Runs a write, with the operating system's errors turned into the store's own. */
export async function writing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ObjectStoreFull('the object store is full', { cause: error });
  if (code !== undefined)
    return new ObjectStoreUnavailable(`the object store failed (${code})`, { cause: error });
  return error;
}
