import { useEffect, useRef } from 'react';
import { keyAction, type KeyAction, type KeyPlace, type KeyPress } from './keyboard.ts';

/** Whether a key press at this element belongs to a text field, a control, or the list. */
function placeOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof HTMLElement)) return 'list';
  if (
    target.isContentEditable ||
    target.closest('input, textarea, .ant-select, .ant-picker, .ant-picker-dropdown')
  ) {
    return 'text';
  }
  return target.closest('button, a, [role="menuitem"]') === null ? 'list' : 'control';
}

/** Does `act` for every key of the worklist while `enabled`; a dialog on top keeps its keys. */
export function useListKeys(enabled: boolean, act: (action: KeyAction) => void): void {
  useKeys(enabled, keyAction, act);
}

/** The same for a page with keys of its own. */
export function useKeys<Action>(
  enabled: boolean,
  actionOf: (press: KeyPress, place: KeyPlace) => Action | null,
  act: (action: Action) => void,
): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      // A key that composes Chinese text is never a shortcut.
      if (event.defaultPrevented || event.isComposing) return;
      // Neither is one that is meant for a dialog above the page.
      if ([...document.querySelectorAll('.ant-modal-wrap')].some((dialog) => dialog.checkVisibility()))
        return;
      const action = actionOf(event, placeOf(event.target));
      if (action === null) return;
      event.preventDefault();
      latest.current(action);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [enabled, actionOf]);
}
