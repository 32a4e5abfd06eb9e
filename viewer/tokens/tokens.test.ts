import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dark, light, tokensCss, type ColourName } from './tokens.ts';

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test('the style sheet holds the same values as the typed tokens', () => {
  const flat = (css: string): string => css.replace(/\s+/g, ' ');
  expect(flat(readFileSync(new URL('tokens.css', import.meta.url), 'utf8'))).toBe(flat(tokensCss()));
});

const readable: [ColourName, ColourName][] = [
  ['text', 'background'],
  ['text', 'raised'],
  ['text', 'selected'],
  ['textSecondary', 'surface'],
  ['textMuted', 'surface'],
  ['textMuted', 'raised'],
  ['action', 'surface'],
  ['action', 'hover'],
  ['actionText', 'action'],
  ['pass', 'passSurface'],
  ['fail', 'failSurface'],
  ['review', 'reviewSurface'],
  ['pending', 'pendingSurface'],
  ['labelText', 'label'],
];

test.each(readable)('%s on %s reaches the contrast WCAG AA asks of text, dark and light', (text, behind) => {
  expect(contrast(dark[text], dark[behind])).toBeGreaterThanOrEqual(4.5);
  expect(contrast(light[text], light[behind])).toBeGreaterThanOrEqual(4.5);
});
