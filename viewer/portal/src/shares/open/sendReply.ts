/** Sends a file back into a share, telling how far it is: `fetch` cannot tell that of what it sends. */
import type { Bilingual } from '@hutong/conformance';
import type { Problem } from '@hutong/server/contract';
import type { SentReply } from '@hutong/server/contract/shares';

export const MOST_REPLY_BYTES = 20 * 1024 * 1024;
export const REPLY_ACCEPT =
  'application/pdf,image/jpeg,image/png,application/dicom,.pdf,.jpg,.jpeg,.png,.dcm';

const BY_ENDING: Readonly<Record<string, SentReply['mediaType']>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  dcm: 'application/dicom',
};
const KNOWN = new Set<string>(Object.values(BY_ENDING));

/** The media type of a file, by what the browser says or by its ending; null: none that can be sent. */
export function mediaTypeOf({ type, name }: Pick<File, 'type' | 'name'>): string | null {
  if (KNOWN.has(type)) return type;
  return BY_ENDING[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? null;
}

export type ReplyOutcome = { kind: 'sent'; reply: SentReply } | { kind: 'failed'; said: Bilingual | null };

/** Sends a file. @param onProgress called with the percentage that is under way */
export function sendReply(
  alias: string,
  file: File,
  about: { from: string; note: string },
  onProgress: (percent: number) => void,
): Promise<ReplyOutcome> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/shares/${alias}/replies`);
    request.setRequestHeader('content-type', mediaTypeOf(file) ?? 'application/octet-stream');
    request.setRequestHeader(
      'content-disposition',
      `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    );
    if (about.from.trim() !== '')
      request.setRequestHeader('hutong-from', encodeURIComponent(about.from.trim()));
    if (about.note.trim() !== '')
      request.setRequestHeader('hutong-note', encodeURIComponent(about.note.trim()));
    request.responseType = 'json';
    request.timeout = 10 * 60_000;
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total > 0 ? Math.min(99, Math.floor((loaded / total) * 100)) : 0),
    );
    request.addEventListener('loadend', () => {
      const answer = request.response as (SentReply & Partial<Problem>) | null;
      if (request.status === 201 && answer !== null) resolve({ kind: 'sent', reply: answer });
      else {
        const { detail, detailZh } = answer ?? {};
        const said = detail === undefined || detailZh === undefined ? null : { en: detail, zh: detailZh };
        resolve({ kind: 'failed', said });
      }
    });
    request.send(file);
  });
}
