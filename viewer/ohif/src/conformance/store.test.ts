import { expect, test, vi } from 'vitest';
import { response } from './factories.ts';
import { createConformanceStore, failureOf, nextLookIn } from './store.ts';

const uid = '1.2.840.1';
const json = (body: unknown): Response => Response.json(body);

/** A store whose answers are given one by one; counts who was asked and whether sign-out was told. */
function storeAnswering(...answers: (Response | Error)[]) {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const onSignedOut = vi.fn();
  const store = createConformanceStore({
    onSignedOut,
    fetch: async (url, init) => {
      asked.push(url);
      if (init.signal) signals.push(init.signal);
      const answer = answers.shift();
      if (!answer) return new Promise<Response>(() => undefined);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { store, asked, signals, onSignedOut };
}

test('the first reader of a study starts its reading, and all are told of the result', async () => {
  const { store, asked } = storeAnswering(json(response()));
  const [one, other] = [vi.fn(), vi.fn()];
  store.subscribe(uid, one);
  store.subscribe(uid, other);
  expect(store.get(uid)).toEqual({ kind: 'loading' });
  await vi.waitFor(() => expect(other).toHaveBeenCalled());
  expect(one).toHaveBeenCalledTimes(1);
  expect(store.get(uid)).toMatchObject({ kind: 'ready', refreshFailed: false });
  expect(asked).toEqual([`/api/studies/${uid}/conformance`]);
});

test('when the last reader leaves, the request is given up', () => {
  const { store, signals } = storeAnswering();
  const leave = store.subscribe(uid, vi.fn());
  leave();
  expect(signals[0]?.aborted).toBe(true);
});

test('a failed reading says why and can be tried again', async () => {
  const { store } = storeAnswering(new Response(null, { status: 503 }), json(response()));
  const listener = vi.fn();
  store.subscribe(uid, listener);
  await vi.waitFor(() => expect(store.get(uid)).toEqual({ kind: 'failed', failure: 'server' }));
  store.refresh(uid);
  expect(store.get(uid)).toEqual({ kind: 'loading' });
  await vi.waitFor(() => expect(store.get(uid).kind).toBe('ready'));
});

test('a network that is down is told apart from a server that fails', async () => {
  const { store } = storeAnswering(new TypeError('fetch failed'));
  store.subscribe(uid, vi.fn());
  await vi.waitFor(() => expect(store.get(uid)).toEqual({ kind: 'failed', failure: 'offline' }));
});

test('what was read stays on screen when a later look fails', async () => {
  const { store } = storeAnswering(json(response()), new Response(null, { status: 500 }));
  store.subscribe(uid, vi.fn());
  await vi.waitFor(() => expect(store.get(uid).kind).toBe('ready'));
  store.refresh(uid);
  await vi.waitFor(() => expect(store.get(uid)).toMatchObject({ kind: 'ready', refreshFailed: true }));
});

test('an ended session is told once the server says 401', async () => {
  const { store, onSignedOut } = storeAnswering(new Response(null, { status: 401 }));
  store.subscribe(uid, vi.fn());
  await vi.waitFor(() => expect(onSignedOut).toHaveBeenCalledTimes(1));
  expect(store.get(uid)).toEqual({ kind: 'failed', failure: 'signedOut' });
});

test('hidden and absent studies look the same', () => {
  expect(failureOf(403)).toBe('absent');
  expect(failureOf(404)).toBe('absent');
});

test('a pending study is asked about ever less often, a settled one never again', () => {
  const pending = response({ status: 'pending', settled: false });
  const waits = [0, 1, 2, 20].map((attempts) => nextLookIn(pending, attempts));
  expect(waits).toEqual([2000, 3000, 4500, 15_000]);
  expect(nextLookIn(response({ settled: false }), 0)).toBe(60_000);
  expect(nextLookIn(response(), 0)).toBeNull();
});
