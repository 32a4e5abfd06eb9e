import { expect, test } from 'vitest';
import { foreignHosts, neutraliseForeignHosts } from './foreignHosts.ts';

test('a host nobody has looked at is found, with the file that names it', () => {
  const files = new Map([
    ['a.js', Buffer.from('fetch("https://tracker.example.net/x"); "http://www.w3.org/2000/svg"')],
    ['b.wasm', Buffer.from('https://not-read.example.net')],
  ]);
  expect([...foreignHosts(files)]).toEqual([['tracker.example.net', 'a.js']]);
});

test('services the host application could call are pointed nowhere', () => {
  const text = neutraliseForeignHosts('load("https://cdn.jsdelivr.net/npm/x")');
  expect(text).toBe('load("https://disabled.invalid/npm/x")');
  expect(foreignHosts(new Map([['a.js', Buffer.from(text)]])).size).toBe(0);
});
