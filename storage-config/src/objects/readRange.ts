import { closeSync, open, read } from 'node:fs';
import type { ByteRange } from '@hutong/dicom';

/**
 * One range of a file, whole, in as few calls as there are: open, read, close. The callback functions are taken
 * because a file handle of promises, or a stream, costs several times the read of a frame.
 *
 * @throws Error with the code of the file system; RangeError where the file ends before the range does
 */
export function readRange(file: string, { offset, length }: ByteRange, into?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    open(file, 'r', (failure, descriptor) => {
      if (failure !== null) {
        reject(failure);
        return;
      }
      // Every byte is overwritten, or the buffer is not handed out.
      const bytes = into?.subarray(0, length) ?? Buffer.allocUnsafeSlow(length);
      const finish = (error: Error | null): void => {
        // Closing what was only read never waits for a disk; a thread would cost more.
        closeSync(descriptor);
        if (error === null) resolve(bytes);
        else reject(error);
      };
      const readFrom = (filled: number): void => {
        read(descriptor, bytes, filled, length - filled, offset + filled, (error, count) => {
          if (error !== null) finish(error);
          else if (count === 0) finish(new RangeError('the object ends before the range does'));
          else if (filled + count < length) readFrom(filled + count);
          else finish(null);
        });
      };
      if (length === 0) finish(null);
      else readFrom(0);
    });
  });
}
