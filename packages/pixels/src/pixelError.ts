import type { PixelErrorCode } from './types.ts';

/** Why pixels cannot be had, in both languages, without patient data. A value that crosses threads by {@link plain}. */
export class PixelError extends Error {
  override name = 'PixelError';
  readonly code: PixelErrorCode;
  readonly messageZh: string;

  constructor(code: PixelErrorCode, message: string, messageZh: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.messageZh = messageZh;
  }

  /** As an object that structured cloning keeps whole. */
  plain(): PlainPixelError {
    return { code: this.code, message: this.message, messageZh: this.messageZh };
  }
}

export interface PlainPixelError {
  code: PixelErrorCode;
  message: string;
  messageZh: string;
}

/** No codec, or none for this depth or sample layout. */
export function unsupported(message: string, messageZh: string): PixelError {
  return new PixelError('UNSUPPORTED', message, messageZh);
}

/** The bytes are no frame of what the description says. */
export function corrupt(message: string, messageZh: string, cause?: unknown): PixelError {
  return new PixelError('CORRUPT', message, messageZh, { cause });
}

/** The attributes of the image contradict themselves, or lack what is needed. */
export function badDescription(message: string, messageZh: string): PixelError {
  return new PixelError('DESCRIPTION', message, messageZh);
}

/** More pixels than are worked on. */
export function tooLarge(message: string, messageZh: string): PixelError {
  return new PixelError('TOO_LARGE', message, messageZh);
}
