import { randomUUID } from 'node:crypto';

/** Framing of one multipart/related answer (RFC 2387), whose length is known before it is sent. */
export interface MultipartFraming {
  contentType: string;
  /** Everything before the body of a part; `first` leaves out the line break that ends the part before it. */
  head(headers: Readonly<Record<string, string>>, first: boolean): Buffer;
  readonly end: Buffer;
}

/**
 * @param type media type of the parts
 * @param parameters further parameters of the content type, for example `transfer-syntax`
 */
export function multipartFraming(
  type: string,
  parameters: Readonly<Record<string, string>> = {},
): MultipartFraming {
  const boundary = `hutong-${randomUUID()}`;
  const more = Object.entries(parameters).map(([name, value]) => `; ${name}=${value}`);
  return {
    contentType: `multipart/related; type="${type}"${more.join('')}; boundary=${boundary}`,
    head: (headers, first) => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return Buffer.from(`${first ? '' : '\r\n'}--${boundary}\r\n${lines.join('')}\r\n`);
    },
    end: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}
