import { type DicomJson, number, personName, text } from '@hutong/dicom';
import type { RenderSettings } from '@hutong/pixels';
import type { Annotation } from '../rendered/parameters.ts';

/**
 * Lines for the corners of a picture (PS3.18 8.3.5.1.1): `patient` on the left, `technique` on the right.
 *
 * @param dataset of the instance that is rendered
 */
export function annotationLines(
  dataset: DicomJson,
  annotations: readonly Annotation[],
): RenderSettings['annotations'] {
  const corners: RenderSettings['annotations'] = [];
  const add = (corner: RenderSettings['annotations'][number]['corner'], lines: readonly string[]): void => {
    const written = lines.filter((line) => line !== '');
    if (written.length > 0) corners.push({ corner, lines: written });
  };
  if (annotations.includes('patient')) {
    add('topLeft', [
      readable(dataset),
      text(dataset, '00100020'),
      [date(text(dataset, '00100030')), text(dataset, '00100040'), text(dataset, '00101010')]
        .filter(Boolean)
        .join(' '),
    ]);
  }
  if (annotations.includes('technique')) {
    const kvp = number(dataset, '00180060');
    const exposure = number(dataset, '00181152');
    const thickness = number(dataset, '00180050');
    const repetition = number(dataset, '00180080');
    const echo = number(dataset, '00180081');
    add('topRight', [
      text(dataset, '00080080'),
      [date(text(dataset, '00080020')), time(text(dataset, '00080030'))].filter(Boolean).join(' '),
      [text(dataset, '00080060'), text(dataset, '00081030')].filter(Boolean).join(' '),
      text(dataset, '0008103E'),
    ]);
    add('bottomRight', [
      [kvp === null ? '' : `${kvp} kV`, exposure === null ? '' : `${exposure} mAs`].filter(Boolean).join(' '),
      [repetition === null ? '' : `TR ${repetition} ms`, echo === null ? '' : `TE ${echo} ms`]
        .filter(Boolean)
        .join(' '),
      thickness === null ? '' : `${thickness} mm`,
      [
        number(dataset, '00200011') === null ? '' : `Se ${number(dataset, '00200011')}`,
        number(dataset, '00200013') === null ? '' : `Im ${number(dataset, '00200013')}`,
      ]
        .filter(Boolean)
        .join(' '),
    ]);
  }
  return corners;
}

function readable(dataset: DicomJson): string {
  const { Ideographic = '', Alphabetic = '' } = personName(dataset, '00100010');
  const joined = (group: string, by: string): string =>
    group
      .split('^')
      .map((component) => component.trim())
      .filter(Boolean)
      .join(by);
  return [joined(Ideographic, ''), joined(Alphabetic, ' ')].filter(Boolean).join(' ');
}

const date = (value: string): string =>
  /^\d{8}$/.test(value) ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}` : '';
const time = (value: string): string =>
  /^\d{4}/.test(value) ? `${value.slice(0, 2)}:${value.slice(2, 4)}` : '';
