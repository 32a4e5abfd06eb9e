/** Tells, at most every ten seconds, that images could not be read. */
let toldAt = -Infinity;
const listeners = new Set<() => void>();

export function reportImageFailure(): void {
  if (performance.now() - toldAt < 10_000) return;
  toldAt = performance.now();
  for (const listener of listeners) listener();
}

export function onImageFailure(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
