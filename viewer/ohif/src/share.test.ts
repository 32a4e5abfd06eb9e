import { expect, test } from 'vitest';
import { dicomwebRoot, rootOf, shareInAddress } from './share.ts';

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

test('the root is that of the share, or of the hospital whose copy is opened', () => {
  expect(rootOf('abcdefgh2345', 'h1')).toBe('/shares/abcdefgh2345/dicomweb');
  expect(rootOf(null, 'h1')).toBe('/hospitals/h1/dicomweb');
});
