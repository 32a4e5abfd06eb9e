import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype, { type Font, type PathCommand } from 'opentype.js';

/**
 * Outlines of text in Noto Sans SC, which the machine's own fonts are not asked for: a fresh one has none for Chinese.
 * The face comes in slices of some hundred characters; a slice is read when one of its characters is first wanted.
 */
const FACE = '@fontsource/noto-sans-sc';
const MISSING_WIDTH = 0.6;

const require = createRequire(import.meta.url);

interface Slice {
  name: string;
  ranges: [number, number][];
}

let slices: Slice[] | null = null;
const fonts = new Map<string, Font>();

function allSlices(): Slice[] {
  if (slices !== null) return slices;
  const table = JSON.parse(readFileSync(require.resolve(`${FACE}/unicode.json`), 'utf8')) as Record<
    string,
    string
  >;
  slices = Object.entries(table).map(([name, ranges]) => ({
    name: name.replace(/[[\]]/g, ''),
    ranges: ranges.split(',').map((range): [number, number] => {
      const [low = '', high = low] = range.replace('U+', '').split('-');
      return [parseInt(low, 16), parseInt(high, 16)];
    }),
  }));
  return slices;
}

function fontFor(codePoint: number): Font | null {
  const slice = allSlices().find(({ ranges }) =>
    ranges.some(([low, high]) => codePoint >= low && codePoint <= high),
  );
  if (slice === undefined) return null;
  let font = fonts.get(slice.name);
  if (font === undefined) {
    const bytes = new Uint8Array(
      readFileSync(require.resolve(`${FACE}/files/noto-sans-sc-${slice.name}-400-normal.woff`)),
    );
    font = opentype.parse(bytes.buffer);
    fonts.set(slice.name, font);
  }
  return font;
}

/** Outlines of a line of text as SVG path data, its left end at x, its base line at y; a box for characters without a glyph. */
export function textOutline(
  text: string,
  x: number,
  y: number,
  size: number,
): { path: string; width: number } {
  let at = x;
  const paths: string[] = [];
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (codePoint < 0x20 || codePoint === 0x7f) continue;
    const font = fontFor(codePoint);
    const glyph = font?.charToGlyph(character);
    if (font === null || glyph === undefined || glyph.index === 0) {
      const width = MISSING_WIDTH * size;
      if (character.trim() !== '')
        paths.push(
          `M${at + 1} ${y}h${width - 2}v${-0.7 * size}h${2 - width}zM${at + 2} ${y - 1}v${2 - 0.7 * size}h${width - 4}v${0.7 * size - 2}z`,
        );
      at += width;
      continue;
    }
    paths.push(pathData(glyph.getPath(at, y, size).commands));
    at += ((glyph.advanceWidth ?? font.unitsPerEm) / font.unitsPerEm) * size;
  }
  return { path: paths.join(''), width: at - x };
}

/** SVG path data. The library's own writer runs numbers together where one rounds to -0. */
function pathData(commands: readonly PathCommand[]): string {
  return commands
    .map(({ type, x1, y1, x2, y2, x, y }) => {
      const numbers = [x1, y1, x2, y2, x, y].filter((one) => one !== undefined);
      return type + numbers.map((one) => String(Math.round(one * 10) / 10)).join(' ');
    })
    .join('');
}
