import {
  ANNOTATIONS,
  HELD_BYTES,
  ICC_PROFILES,
  MAX_VIEWPORT,
  RENDERED_TYPES,
  THUMBNAIL_SIDE,
  URI_PARAMETERS,
  WINDOW_FUNCTIONS,
} from '@hutong/server/statement';
import { code, table } from './markdown.ts';

const types = (category: keyof typeof RENDERED_TYPES): string =>
  RENDERED_TYPES[category].map(code).join(', ');

/** Rendered resources and thumbnails (PS3.18 10.4.1.1.3, 10.4.1.1.4, 8.3.5). */
export function renderedSection(): string {
  return `### Renderings and thumbnails (PS3.18 10.4.1.1.3, 10.4.1.1.4)

${table(
  ['instance', 'rendered as, the default first', 'notes'],
  [
    ['image of one frame', types('image'), 'single part, or multipart where asked for'],
    [
      'image of several frames',
      types('frames'),
      'single part: the representative frame (0028,6010), else the middle one, or all frames moving as GIF; multipart: a part for each frame',
    ],
    [
      'grayscale or color softcopy presentation state',
      types('presentationState'),
      'the images it refers to, shown as it says; several only as parts, under the address of the state; takes only `viewport=width,height`',
    ],
    [
      'structured report, key object selection',
      types('report'),
      'UTF-8; who verified it and when, what referenced objects are, decimals as written; XML is the Native DICOM Model',
    ],
    [
      'encapsulated PDF',
      types('document'),
      'as it is, by EncapsulatedDocumentLength (0042,0015) without padding',
    ],
    ['video', 'its own media type', 'the stream as it is'],
    ['anything else', '406', ''],
  ],
)}

Studies and series are \`multipart/related\` of all instances that have a rendering in an accepted type; a Warning 299 counts those left out: what has no rendering in an accepted type, presentation states without an image here, and images that cannot be described or decoded, which is known of all that are made before the first ${HELD_BYTES / 1024 / 1024} MiB are sent; what fails later cuts the connection. Where nothing is left it is 406 with the reason. Frames are rendered by \`/frames/{list}/rendered\`, several of them multipart or as one GIF.

${table(
  ['parameter', 'values', 'else'],
  [
    [
      'annotation',
      `${ANNOTATIONS.map(code).join(', ')}, or both by comma`,
      'other words: ignored with Warning 299; malformed: 400',
    ],
    [
      'quality',
      '1 to 100; JP2: that of a JPEG of as many bytes, 100 without loss',
      '400; no meaning for PNG and GIF',
    ],
    [
      'viewport',
      `width,height[,x,y,width,height]: at most ${MAX_VIEWPORT} pixels; a negative width or height of the region flips; the aspect is kept`,
      '400, also for a region outside of the image',
    ],
    ['window', `center,width,${WINDOW_FUNCTIONS.join('|')}`, '400'],
    ['iccprofile', ICC_PROFILES.map(code).join(', '), '400, also with GIF; `no` when absent'],
  ],
)}

Each parameter stands once; a second is 400. Parameters with other names are ignored.

**Real values.** Float and Double Float Pixel Data (7FE0,0008–0009) are shown as real values: over the range of those that are finite, or by a window, whose LINEAR in the instance or a presentation state means LINEAR_EXACT, for the half steps of PS3.3 C.11.2.1.2.1 are those between whole numbers; what is not a number is black.

**Thumbnails.** One picture (${types('image')}) of at most ${THUMBNAIL_SIDE} × ${THUMBNAIL_SIDE} pixels, or as \`viewport=width,height\` says. A study or series is shown by the middle image of its series with the most frames. Nothing is burnt in; images that say BurnedInAnnotation YES, and what has no picture, are shown as a neutral icon. Thumbnails of the usual size are kept for some weeks.`;
}

/** WADO-URI (PS3.18 chapter 9). */
export function uriSection(): string {
  return `### URI service (WADO-URI, PS3.18 chapter 9)

At \`/wado\`, with the credentials and the view of \`/dicomweb\`. Parameters: ${URI_PARAMETERS.map(code).join(', ')}; others are ignored, except that \`hospital\` is refused. By default an instance is rendered; \`contentType\`, or without it Accept, may name the media types of renderings or \`application/dicom\`, whose transfer syntax \`transferSyntax\` names. \`windowCenter\` goes with \`windowWidth\`, \`presentationUID\` with \`presentationSeriesUID\`; parameters of pictures with \`application/dicom\`, \`transferSyntax\` with a rendering, and \`region\` or a window with a presentation state are 400. \`frameNumber\` is for multi-frame images. A presentation state for several images is its first one, with a Warning 299. \`anonymize=yes\` is answered 406: instances are not anonymised.`;
}
