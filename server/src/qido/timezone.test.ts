import { expect, test } from 'vitest';
import { daysAway, instantsByZone, offsetMinutes, timesByZone } from './timezone.ts';

const range = (from: string | null, to: string | null) => ({
  kind: 'range' as const,
  from,
  to,
  ranged: true,
});

test.each([
  ['+0800', 480],
  ['-0330', -210],
  ['+0000', 0],
  ['0800', null],
  ['+2400', null],
  ['+0860', null],
])('the offset %s is %s minutes', (text, minutes) => {
  expect(offsetMinutes(text)).toBe(minutes);
});

test('a day of the query begins and ends elsewhere in another zone', () => {
  const zones = instantsByZone(range('20240101', '20240101'), null, 480);
  expect(zones['+0800']).toEqual({ from: '20240101000000.000000', to: '20240101235959.999999' });
  expect(zones['+0000']).toEqual({ from: '20231231160000.000000', to: '20240101155959.999999' });
  expect(zones['+0900']).toEqual({ from: '20240101010000.000000', to: '20240102005959.999999' });
  expect(zones['-0330']).toEqual({ from: '20231231123000.000000', to: '20240101122959.999999' });
});

test('an open side stays open', () => {
  expect(instantsByZone(range('20240229', null), range('233000.000000', null), 0)['+0100']).toEqual({
    from: '20240301003000.000000',
    to: null,
  });
});

test('a range of times may go over midnight in another zone', () => {
  const zones = timesByZone(range('220000.000000', '230000.000000'), 0);
  expect(zones['+0130']).toEqual({ from: '233000.000000', to: '003000.000000' });
});

test('the day before the first of March', () => {
  expect(daysAway('20240301', -1)).toBe('20240229');
});
