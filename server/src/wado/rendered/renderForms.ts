import { transferSyntax } from '@hutong/dicom';
import { chooseBest, type MediaRange, typeFits } from '../../dicomweb/accept.ts';
import type { InstanceContent } from '../lookUp.ts';
import { aliasesOf } from '../mediaTypes.ts';

/** What kind of thing an instance is, as far as renderings go (PS3.18 8.7.2). */
export type RenderCategory =
  'image' | 'frames' | 'video' | 'report' | 'document' | 'presentationState' | 'none';

export type PictureType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/jp2';
export type TextType = 'text/html' | 'text/plain' | 'text/xml';

/** Media types by category, the default first (PS3.18 Table 8.7.4-1). */
export const RENDERED_TYPES = {
  image: ['image/jpeg', 'image/png', 'image/gif', 'image/jp2'],
  frames: ['image/jpeg', 'image/png', 'image/gif', 'image/jp2'],
  presentationState: ['image/jpeg', 'image/png', 'image/gif', 'image/jp2'],
  report: ['text/html', 'text/plain', 'text/xml'],
  document: ['application/pdf'],
} as const;

const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
/** SOP classes of structured reports and key object selections (PS3.4 B.5). */
const REPORTS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./;
/** Grayscale, color and pseudo-color softcopy presentation states, which are of single images (PS3.4 N). */
export const PRESENTATION_STATES: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.1.1.11.1',
  '1.2.840.10008.5.1.4.1.1.11.2',
  '1.2.840.10008.5.1.4.1.1.11.3',
]);

export function categoryOf(
  instance: Pick<InstanceContent, 'sop_class_uid' | 'pixel_data' | 'transfer_syntax_uid'>,
): RenderCategory {
  const { sop_class_uid: sopClass, pixel_data: layout } = instance;
  if (layout !== null) {
    if (transferSyntax(instance.transfer_syntax_uid)?.video === true) return 'video';
    return layout.numberOfFrames > 1 ? 'frames' : 'image';
  }
  if (PRESENTATION_STATES.has(sopClass)) return 'presentationState';
  if (REPORTS.test(sopClass)) return 'report';
  return sopClass === ENCAPSULATED_PDF ? 'document' : 'none';
}

/** Media types in which an instance is rendered, the default first. */
export function renderedTypes(
  instance: Pick<InstanceContent, 'sop_class_uid' | 'pixel_data' | 'transfer_syntax_uid'>,
): readonly string[] {
  const category = categoryOf(instance);
  if (category === 'none') return [];
  if (category === 'video') {
    const type = transferSyntax(instance.transfer_syntax_uid)?.frameMediaType;
    return type == null ? [] : [type];
  }
  return RENDERED_TYPES[category];
}

export interface RenderForm {
  mediaType: string;
  multipart: boolean;
}

/** The form that a request accepts best, of those that there are, in the server's order. */
export function chooseRenderForm(
  ranges: readonly MediaRange[],
  forms: readonly RenderForm[],
): RenderForm | null {
  const named = forms.map((form) => ({ ...form, aliases: aliasesOf(form.mediaType) }));
  // A rendered media type has no transfer syntax (PS3.18 8.7.4); one that is named is not looked at.
  const chosen = chooseBest(ranges, named, typeFits);
  return chosen === null ? null : { mediaType: chosen.mediaType, multipart: chosen.multipart };
}

export const formsIn = (mediaTypes: readonly string[], shapes: readonly boolean[]): RenderForm[] =>
  shapes.flatMap((multipart) => mediaTypes.map((mediaType) => ({ mediaType, multipart })));
