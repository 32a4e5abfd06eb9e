import type { InboxError } from '@hutong/storage-config';

/** A file of the inbox cannot be taken: what is wrong, and where. Never values of the file. */
export class FileFault extends Error {
  override name = 'FileFault';
  readonly errors: readonly InboxError[];
  constructor(errors: readonly InboxError[]) {
    super('a file cannot be taken');
    this.errors = errors;
  }
}

export const fault = (at: string, zh: string, en: string): FileFault => new FileFault([{ at, zh, en }]);

/** Errors that are told of one file. */
export const MOST_ERRORS = 200;
