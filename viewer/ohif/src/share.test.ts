import { expect, test } from 'vitest';
import { dicomwebRoot, shareInAddress } from './share.ts';

test.each([
  ['?share=abcdefgh2345', 'abcdefgh2345'],
  ['?StudyInstanceUIDs=1.2.3', null],
  ['?share=../../dicomweb', null],
  ['?share=abcdefgh2345/x', null],
  ['', null],
])('the address %s shows the share %s', (query, alias) => {
  expect(shareInAddress(query)).toBe(alias);
});

test('without a share the root is that of the region', () => {
  expect(dicomwebRoot).toBe('/dicomweb');
});
