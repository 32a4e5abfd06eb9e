/** The series the pointer or the keyboard rests on in the panel; thumbnails and viewports show it. */
let highlighted: string | null = null;
const listeners = new Set<() => void>();

export function highlightSeries(seriesInstanceUid: string | null): void {
  if (highlighted === seriesInstanceUid) return;
  highlighted = seriesInstanceUid;
  for (const listener of listeners) listener();
}

export function highlightedSeries(): string | null {
  return highlighted;
}

export function onHighlight(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
