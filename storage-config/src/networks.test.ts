import { expect, test } from 'vitest';
import { inNetworks, isNetwork } from './networks.ts';

test.each(['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '2001:db8::/32', '::1', '::/0', 'fd00::1/128'])(
  '%s is a network',
  (text) => {
    expect(isNetwork(text)).toBe(true);
  },
);

test.each([
  '',
  '10.0.0.0/33',
  '10.0.0/8',
  '::/129',
  'a.example/24',
  '10.0.0.1/-1',
  '10.0.0.1/8/8',
  'fe80::1%eth0',
  '/8',
])('%s is none', (text) => {
  expect(isNetwork(text)).toBe(false);
});

test.each([
  ['10.1.2.3', ['10.1.0.0/16'], true],
  ['10.2.2.3', ['10.1.0.0/16'], false],
  ['10.2.2.3', ['10.1.0.0/16', '10.2.2.3'], true],
  ['::ffff:10.1.2.3', ['10.1.0.0/16'], true],
  ['2001:db8::7', ['2001:db8::/32'], true],
  ['2001:db9::7', ['2001:db8::/32'], false],
  ['10.1.2.3', ['::/0'], false],
  ['', ['0.0.0.0/0'], false],
  ['unknown', ['0.0.0.0/0', '::/0'], false],
])('%s in %j: %s', (address, networks, expected) => {
  expect(inNetworks(address, networks)).toBe(expected);
});
