/** What each key does on the review page. Pure. */
import type { KeyPlace, KeyPress } from '../worklist/keyboard.ts';

export type ReviewAction = 'next' | 'previous' | 'open' | 'pass' | 'fail' | 'images' | 'back' | 'help';

const KEYS: Readonly<Record<string, ReviewAction>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  p: 'pass',
  f: 'fail',
  o: 'images',
  '?': 'help',
  '？': 'help',
};

/** The action of a key press; null when it belongs to the browser, a text or the focused control. */
export function reviewAction(press: KeyPress, place: KeyPlace): ReviewAction | null {
  if (press.altKey || press.ctrlKey || press.metaKey || place === 'text') return null;
  if (press.key === 'Escape') return 'back';
  if (press.key === 'Enter') return place === 'list' ? 'open' : null;
  const action = KEYS[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
  return place === 'control' && press.key.length > 1 ? null : action;
}
