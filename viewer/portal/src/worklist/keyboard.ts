/** What each key does in the worklist. Pure: the component turns a key into an action and does it. */
import type { DatePreset, WorklistVerdict } from './filters.ts';

export type KeyAction =
  | { kind: 'search' }
  | { kind: 'move'; by: number }
  | { kind: 'page'; by: -1 | 1 }
  | { kind: 'end'; which: 'first' | 'last' }
  | { kind: 'open'; newTab: boolean }
  | { kind: 'details' }
  | { kind: 'history' }
  | { kind: 'refresh' }
  | { kind: 'back' }
  | { kind: 'help' }
  | { kind: 'verdict'; verdict: WorklistVerdict }
  | { kind: 'label' }
  | { kind: 'date'; preset: DatePreset }
  | { kind: 'clear' };

/** The digit keys, in the order the filter bar shows them. */
export const FILTER_KEYS: Readonly<Record<string, KeyAction>> = {
  '1': { kind: 'verdict', verdict: 'PASS' },
  '2': { kind: 'verdict', verdict: 'FAIL' },
  '3': { kind: 'verdict', verdict: 'REVIEW' },
  '4': { kind: 'verdict', verdict: 'PENDING' },
  '5': { kind: 'verdict', verdict: 'NOT_LISTED' },
  '6': { kind: 'label' },
  '7': { kind: 'date', preset: 'today' },
  '8': { kind: 'date', preset: '7d' },
  '9': { kind: 'date', preset: '30d' },
  '0': { kind: 'clear' },
};

const LIST_KEYS: Readonly<Record<string, KeyAction>> = {
  '/': { kind: 'search' },
  '?': { kind: 'help' },
  '？': { kind: 'help' },
  ArrowDown: { kind: 'move', by: 1 },
  j: { kind: 'move', by: 1 },
  ArrowUp: { kind: 'move', by: -1 },
  k: { kind: 'move', by: -1 },
  PageDown: { kind: 'page', by: 1 },
  PageUp: { kind: 'page', by: -1 },
  Home: { kind: 'end', which: 'first' },
  End: { kind: 'end', which: 'last' },
  ' ': { kind: 'details' },
  i: { kind: 'details' },
  h: { kind: 'history' },
  r: { kind: 'refresh' },
};

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Where the focus is: in the list or nowhere, on a button or link, or where text is typed. */
export type KeyPlace = 'list' | 'control' | 'text';

/**
 * The action of a key press, or null when the key belongs to the browser or to the focused control.
 * In a text field only Escape and the down arrow leave it; on a button Enter, Space and arrows are the button's own.
 */
export function keyAction(press: KeyPress, place: KeyPlace): KeyAction | null {
  if (press.altKey) return null;
  if (press.key === 'Escape') return { kind: 'back' };
  const modified = press.ctrlKey || press.metaKey;
  if (place === 'text') return press.key === 'ArrowDown' && !modified ? { kind: 'move', by: 0 } : null;
  if (press.key === 'Enter') return place === 'list' ? { kind: 'open', newTab: modified } : null;
  if (modified) return null;
  const action = LIST_KEYS[press.key] ?? FILTER_KEYS[press.key] ?? null;
  if (place === 'list' || action === null) return action;
  return press.key === ' ' || press.key.length > 1 ? null : action;
}
