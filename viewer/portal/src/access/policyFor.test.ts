import { expect, test } from 'vitest';
import type { AccessPolicyBody } from '@hutong/server/contract/access';
import { isOwn, policyFor } from './policyFor.ts';

const entry = (issuing: string | null, viewing: string | null): AccessPolicyBody => ({
  id: 1,
  issuing,
  viewing,
  discoverable: 'labelled',
  grounds: [],
  hours: 24,
  purposes: ['TREAT'],
  author: '',
  createdAt: '',
  endedAt: null,
  endedBy: '',
});

test('what names more goes before, and the issuing hospital before the viewing one', () => {
  const general = entry(null, null);
  const viewing = entry(null, 'b');
  const issuing = entry('a', null);
  const pair = entry('a', 'b');
  expect(policyFor([general, viewing, issuing, pair], 'a', 'b')).toBe(pair);
  expect(policyFor([general, viewing, issuing], 'a', 'b')).toBe(issuing);
  expect(policyFor([general, viewing], 'a', 'b')).toBe(viewing);
  expect(policyFor([general, viewing, issuing, pair], 'c', 'a')).toBe(general);
  expect(policyFor([], 'a', 'b')).toBeNull();
  expect([isOwn(pair, 'a', 'b'), isOwn(issuing, 'a', 'b')]).toEqual([true, false]);
});
