/** The share that the page shows, where it shows one: its address holds the share's alias and nothing of a patient. */
import type { ShareContent } from '@hutong/server/contract/shares';
import { openHospital } from './openHospital.ts';

/** `share` in the query of an address; null where there is none, or something else stands there. */
export function shareInAddress(query: string): string | null {
  const alias = new URLSearchParams(query).get('share') ?? '';
  return /^[a-z2-9]{12}$/.test(alias) ? alias : null;
}

/** Alias of the share; null: the page is a signed-in reader's. It stays the same while the page does. */
export const openShare: string | null = shareInAddress(
  typeof location === 'undefined' ? '' : location.search,
);

/** The DICOMweb root of all that is shown. */
export const dicomwebRoot: string = rootOf(openShare, openHospital);

/** That of the share, or of one hospital's copies, or the region's. */
export function rootOf(share: string | null, hospital: string | null): string {
  if (share !== null) return `/shares/${share}/dicomweb`;
  return hospital === null ? '/dicomweb' : `/hospitals/${hospital}/dicomweb`;
}

let ended = false;
const listeners = new Set<() => void>();

/** Whether the share is over: revoked, expired, or this visit took too long. */
export const isShareEnded = (): boolean => ended;

export function onShareEnded(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const OVER = new Set([401, 403, 404, 410]);

async function readContent(alias: string): Promise<ShareContent | null> {
  const answer = await fetch(`/shares/${alias}/content`, {
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
  });
  if (answer.ok) return (await answer.json()) as ShareContent;
  if (OVER.has(answer.status) && !ended) {
    ended = true;
    for (const listener of listeners) listener();
  }
  return null;
}

/** Study Instance UIDs of a share; none when it is over. */
export async function studiesOfShare(alias: string): Promise<string[]> {
  const content = await readContent(alias);
  return (content?.studies ?? []).map(({ studyInstanceUid }) => studyInstanceUid);
}

/** Looks whether the share goes on, as when an image was refused. */
export function checkShare(): void {
  // Without an answer it is not known to be over.
  if (openShare !== null) void readContent(openShare).catch(() => undefined);
}

const RECONNECT_MS = 3_000;

/** Hears of the share's end. @returns stops listening */
export function watchShare(): () => void {
  if (openShare === null) return () => undefined;
  const alias = openShare;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = (): void => {
    source = new EventSource(`/shares/${alias}/events`);
    source.addEventListener('error', () => {
      source?.close();
      checkShare();
      timer = setTimeout(() => {
        if (!ended) connect();
      }, RECONNECT_MS);
    });
  };
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
