import type { RenderSettings } from '../types.ts';
import { linesSvg } from './graphics.ts';

const SMALLEST_FONT = 9;
/** Lines of annotation that fit the height of a picture. */
const LINES_PER_HEIGHT = 36;

/** Lines in the corners of a picture (PS3.18 8.3.5.1.1) as SVG. */
export function annotationsSvg(
  annotations: RenderSettings['annotations'],
  { width, height }: { width: number; height: number },
): string {
  const fontSize = Math.max(SMALLEST_FONT, Math.min(width, height) / LINES_PER_HEIGHT);
  const margin = fontSize / 2;
  return annotations
    .map(({ corner, lines }) => {
      const bottom = corner.startsWith('bottom');
      const right = corner.endsWith('Right');
      const block = fontSize * (1.25 * lines.length);
      return linesSvg(
        lines,
        right ? width - margin : margin,
        bottom ? height - margin - block : margin / 2,
        fontSize,
        'white',
        right,
      );
    })
    .join('');
}
