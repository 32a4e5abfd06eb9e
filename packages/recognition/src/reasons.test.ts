import { expect, test } from 'vitest';
import { REASON_CODES, REASONS_TO_EXAMINE_AGAIN } from './reasons.ts';

const codesOf = (source: string): string[] =>
  REASONS_TO_EXAMINE_AGAIN.filter(({ sources }) => sources.includes(source)).map(({ code }) => code);

/** Paragraph by paragraph, as the two papers count theirs. */
const S0 = ['RX01', 'RX02', 'RX03', 'RX04', 'RX05', 'RX06', 'RX07', 'RX08', 'RX09', 'RX12'];
const S1 = ['RX01', 'RX02', 'RX04', 'RX06', 'RX07', 'RX10', 'RX11', 'RX12'];

test('S0.1–S0.10: each of the ten reasons of the notice is one reason', () => {
  expect(S0.map((_, at) => codesOf(`S0.${at + 1}`))).toEqual(S0.map((code) => [code]));
});

test('S1.1–S1.8: each of the eight reasons of the scheme is one reason', () => {
  expect(S1.map((_, at) => codesOf(`S1.${at + 1}`))).toEqual(S1.map((code) => [code]));
});

test('S0, S1: there is no reason that neither of them gives, and none without words in both languages', () => {
  expect(REASONS_TO_EXAMINE_AGAIN.map(({ code }) => code)).toEqual(REASON_CODES);
  for (const { text, sources } of REASONS_TO_EXAMINE_AGAIN) {
    expect(sources.length).toBeGreaterThan(0);
    expect(text.zh).toMatch(/\p{Script=Han}/u);
    expect(text.en).toMatch(/^[\x20-\x7e]+$/);
  }
});

test('S0.10, S1.8: another reason alone has to be explained', () => {
  expect(REASONS_TO_EXAMINE_AGAIN.filter(({ needsText }) => needsText).map(({ code }) => code)).toEqual([
    'RX12',
  ]);
});
