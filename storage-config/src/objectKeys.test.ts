import type { Uid } from '@hutong/dicom';
import { expect, test } from 'vitest';
import {
  checkObjectKey,
  instanceObjectKey,
  parseInstanceObjectKey,
  tombstoneObjectKey,
} from './objectKeys.ts';

const LONGEST = `1.${'2'.repeat(62)}` as Uid;
const identity = (over: Partial<Parameters<typeof instanceObjectKey>[0]> = {}) => ({
  hospital: 'h1',
  studyInstanceUid: '1.2.3' as Uid,
  seriesInstanceUid: '1.2.3.4' as Uid,
  sopInstanceUid: '1.2.3.4.5' as Uid,
  ...over,
});

test('every attempt to store an instance has a key of its own', () => {
  const keys = new Set(Array.from({ length: 1000 }, () => instanceObjectKey(identity())));
  expect(keys.size).toBe(1000);
});

test('a key tells whose instance it holds', () => {
  const parsed = parseInstanceObjectKey(instanceObjectKey(identity()));
  expect(parsed).toMatchObject(identity());
  expect(Math.abs(Date.now() - parsed!.receivedAt.getTime())).toBeLessThan(60_000);
  expect(parseInstanceObjectKey(tombstoneObjectKey(identity()))).toBeNull();
});

test('the key of the longest identifiers is well-formed', () => {
  const hospital = 'h'.repeat(32);
  const key = instanceObjectKey(
    identity({ hospital, studyInstanceUid: LONGEST, seriesInstanceUid: LONGEST, sopInstanceUid: LONGEST }),
  );
  expect(checkObjectKey(key)).toBe(key);
});

test('studies of one device spread over many prefixes', () => {
  const prefixes = Array.from({ length: 500 }, (_, n) =>
    instanceObjectKey(identity({ studyInstanceUid: `1.2.840.99.${n}` as Uid }))
      .split('/')
      .slice(0, 3)
      .join('/'),
  );
  expect(new Set(prefixes).size).toBeGreaterThan(150);
});

test('what is no instance key is not parsed as one', () => {
  for (const key of [
    '',
    'instances/h1/zz/1/2/3~a-0011223344556677',
    'instances/h1/ab/1/2/3',
    'other/h1/ab/1/2/3',
  ]) {
    expect(parseInstanceObjectKey(key)).toBeNull();
  }
});
