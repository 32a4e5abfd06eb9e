import { expect, test } from 'vitest';
import { reviewAction } from './reviewKeys.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

test('letters move and decide, also with Caps Lock', () => {
  expect(['j', 'k', 'p', 'F', 'o', '？'].map((key) => reviewAction(press(key), 'list'))).toEqual([
    'next',
    'previous',
    'pass',
    'fail',
    'images',
    'help',
  ]);
});

test('nothing that is typed decides', () => {
  expect(['p', 'f', 'Enter', 'Escape'].map((key) => reviewAction(press(key), 'text'))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('a focused control keeps Enter and its arrows; the browser keeps its own keys', () => {
  expect(reviewAction(press('Enter'), 'control')).toBeNull();
  expect(reviewAction(press('ArrowDown'), 'control')).toBeNull();
  expect(reviewAction(press('j'), 'control')).toBe('next');
  expect(reviewAction(press('p', { ctrlKey: true }), 'list')).toBeNull();
});
