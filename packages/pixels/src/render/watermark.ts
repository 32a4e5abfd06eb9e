import { textOutline } from './glyphs.ts';

const SMALLEST_FONT = 8;
/** Lines of the mark that fit the shorter side of a picture. */
const LINES_PER_SIDE = 24;
const TURN = -24;
/** Seen on black and on white, and what lies below it too. */
const OPACITY = 0.2;
const MOST_MARKS = 400;
const LONGEST_LINE = 80;

/**
 * Lines written slantwise all over a picture, as SVG: whoever cuts out a part of it takes the mark along. Where there are no
 * lines, nothing.
 */
export function watermarkSvg(
  lines: readonly string[],
  { width, height }: { width: number; height: number },
): string {
  if (lines.length === 0) return '';
  const size = Math.max(SMALLEST_FONT, Math.min(width, height) / LINES_PER_SIDE);
  const outlines = lines.map((line, i) => textOutline(line.slice(0, LONGEST_LINE), 0, size * 1.3 * i, size));
  const across = Math.max(...outlines.map((one) => one.width)) + size * 3;
  const down = size * (1.3 * lines.length + 4);
  const path = outlines.map((one) => one.path).join('');
  const rim = Math.max(0.5, size / 14).toFixed(2);
  const mark =
    `<defs><g id="mark" opacity="${OPACITY}"><path d="${path}" fill="none" stroke="black" stroke-width="${rim}"/>` +
    `<path d="${path}" fill="white"/></g></defs>`;
  const half = Math.hypot(width, height) / 2;
  const places: string[] = [];
  for (let row = 0, y = -half; y < half && places.length < MOST_MARKS; row += 1, y += down) {
    // Every second row begins half a mark further on.
    for (let x = -half - (row % 2) * (across / 2); x < half && places.length < MOST_MARKS; x += across)
      places.push(`<use href="#mark" x="${x.toFixed(1)}" y="${y.toFixed(1)}"/>`);
  }
  const middle = `${(width / 2).toFixed(1)} ${(height / 2).toFixed(1)}`;
  return `${mark}<g transform="translate(${middle}) rotate(${TURN})">${places.join('')}</g>`;
}
