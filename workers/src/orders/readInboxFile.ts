import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errorCode, LARGEST_DOCUMENT } from '@hutong/storage-config';
import { fault } from './fileFault.ts';

/** Bytes of a file: a PDF of the largest size as base64, and what is said beside it. */
export const LARGEST_FILE = Math.ceil((LARGEST_DOCUMENT * 4) / 3) + 4 * 1024 * 1024;

/**
 * The bytes of a regular file that has one name only. Links are not followed: what lies outside of the folder is not taken.
 * null: it is gone.
 *
 * @throws FileFault
 */
export async function readInboxFile(path: string): Promise<Buffer | null> {
  let handle;
  try {
    // Opening a pipe would wait for who writes into it.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (errorCode(error) === 'ELOOP' || errorCode(error) === 'ENXIO') throw noFile();
    throw error;
  }
  try {
    const stats = await handle.stat();
    const { size } = stats;
    if (!stats.isFile() || stats.nlink > 1) throw noFile();
    if (size > LARGEST_FILE) throw fault('', '文件过大。', 'The file is too large.');
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const noFile = () =>
  fault(
    '',
    '不是普通文件（链接、管道等不接收）。',
    'This is no regular file; links and pipes are not taken.',
  );
