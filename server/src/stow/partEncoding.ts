import { CONTENT_ENCODINGS } from './contentDecoding.ts';
import type { BadPart } from './multipart.ts';

const CONTENT_ENCODING = { en: 'its Content-Encoding is not supported', zh: '不支持其 Content-Encoding' };
const TRANSFER_ENCODING = {
  en: 'its Content-Transfer-Encoding is not supported',
  zh: '不支持其 Content-Transfer-Encoding',
};

/** Encodings of mail (RFC 2045 §6) whose content is not the bytes that it stands for. */
const OF_MAIL = ['base64', 'quoted-printable'];

/**
 * Why a part cannot be read as it is: the whole body may be compressed, its parts are taken as bytes. Null where nothing
 * says that they are not.
 */
export function encodedPart(headers: ReadonlyMap<string, string>): BadPart | null {
  const named = (header: string): string[] =>
    (headers.get(header) ?? '').split(',').map((each) => each.trim().toLowerCase());
  if (named('content-encoding').some((each) => CONTENT_ENCODINGS.includes(each) || each === 'compress'))
    return CONTENT_ENCODING;
  return named('content-transfer-encoding').some((each) => OF_MAIL.includes(each)) ? TRANSFER_ENCODING : null;
}
