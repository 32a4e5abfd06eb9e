import type { KeyboardEvent } from 'react';

/**
 * Keeps Enter and the space bar for the control that has the focus: OHIF listens on the document for both, as
 * shortcuts of its own.
 */
export function keepControlKeys(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
}
