import { expect, test } from 'vitest';
import { endOfDay, expiryOf, kindsToGive, readNetworks } from './keyKinds.ts';

test('kinds are offered to who may give all that they are for', () => {
  expect(kindsToGive(['store', 'metrics'])).toEqual(['modality', 'monitor', 'custom']);
  expect(kindsToGive(['store', 'metrics', 'read', 'correct', 'share'])).toContain('pacs');
});

test('a key is valid for the days that were chosen, or without end', () => {
  expect(expiryOf('d90', Date.UTC(2026, 0, 1))).toBe('2026-04-01T00:00:00.000Z');
  expect(expiryOf('never')).toBeNull();
});

test('a last day counts to its end, as the reader has it', () => {
  expect(new Date(endOfDay('2026-11-21') ?? '').getDate()).toBe(21);
  expect([endOfDay(''), endOfDay('x')]).toEqual([null, null]);
});

test('networks may stand in lines or with commas of either language', () => {
  expect(readNetworks(' 10.1.0.0/16\n192.168.1.7，fd00::/8 ')).toEqual([
    '10.1.0.0/16',
    '192.168.1.7',
    'fd00::/8',
  ]);
  expect(readNetworks(' \n')).toBeNull();
});
