import { expect, test } from 'vitest';
import { decide, readHistory } from './decisions.ts';

const COPY = { hospital: 'ln 1', study: '1.2.3' };
const DECISION = { itemCode: 'CT-01', verdict: 'PASS', reason: '已阅片', evidence: 'e1' } as const;
const answering = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(JSON.stringify(body), { status }));

test('a decision goes to one hospital’s copy, with the evidence it was made on', async () => {
  const asked: [string, RequestInit][] = [];
  const outcome = await decide(
    (url, init) => {
      asked.push([url, init]);
      return answering(201, {})();
    },
    COPY,
    DECISION,
  );
  expect(outcome).toEqual({ kind: 'done' });
  expect(asked.map(([url, { method, body }]) => [url, method, body])).toEqual([
    ['/api/studies/1.2.3/conformance/decisions?hospital=ln+1', 'POST', JSON.stringify(DECISION)],
  ]);
});

test('changed evidence is told apart from other conflicts, whose words are passed on', async () => {
  const changed = await decide(answering(409, { code: 'evidence-changed' }), COPY, DECISION);
  expect(changed).toEqual({ kind: 'evidenceChanged' });
  const pending = { code: 'study-pending', detail: 'being checked', detailZh: '尚在核验' };
  expect(await decide(answering(409, pending), COPY, DECISION)).toEqual({
    kind: 'failed',
    detail: { zh: '尚在核验', en: 'being checked' },
  });
});

test('no answer is a failure without words', async () => {
  const outcome = await decide(() => Promise.reject(new TypeError('offline')), COPY, DECISION);
  expect(outcome).toEqual({ kind: 'failed', detail: { zh: '', en: '' } });
  expect(await readHistory(answering(404, {}), COPY, new AbortController().signal)).toBeNull();
});
