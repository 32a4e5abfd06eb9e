import type { RecognitionDecisionBody } from '@hutong/server/contract/recognition';
import { expect, test } from 'vitest';
import { decide, decisionsOf, readRecognition } from './api.ts';

const NOW = Date.parse('2026-03-12T08:00:00Z');
const COPY = { hospital: 'b', study: '1.2.3' };

const decision = (over: {
  at?: string;
  item?: string;
  hospital?: string;
  id?: string;
}): RecognitionDecisionBody =>
  ({
    id: over.id ?? 'one',
    decidedAt: over.at ?? '2026-03-12T07:00:00Z',
    item: { code: over.item ?? 'CT-01', name: { zh: '', en: '' } },
    hospital: { code: over.hospital ?? 'a', name: { zh: '', en: '' } },
    // What the panel decides by alone.
  }) as unknown as RecognitionDecisionBody;

test('a decision of this day stands, one of an earlier visit is told beside it', () => {
  const decisions = [decision({}), decision({ id: 'old', at: '2026-02-01T07:00:00Z' })];
  const found = decisionsOf({ decisions }, 'CT-01', 'a', NOW);
  expect([found.present?.id, found.earlier?.id]).toEqual(['one', 'old']);
});

test('decisions on other items and of other hospitals are not those of this one', () => {
  const decisions = [decision({ item: 'CT-02' }), decision({ hospital: 'c' })];
  expect(decisionsOf({ decisions }, 'CT-01', 'a', NOW)).toEqual({ present: null, earlier: null });
});

test('a refusal is told in the words of the server, and a broken answer without words', async () => {
  const answering = (answer: Response) => () => Promise.resolve(answer);
  const refused = Response.json({ code: 'x', detail: 'No.', detailZh: '不行。' }, { status: 409 });
  expect(await decide(answering(refused), COPY, 'CT-01', 'a', { kind: 'recognised' })).toEqual({
    kind: 'failed',
    detail: { zh: '不行。', en: 'No.' },
  });
  const broken = new Response('<html>', { status: 502 });
  expect(await decide(answering(broken), COPY, 'CT-01', 'a', { kind: 'recognised' })).toEqual({
    kind: 'failed',
    detail: { zh: '', en: '' },
  });
});

test('who has no right to recognise is shown nothing, and asks for nothing of the study', async () => {
  const asked: string[] = [];
  const withRights =
    (rights: object) =>
    (url: string): Promise<Response> => {
      asked.push(url);
      return Promise.resolve(Response.json(url === '/api/session' ? { rights } : { items: [] }));
    };
  const { signal } = new AbortController();
  expect(await readRecognition(withRights({ read: null }), COPY, signal)).toBeNull();
  expect(asked).toEqual(['/api/session']);
  expect(await readRecognition(withRights({ recognise: ['a'] }), COPY, signal)).toEqual({ items: [] });
  expect(asked.at(-1)).toBe('/api/recognition/studies/1.2.3?hospital=b');
  const forbidden = () => Promise.resolve(Response.json({}, { status: 403 }));
  expect(await readRecognition(forbidden, COPY, signal)).toBeNull();
});
