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
