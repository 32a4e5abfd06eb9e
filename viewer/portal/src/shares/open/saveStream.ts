/** Saves an answer as a file while telling how far it is. */
import { ApiError } from '../../api/http.ts';

/** What a phone can hold in its memory before it is saved; larger ones go the browser's own way, without our progress. */
const MOST_HELD_BYTES = 200 * 1024 * 1024;

const nameOf = (answer: Response): string =>
  /filename="?([\w.-]{1,100})"?/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'images.zip';

function offer(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * Downloads a path and saves it.
 *
 * @param onProgress called with the bytes so far
 * @throws ApiError where it is refused; whatever the network throws when it breaks
 */
export async function saveStream(
  path: string,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const answer = await fetch(path, { credentials: 'same-origin', redirect: 'error', signal });
  if (!answer.ok || answer.body === null)
    throw new ApiError(answer.status, null, answer.headers.get('x-request-id') ?? '');
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let held = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    held += value.byteLength;
    if (held > MOST_HELD_BYTES) {
      await reader.cancel();
      offer(path, nameOf(answer));
      return;
    }
    parts.push(value);
    onProgress(held);
  }
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/zip' }));
  offer(url, nameOf(answer));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
