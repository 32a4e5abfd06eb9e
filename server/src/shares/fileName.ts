import type { ReplyType } from '@hutong/storage-config';

const EXTENSIONS: Readonly<Record<ReplyType, { takes: RegExp; gives: string }>> = {
  'application/pdf': { takes: /\.pdf$/i, gives: '.pdf' },
  'image/jpeg': { takes: /\.jpe?g$/i, gives: '.jpg' },
  'image/png': { takes: /\.png$/i, gives: '.png' },
  'application/dicom': { takes: /\.dcm$/i, gives: '.dcm' },
};
const LONGEST = 100;

/** One line of text without what is not seen, turns the direction of writing, or ends lines. */
export const plainLine = (text: string, most: number): string =>
  Array.from(text.normalize('NFC').replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' '))
    .slice(0, most)
    .join('')
    .trim();

/** A name for a file that no system takes for a path, a device or another type. */
export function fileName(text: string, type: ReplyType): string {
  const { takes, gives } = EXTENSIONS[type];
  const plain = plainLine(text.replace(/[\\/:*?"<>|]+/g, '_'), LONGEST)
    .replace(takes, '')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return (plain === '' ? 'reply' : plain) + gives;
}

/** The name that a Content-Disposition header gives (RFC 6266, RFC 8187); empty: none. */
export function nameInDisposition(header: string | undefined): string {
  const [, encoded] = /filename\*\s*=\s*UTF-8''([^;\s]{1,6000})/i.exec(header ?? '') ?? [];
  if (encoded !== undefined) return percentDecoded(encoded);
  return /filename\s*=\s*"([^"]{1,500})"/i.exec(header ?? '')?.[1] ?? '';
}

/** What was percent-encoded as UTF-8; empty where it was not. */
export function percentDecoded(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    return '';
  }
}

/** A Content-Disposition that saves a file under a name, whatever stands in it. */
export function asAttachment(name: string): string {
  const ascii = name.replace(/[^\w.-]+/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
