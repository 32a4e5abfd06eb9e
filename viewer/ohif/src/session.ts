/** Whether the reader's session has ended: told by whichever request first hears 401. */
let signedOut = false;
const listeners = new Set<() => void>();

export function reportSignedOut(): void {
  if (signedOut) return;
  signedOut = true;
  for (const listener of listeners) listener();
}

export function isSignedOut(): boolean {
  return signedOut;
}

export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Reading what is loaded already asks the server for nothing; it is told so often that somebody works. */
const TELL_MS = 240_000;

/** Keeps the session from its idle end while somebody reads, whether or not images are asked for meanwhile. */
export function tellOfUse(): void {
  let told = Date.now();
  const note = (): void => {
    if (Date.now() - told < TELL_MS) return;
    told = Date.now();
    fetch('/api/session', { credentials: 'same-origin', cache: 'no-store' }).then(
      ({ status }) => {
        if (status === 401) reportSignedOut();
      },
      () => undefined,
    );
  };
  for (const event of ['pointerdown', 'pointermove', 'wheel', 'keydown'])
    window.addEventListener(event, note, { passive: true, capture: true });
}
