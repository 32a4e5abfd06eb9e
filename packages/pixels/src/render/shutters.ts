import { type DicomJson, number, numbers, texts } from '@hutong/dicom';

const SHUTTER_SHAPE = '00181600';
const SHUTTER_PRESENTATION_VALUE = '00181622';
const SHUTTER_OVERLAY_GROUP = '00181623';

/** Group of the overlay that is a bitmap shutter; null where there is none. */
export function shutterGroup(state: DicomJson): string | null {
  if (!texts(state, SHUTTER_SHAPE).includes('BITMAP')) return null;
  const group = number(state, SHUTTER_OVERLAY_GROUP);
  return group === null ? null : group.toString(16).toUpperCase().padStart(4, '0');
}

/** Grey of 8 bits that covers what is outside of the shutter. */
export function shutterGrey(state: DicomJson): number {
  return Math.round((number(state, SHUTTER_PRESENTATION_VALUE) ?? 0) / 257);
}

/**
 * Display shutters (PS3.3 C.7.6.11) as SVG: for each shape, everything outside of it.
 *
 * @param place from the image, in pixels from its first corner, to the picture
 */
export function shutterSvg(
  state: DicomJson,
  place: (x: number, y: number) => [number, number],
  size: { width: number; height: number },
): string {
  const outside = `M0 0H${size.width}V${size.height}H0Z`;
  const polygon = (points: [number, number][]): string =>
    `M${points
      .map(([x, y]) =>
        place(x, y)
          .map((value) => value.toFixed(2))
          .join(' '),
      )
      .join('L')}Z`;
  const grey = shutterGrey(state);
  const fill = `rgb(${grey},${grey},${grey})`;
  const edge = (tag: string): number => number(state, tag) ?? 0;
  return texts(state, SHUTTER_SHAPE)
    .flatMap((shape) => {
      if (shape === 'RECTANGULAR') {
        // Edges are the outermost pixels that are seen.
        const [left, right, upper, lower] = ['00181602', '00181604', '00181606', '00181608'].map(edge);
        const [x1, x2, y1, y2] = [left ?? 0, (right ?? 0) - 1, upper ?? 0, (lower ?? 0) - 1];
        return [
          polygon([
            [x1, y1],
            [x2, y1],
            [x2, y2],
            [x1, y2],
          ]),
        ];
      }
      if (shape === 'CIRCULAR') {
        const [row = 0, column = 0] = numbers(state, '00181610');
        const radius = edge('00181612');
        const steps = Array.from({ length: 120 }, (_, i) => (i / 60) * Math.PI);
        return [
          polygon(
            steps.map((angle) => [
              column - 0.5 + radius * Math.cos(angle),
              row - 0.5 + radius * Math.sin(angle),
            ]),
          ),
        ];
      }
      if (shape === 'POLYGONAL') {
        const values = numbers(state, '00181620');
        const points = Array.from({ length: values.length >> 1 }, (_, i): [number, number] => [
          (values[i * 2 + 1] ?? 0) - 0.5,
          (values[i * 2] ?? 0) - 0.5,
        ]);
        return points.length < 3 ? [] : [polygon(points)];
      }
      return [];
    })
    .map((shape) => `<path d="${outside}${shape}" fill="${fill}" fill-rule="evenodd"/>`)
    .join('');
}
