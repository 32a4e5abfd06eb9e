import { expect, test } from 'vitest';
import { StoreSlots } from './storeSlots.ts';

const bodyThatWaited = (waitingMs: number) => {
  const body = { waitingMs, givenUp: false, giveUp: () => void (body.givenUp = true) };
  return body;
};

test('stores beyond the number of slots are refused while all clients send', () => {
  const slots = new StoreSlots(2, 120_000);
  slots.take().body = bodyThatWaited(9_999);
  const second = slots.take();
  expect(() => slots.take()).toThrow(expect.objectContaining({ status: 503, code: 'busy' }));
  slots.release(second);
  slots.take();
});

test('when all slots are taken the slowest client loses its own, and it alone', () => {
  const slots = new StoreSlots(3, 120_000);
  const bodies = [15_000, 60_000, 20].map(bodyThatWaited);
  for (const body of bodies) slots.take().body = body;
  slots.take();
  expect(bodies.map((body) => body.givenUp)).toEqual([false, true, false]);
  slots.take();
  expect(bodies.map((body) => body.givenUp)).toEqual([true, true, false]);
  expect(() => slots.take()).toThrow(expect.objectContaining({ status: 503 }));
});

test('a slow client keeps its slot while others are free', () => {
  const slots = new StoreSlots(2, 120_000);
  const slow = bodyThatWaited(100_000);
  slots.take().body = slow;
  slots.take();
  expect(slow.givenUp).toBe(false);
});

test('the slot of one that gave it up is not given back twice', () => {
  const slots = new StoreSlots(1, 120_000);
  const first = slots.take();
  first.body = bodyThatWaited(30_000);
  slots.take();
  slots.release(first);
  expect(() => slots.take()).toThrow(expect.objectContaining({ status: 503 }));
});
