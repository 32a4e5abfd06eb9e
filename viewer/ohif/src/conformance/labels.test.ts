import { expect, test } from 'vitest';
import { readLabels } from './labels.ts';

const COPY = { hospital: 'a', study: '1.2.3' };
const { signal } = new AbortController();
const json = (body: object, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

test('labels and their history are read of one hospital’s copy', async () => {
  const asked: string[] = [];
  const found = await readLabels(
    (url) => {
      asked.push(url);
      return Promise.resolve(
        json(url.includes('/history') ? { events: [], withdrawals: [] } : { items: [] }),
      );
    },
    COPY,
    signal,
  );
  expect(asked).toEqual([
    '/api/studies/1.2.3/labels?hospital=a',
    '/api/studies/1.2.3/labels/history?hospital=a',
  ]);
  expect(found).toEqual({ labels: { items: [] }, history: { events: [], withdrawals: [] } });
});

test.each([404, 503])('an answer of %i for either of them is a failure of both', async (status) => {
  const answer = (url: string): Promise<Response> =>
    Promise.resolve(url.includes('/history') ? json({}, status) : json({ items: [] }));
  expect(await readLabels(answer, COPY, signal)).toBeNull();
  expect(await readLabels(() => Promise.reject(new Error('offline')), COPY, signal)).toBeNull();
});
