import type { Readable } from 'node:stream';

/**
 * The `length` bytes of a body, whole, each copied once: iterating over its chunks and joining them costs twice as much.
 *
 * @param into memory that may be used for them, at least as long
 * @throws RangeError where the body ends earlier or later; the body's own error, `ECONNRESET` where it breaks off
 */
export function readWhole(body: Readable, length: number, into?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const bytes = into?.subarray(0, length) ?? Buffer.allocUnsafeSlow(length);
    let filled = 0;
    body.on('data', (chunk: Buffer) => {
      if (filled + chunk.length > length) {
        reject(new RangeError('the object store sent more than the range'));
        body.destroy();
        return;
      }
      chunk.copy(bytes, filled);
      filled += chunk.length;
    });
    body.once('end', () => {
      if (filled === length) resolve(bytes);
      else reject(new RangeError('the object ends before the range does'));
    });
    body.once('error', reject);
    body.once('close', () => {
      reject(Object.assign(new Error('the body broke off'), { code: 'ECONNRESET' }));
    });
  });
}
