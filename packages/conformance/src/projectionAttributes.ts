import type { DicomJson } from '@hutong/dicom';
import { readCodes } from './codes.ts';
import { sequence, string, strings } from './read.ts';
import type { ProjectionAttributes } from './summary.ts';

/** Whether a modality makes projection images: radiography and mammography. */
export function isProjection(modality: string): boolean {
  return ['DX', 'CR', 'MG', 'DR', 'RG', 'RF', 'PX', 'IO'].includes(modality);
}

export function noProjections(): ProjectionAttributes {
  return {
    views: [],
    viewModifiers: [],
    images: [],
    detectorTypes: [],
    positions: [],
    patientOrientations: [],
  };
}

/** Most distinct values of one attribute, and most images, kept of one series. */
const MOST = 64;
const MOST_IMAGES = 1024;

/** View modifiers of images that show a part of the breast: spot compression and magnification. */
const PARTIAL_VIEWS = new Set(['399055006', 'R-102D7', '399163009', 'R-102D6']);

/** Adds what one projection image says of view, side, position and detector (PS3.3 §C.8.11). */
export function addProjection(projection: ProjectionAttributes, dataset: DicomJson, side: string): void {
  const viewCode = readCodes(dataset, '00540220')[0];
  const modifiers = sequence(dataset, '00540220').flatMap((view) => readCodes(view, '00540222'));
  const byCode: Record<string, string> = {
    '399162004': 'CC',
    'R-10242': 'CC',
    '399368009': 'MLO',
    'R-10226': 'MLO',
  };
  const view =
    (viewCode === undefined ? undefined : byCode[viewCode.value]) ??
    string(dataset, '00185101').toUpperCase();
  if (projection.images.length < MOST_IMAGES)
    projection.images.push({
      view,
      side: side.toUpperCase().slice(0, 1),
      presentation: string(dataset, '00080068').toUpperCase(),
      spot: modifiers.some((code) => PARTIAL_VIEWS.has(code.value)),
    });
  const add = (list: string[], value: string): void => {
    if (value !== '' && list.length < MOST && !list.includes(value)) list.push(value);
  };
  add(projection.views, view);
  for (const code of modifiers) add(projection.viewModifiers, code.value);
  add(projection.detectorTypes, string(dataset, '00187004').toUpperCase());
  for (const code of readCodes(dataset, '00540410')) {
    add(projection.positions, code.value);
  }
  for (const orientation of sequence(dataset, '00540410')) {
    for (const code of readCodes(orientation, '00540412')) add(projection.positions, code.value);
  }
  add(projection.patientOrientations, strings(dataset, '00200020').join('\\'));
}
