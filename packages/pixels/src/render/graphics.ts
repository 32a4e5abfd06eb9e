import { type DicomJson, items, number, numbers, text } from '@hutong/dicom';
import { textOutline } from './glyphs.ts';

type Point = [number, number];
type Place = (x: number, y: number) => Point;

const GRAPHIC_LAYER = '00700002';
const BOUNDING_BOX_UNITS = '00700003';
const ANCHOR_POINT_UNITS = '00700004';
const GRAPHIC_UNITS = '00700005';
const UNFORMATTED_TEXT = '00700006';
const TEXT_OBJECT_SEQUENCE = '00700008';
const GRAPHIC_OBJECT_SEQUENCE = '00700009';
const BOUNDING_BOX_TOP_LEFT = '00700010';
const BOUNDING_BOX_BOTTOM_RIGHT = '00700011';
const ANCHOR_POINT = '00700014';
const ANCHOR_VISIBLE = '00700015';
const GRAPHIC_DATA = '00700022';
const GRAPHIC_TYPE = '00700023';
const GRAPHIC_FILLED = '00700024';
const GRAPHIC_LAYER_SEQUENCE = '00700060';
const RECOMMENDED_GREY = '00700066';

const MAX_OBJECTS = 2000;
const MAX_POINTS = 20_000;
const ELLIPSE_STEPS = 72;

/**
 * Text and graphic objects of a presentation state (PS3.3 C.10.5) as SVG.
 *
 * @param place from the image, in pixels from its first corner, to the picture
 */
export function graphicsSvg(
  state: DicomJson,
  annotations: readonly DicomJson[],
  place: Place,
  size: { width: number; height: number },
): string {
  const greys = new Map(
    items(state, GRAPHIC_LAYER_SEQUENCE).map((layer) => [
      text(layer, GRAPHIC_LAYER),
      Math.round((number(layer, RECOMMENDED_GREY) ?? 65_535) / 257),
    ]),
  );
  const onDisplay: Place = (x, y) => [x * size.width, y * size.height];
  const placeIn = (item: DicomJson, units: string): Place =>
    text(item, units) === 'DISPLAY' ? onDisplay : place;
  const thickness = Math.max(1, Math.min(size.width, size.height) / 400);
  const drawn = annotations.flatMap((annotation) => {
    const grey = greys.get(text(annotation, GRAPHIC_LAYER)) ?? 255;
    const colour = `rgb(${grey},${grey},${grey})`;
    const graphics = items(annotation, GRAPHIC_OBJECT_SEQUENCE).map((item) =>
      graphicObject(item, placeIn(item, GRAPHIC_UNITS), colour, thickness),
    );
    const texts = items(annotation, TEXT_OBJECT_SEQUENCE).map((item) =>
      textObject(item, placeIn(item, BOUNDING_BOX_UNITS), placeIn(item, ANCHOR_POINT_UNITS), colour, size),
    );
    return [...graphics, ...texts];
  });
  return drawn.slice(0, MAX_OBJECTS).join('');
}

function graphicObject(item: DicomJson, place: Place, colour: string, thickness: number): string {
  const points = pointsOf(item, GRAPHIC_DATA);
  const filled = text(item, GRAPHIC_FILLED) === 'Y';
  const style = `stroke="${colour}" stroke-width="${thickness}" fill="${filled ? colour : 'none'}"`;
  const path = (list: readonly Point[], closed: boolean): string =>
    list.length < 2
      ? ''
      : `<path d="M${list.map((point) => spot(place(...point))).join('L')}${closed ? 'Z' : ''}" ${style}/>`;
  const [a, b, c, d] = points;
  if (a === undefined) return '';
  switch (text(item, GRAPHIC_TYPE)) {
    case 'POINT': {
      const [x, y] = place(...a);
      return `<circle cx="${x.toFixed(2)}" cy="${y.toFixed(2)}" r="${2 * thickness}" fill="${colour}"/>`;
    }
    case 'CIRCLE': {
      if (b === undefined) return '';
      const radius = Math.hypot(b[0] - a[0], b[1] - a[1]);
      return path(ellipse(a, [radius, 0], [0, radius]), true);
    }
    case 'ELLIPSE': {
      if (b === undefined || c === undefined || d === undefined) return '';
      const centre: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      return path(
        ellipse(centre, [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2], [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2]),
        true,
      );
    }
    case 'INTERPOLATED':
      return path(smooth(points), filled);
    default:
      return path(points, filled);
  }
}

function ellipse(centre: Point, u: Point, v: Point): Point[] {
  return Array.from({ length: ELLIPSE_STEPS }, (_, i): Point => {
    const angle = (i / ELLIPSE_STEPS) * 2 * Math.PI;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [centre[0] + u[0] * cos + v[0] * sin, centre[1] + u[1] * cos + v[1] * sin];
  });
}

/** A curve through the points (Catmull–Rom). */
function smooth(points: readonly Point[]): Point[] {
  const at = (i: number): Point => points[Math.max(0, Math.min(points.length - 1, i))] as Point;
  return points.flatMap((point, i) => {
    if (i === points.length - 1) return [point];
    return [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875].map((t): Point => {
      const value = (k: 0 | 1): number => {
        const [p0, p1, p2, p3] = [at(i - 1)[k], at(i)[k], at(i + 1)[k], at(i + 2)[k]];
        return (
          0.5 *
          (2 * p1 +
            (p2 - p0) * t +
            (2 * p0 - 5 * p1 + 4 * p2 - p3) * t ** 2 +
            (3 * p1 - p0 - 3 * p2 + p3) * t ** 3)
        );
      };
      return [value(0), value(1)];
    });
  });
}

function textObject(
  item: DicomJson,
  placeBox: Place,
  placeAnchor: Place,
  colour: string,
  size: { width: number; height: number },
): string {
  const lines = text(item, UNFORMATTED_TEXT).split(/\r?\n|\r/);
  const fontSize = Math.max(10, Math.min(size.width, size.height) / 32);
  const [corner] = pointsOf(item, BOUNDING_BOX_TOP_LEFT);
  const [opposite] = pointsOf(item, BOUNDING_BOX_BOTTOM_RIGHT);
  const [anchor] = pointsOf(item, ANCHOR_POINT);
  let svg = '';
  let start: Point;
  if (corner !== undefined && opposite !== undefined) {
    // After a flip or a turn the corner that was named first need not be the upper left one.
    const [p, q] = [placeBox(...corner), placeBox(...opposite)];
    start = [Math.min(p[0], q[0]), Math.min(p[1], q[1])];
  } else if (anchor !== undefined) {
    const [x, y] = placeAnchor(...anchor);
    start = [x + fontSize / 2, y - fontSize / 2];
  } else {
    return '';
  }
  if (anchor !== undefined && text(item, ANCHOR_VISIBLE) === 'Y') {
    const from = spot([start[0], start[1] + fontSize / 2]);
    svg += `<path d="M${from}L${spot(placeAnchor(...anchor))}" stroke="${colour}" stroke-width="1" fill="none"/>`;
  }
  return svg + linesSvg(lines, start[0], start[1], fontSize, colour);
}

/** Lines of text below each other, their upper left corner at x and y, legible on any ground. */
export function linesSvg(
  lines: readonly string[],
  x: number,
  y: number,
  fontSize: number,
  colour: string,
  alignRight = false,
): string {
  return lines
    .slice(0, 100)
    .map((line, i) => {
      const base = y + fontSize * (1 + i * 1.25);
      const shown = line.slice(0, 200);
      const { width } = textOutline(shown, 0, 0, fontSize);
      const { path } = textOutline(shown, alignRight ? x - width : x, base, fontSize);
      const rim = Math.max(1, fontSize / 8).toFixed(1);
      return (
        `<path d="${path}" fill="none" stroke="black" stroke-opacity="0.8" stroke-width="${rim}" stroke-linejoin="round"/>` +
        `<path d="${path}" fill="${colour}"/>`
      );
    })
    .join('');
}

function pointsOf(item: DicomJson, tag: string): Point[] {
  const values = numbers(item, tag).slice(0, MAX_POINTS * 2);
  return Array.from({ length: values.length >> 1 }, (_, i): Point => [
    values[i * 2] ?? 0,
    values[i * 2 + 1] ?? 0,
  ]);
}

const spot = ([x, y]: Point): string => `${x.toFixed(2)} ${y.toFixed(2)}`;
