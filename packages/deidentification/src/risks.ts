import { type DicomJson, text, texts } from '@hutong/dicom';

/** Why pixels may show who the patient is. What is flagged has to be looked at by a person. */
export type PixelRisk =
  | 'BURNED_IN_ANNOTATION'
  | 'SECONDARY_CAPTURE'
  | 'CONVERTED'
  | 'SCREEN_SAVE'
  | 'ULTRASOUND'
  | 'VISIBLE_LIGHT'
  | 'VIDEO'
  | 'OVERLAY_IN_PIXELS'
  | 'FACE';

/** Attributes that the rules read. */
const [SOP_CLASS, MODALITY, IMAGE_TYPE, CONVERSION, BURNED_IN] = [
  '00080016',
  '00080060',
  '00080008',
  '00080064',
  '00280301',
];
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const HEAD =
  /head|brain|skull|face|facial|sinus|orbit|ear|iac|pituitary|neck|cerv|tmj|jaw|头|颅|脑|颌|面|眼|眶|耳|鼻|鼻窦|垂体|颈|全身|whole ?body|wholebody/iu;
const VOLUMES = new Set(['CT', 'MR', 'PT']);

/**
 * Rules that look at attributes alone; whether there is text in the pixels nobody knows before looking. An image is
 * trusted to have none where BurnedInAnnotation says so, unless it is a capture of a screen.
 */
export function pixelRisks(dataset: DicomJson, hasPixelData: boolean): PixelRisk[] {
  if (!hasPixelData) return [];
  const sopClass = text(dataset, SOP_CLASS);
  const modality = text(dataset, MODALITY).toUpperCase();
  const types = texts(dataset, IMAGE_TYPE).map((value) => value.toUpperCase());
  const saysNo = text(dataset, BURNED_IN).toUpperCase() === 'NO';
  const isCapture = sopClass.startsWith(`${STORAGE}7`) && /^7(\.|$)/.test(sopClass.slice(STORAGE.length));
  const isVideo = /^77\.1\.(1|2|4)\.1$/.test(sopClass.slice(STORAGE.length));
  const isUltrasound =
    modality === 'US' || modality === 'IVUS' || /^(3|6)\.1|^6$/.test(sopClass.slice(STORAGE.length));
  const risks: [PixelRisk, boolean][] = [
    ['BURNED_IN_ANNOTATION', text(dataset, BURNED_IN).toUpperCase() === 'YES'],
    ['SECONDARY_CAPTURE', isCapture || modality === 'OT' || modality === 'SC' || modality === 'DOC'],
    ['CONVERTED', text(dataset, CONVERSION) !== '' && !isCapture],
    ['SCREEN_SAVE', types.some((type) => /SCREEN ?(SAVE|CAPTURE)|^SAVE$|REPORT|DOSE[_ ]?INFO/.test(type))],
    ['ULTRASOUND', isUltrasound && !saysNo],
    ['VISIBLE_LIGHT', sopClass.startsWith(`${STORAGE}77.`) && !isVideo && !saysNo],
    ['VIDEO', isVideo],
    ['OVERLAY_IN_PIXELS', hasEmbeddedOverlay(dataset)],
    ['FACE', showsFace(dataset, modality)],
  ];
  return risks.flatMap(([risk, found]) => (found ? [risk] : []));
}

/** Whether a volume of the head may be rendered to a recognisable face (PS3.15 §E.3.2). */
function showsFace(dataset: DicomJson, modality: string): boolean {
  if (!VOLUMES.has(modality) || text(dataset, '00280302').toUpperCase() === 'NO') return false;
  const where = ['00180015', '00081030', '0008103E', '00181030', '00321060'].map((tag) => text(dataset, tag));
  const regions = ['00082218'].flatMap((tag) =>
    (dataset[tag]?.Value ?? []).map((item) => text((item ?? {}) as DicomJson, '00080104')),
  );
  return [...where, ...regions].some((words) => HEAD.test(words));
}

/** Overlays of old that lie in unused bits of the pixels have no data of their own (PS3.5 §8.1.2). */
function hasEmbeddedOverlay(dataset: DicomJson): boolean {
  return Object.keys(dataset).some(
    (tag) => /^60..0010$/.test(tag) && dataset[`${tag.slice(0, 4)}3000`] === undefined,
  );
}
