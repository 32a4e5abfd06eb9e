import { describe, expect, test } from 'vitest';
import { isReached } from './reach.ts';

const whole = { mayDownload: false, watermark: false, studies: [{ study: '1.1', series: [] }] };
const part = { mayDownload: false, watermark: false, studies: [{ study: '1.1', series: ['1.1.1'] }] };
const download = { ...whole, mayDownload: true };

describe('a share of a study reaches', () => {
  test.each([
    ['/studies/1.1/series', true],
    ['/studies/1.1/instances', true],
    ['/studies/1.1/metadata', true],
    ['/studies/1.1/rendered', true],
    ['/studies/1.1/thumbnail', true],
    ['/studies/1.1/series/1.1.9/metadata', true],
    ['/studies/1.1/series/1.1.9/instances/1.1.9.1/frames/1,2', true],
    ['/studies/1.1/series/1.1.9/instances/1.1.9.1/rendered', true],
    // Objects are downloads.
    ['/studies/1.1', false],
    ['/studies/1.1/series/1.1.9', false],
    ['/studies/1.1/series/1.1.9/instances/1.1.9.1', false],
    ['/studies/1.1/', false],
    // Others, and other ways to write it.
    ['/studies/1.2/metadata', false],
    ['/studies/1.10/metadata', false],
    ['/studies', false],
    ['/series', false],
    ['/instances', false],
    ['//studies/1.1/metadata', false],
    ['/Studies/1.2/metadata', false],
    ['/studies/1%2e1/metadata', false],
    ['/studies/1.1/../1.2/metadata', false],
    ['/studies/1.1/%2e%2e/1.2/metadata', false],
    ['/studies/1.1;x/metadata', false],
    ['/studies/1.1/series/1.1.9;/metadata', false],
    ['/studies/1.1\\1.2/metadata', false],
    ['/studies/1.1,1.2/metadata', false],
    ['', false],
    ['/', false],
  ])('%s: %s', (path, reached) => {
    expect(isReached(whole, path, [])).toBe(reached);
  });
});

test('a share that may be downloaded reaches the objects too', () => {
  expect(isReached(download, '/studies/1.1', [])).toBe(true);
  expect(isReached(download, '/studies/1.1/series/1.1.9/instances/1.1.9.1', [])).toBe(true);
  expect(isReached(download, '/studies/1.2', [])).toBe(false);
});

test.each([
  ['/studies/1.1/series/1.1.1/metadata', true],
  ['/studies/1.1/series/1.1.1/instances/5/frames/1', true],
  ['/studies/1.1/series/1.1.2/metadata', false],
  ['/studies/1.1/series', false],
  ['/studies/1.1/metadata', false],
  ['/studies/1.1/instances', false],
  ['/studies/1.1/thumbnail', false],
])('a share of one series reaches %s: %s', (path, reached) => {
  expect(isReached(part, path, [])).toBe(reached);
});

test.each([
  [[['StudyInstanceUID', '1.1']], true],
  [
    [
      ['StudyInstanceUID', '1.1'],
      ['includefield', 'all'],
    ],
    true,
  ],
  [[['StudyInstanceUID', '1.2']], false],
  [[['StudyInstanceUID', '1.1,1.2']], false],
  [[['StudyInstanceUID', '1.*']], false],
  [[['StudyInstanceUID', '']], false],
  [
    [
      ['StudyInstanceUID', '1.1'],
      ['StudyInstanceUID', '1.2'],
    ],
    false,
  ],
  [
    [
      ['StudyInstanceUID', '1.1'],
      ['0020000D', '1.2'],
    ],
    false,
  ],
  [[], false],
] as const)('a search by %j is reached: %s', (query, reached) => {
  expect(isReached(whole, '/studies', query)).toBe(reached);
});

describe('a share whose pictures are marked reaches', () => {
  const marked = { ...whole, watermark: true };
  const instance = '/studies/1.1/series/1.1.9/instances/1.1.9.1';
  test.each([
    ['/studies/1.1/metadata', true],
    ['/studies/1.1/series', true],
    ['/studies/1.1/thumbnail', true],
    [`${instance}/rendered`, true],
    [`${instance}/frames/1/rendered`, true],
    [`${instance}/frames/1/thumbnail`, true],
    [`${instance}/frames/1`, false],
    [`${instance}/frames/1,2`, false],
    [`${instance}/bulkdata/7FE00010`, false],
    [`${instance}/bulkdata/7FE00010/rendered`, false],
    [`${instance}/pixeldata`, false],
    ['/studies/1.1/bulkdata', false],
    ['/studies/1.1/pixeldata', false],
    [instance, false],
    ['/studies/1.1', false],
  ])('%s: %s', (path, expected) => {
    expect(isReached(marked, path, [])).toBe(expected);
    expect(isReached({ ...marked, mayDownload: true }, path, [])).toBe(expected);
  });
});
