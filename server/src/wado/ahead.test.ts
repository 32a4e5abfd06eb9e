import { expect, test } from 'vitest';
import { oneAhead } from './ahead.ts';

async function* numbers(begun: number[], ended: () => void): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= 3; n += 1) {
      begun.push(n);
      yield await Promise.resolve(n);
    }
  } finally {
    ended();
  }
}

test('the next one is begun before the one before is asked for again', async () => {
  const begun: number[] = [];
  const ahead = oneAhead(numbers(begun, () => undefined));
  expect(await ahead.next()).toEqual({ done: false, value: 1 });
  expect(begun).toEqual([1, 2]);
  const rest = [];
  for await (const n of ahead) rest.push(n);
  expect(rest).toEqual([2, 3]);
});

test('a reader that leaves ends the source', async () => {
  let ended = false;
  for await (const n of oneAhead(numbers([], () => (ended = true)))) if (n === 1) break;
  expect(ended).toBe(true);
});

test('what the source fails with comes at its place', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield await Promise.resolve(1);
    throw new Error('the source failed');
  }
  const ahead = oneAhead(failing());
  expect(await ahead.next()).toEqual({ done: false, value: 1 });
  await expect(ahead.next()).rejects.toThrow('the source failed');
});
