import { expect, test } from 'vitest';
import { tokenFromFragment } from './token.ts';

const TOKEN = 'hts_4f9Kd-0.aZ~';

test('a sign-in link may name its token or be nothing but it', () => {
  expect(tokenFromFragment(`#token=${TOKEN}`)).toBe(TOKEN);
  expect(tokenFromFragment(`#${TOKEN}`)).toBe(TOKEN);
});

test('a fragment that cannot be a token is none', () => {
  for (const fragment of [
    '',
    '#',
    '#token=',
    '#short',
    '#other=12345678',
    '#<script>alert(1)</script>',
    `#${'a'.repeat(600)}`,
  ]) {
    expect(tokenFromFragment(fragment)).toBeNull();
  }
});
