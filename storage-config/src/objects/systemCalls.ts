import { fdatasync, fsync, link, open, rename, writev } from 'node:fs';
import { promisify } from 'node:util';

/**
 * The system calls that make an object durable. The callback functions are taken because a file handle of promises costs
 * more than most of these calls; descriptors are numbers, so whoever opens one closes it, once, when no call uses it.
 */
export const openFile = promisify(open);
export const writeFile = promisify(writev);
export const datasyncFile = promisify(fdatasync);
export const syncFile = promisify(fsync);
export const linkFile = promisify(link);
export const renameFile = promisify(rename);
