import { expect, test } from 'vitest';
import { FILTER_KEYS, keyAction, type KeyPress } from './keyboard.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

test('Enter opens here, with Ctrl or Command in a new tab', () => {
  expect(keyAction(press('Enter'), 'list')).toEqual({ kind: 'open', newTab: false });
  expect(keyAction(press('Enter', { ctrlKey: true }), 'list')).toEqual({ kind: 'open', newTab: true });
  expect(keyAction(press('Enter', { metaKey: true }), 'list')).toEqual({ kind: 'open', newTab: true });
});

test('a focused button keeps Enter, Space and arrows, and lets letters and digits through', () => {
  for (const key of ['Enter', ' ', 'ArrowDown']) expect(keyAction(press(key), 'control')).toBeNull();
  expect(keyAction(press('/'), 'control')).toEqual({ kind: 'search' });
  expect(keyAction(press('1'), 'control')).toEqual({ kind: 'verdict', verdict: 'PASS' });
});

test('while text is typed, only Escape and the down arrow act', () => {
  for (const key of ['1', '/', '?', 'j', 'Enter', 'ArrowUp', 'Home'])
    expect(keyAction(press(key), 'text')).toBeNull();
  expect(keyAction(press('Escape'), 'text')).toEqual({ kind: 'back' });
  expect(keyAction(press('ArrowDown'), 'text')).toEqual({ kind: 'move', by: 0 });
});

test('shortcuts of the browser stay the browser’s', () => {
  expect(keyAction(press('1', { ctrlKey: true }), 'list')).toBeNull();
  expect(keyAction(press('ArrowDown', { altKey: true }), 'list')).toBeNull();
  expect(keyAction(press('r', { metaKey: true }), 'list')).toBeNull();
});

test('every digit sets one filter, and no two the same', () => {
  const actions = Object.keys(FILTER_KEYS).map((digit) => JSON.stringify(keyAction(press(digit), 'list')));
  expect(new Set(actions).size).toBe(10);
  expect(Object.keys(FILTER_KEYS)).toHaveLength(10);
});

test('help opens with the Chinese question mark too', () => {
  expect(keyAction(press('？'), 'list')).toEqual({ kind: 'help' });
});

test('H opens the history from the list, and is a letter where text is typed', () => {
  expect(keyAction(press('h'), 'list')).toEqual({ kind: 'history' });
  expect(keyAction(press('h'), 'text')).toBeNull();
});
