import { expect, test } from 'vitest';
import { PixelRoom } from './pixelRoom.ts';

/** Work that stays inside until it is let go. */
function work(room: PixelRoom, bytes: number, signal?: AbortSignal) {
  const gate = Promise.withResolvers<undefined>();
  const state = { inside: false, let: () => gate.resolve(undefined), done: Promise.resolve() };
  state.done = room.run(
    bytes,
    async () => {
      state.inside = true;
      await gate.promise;
      state.inside = false;
    },
    signal,
  );
  return state;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('work goes in while there is room, in the order of asking, and what is larger than the room alone', async () => {
  const room = new PixelRoom(10, 9);
  const [a, b, huge, c] = [work(room, 6), work(room, 4), work(room, 50), work(room, 1)];
  await settle();
  expect([a.inside, b.inside, huge.inside, c.inside]).toEqual([true, true, false, false]);
  a.let();
  await settle();
  expect(huge.inside).toBe(false);
  b.let();
  await settle();
  expect([huge.inside, c.inside]).toEqual([true, false]);
  huge.let();
  await settle();
  expect(c.inside).toBe(true);
  c.let();
  await Promise.all([a.done, b.done, huge.done, c.done]);
});

test('work that failed leaves its room to the next', async () => {
  const room = new PixelRoom(1, 9);
  const failing = room.run(1, () => Promise.reject(new Error('damaged')));
  const next = room.run(1, () => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('damaged');
  expect(await next).toBe('done');
});

test('more than may wait is answered busy; who leaves makes room for others', async () => {
  const room = new PixelRoom(1, 1);
  const first = work(room, 1);
  const gone = new AbortController();
  const waiting = work(room, 1, gone.signal);
  await expect(room.run(1, () => Promise.resolve())).rejects.toMatchObject({ status: 503, code: 'busy' });
  gone.abort(new Error('the client is gone'));
  await expect(waiting.done).rejects.toThrow('the client is gone');
  const other = work(room, 1);
  first.let();
  await settle();
  expect(other.inside).toBe(true);
  other.let();
  await other.done;
});
