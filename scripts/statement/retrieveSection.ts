import { TRANSFER_SYNTAXES, type TransferSyntax } from '@hutong/dicom';
import {
  CODECS,
  DATASET_REPRESENTATIONS,
  DEFAULT_TRANSFER_SYNTAX,
  DOCUMENT_TYPES,
  MAX_FRAMES,
  QUIET_SECONDS,
  MAX_FRAME_BYTES,
} from '@hutong/server/statement';
import { code, table } from './markdown.ts';
import { renderedSection, uriSection } from './renderedSection.ts';

function framesOf(syntax: TransferSyntax): [frames: string, mediaTypes: string] {
  if (syntax.frameMediaType === null) return ['406: holds no frames', '—'];
  if (syntax.video)
    return [
      'as stored where NumberOfFrames is 1, else 406; the stream as bulk data',
      code(syntax.frameMediaType),
    ];
  const types = [...new Set([syntax.frameMediaType, 'application/octet-stream'])].map(code).join(', ');
  const codec = CODECS[syntax.uid];
  const decoded = codec?.decode === true ? 'decoded' : 'not decoded: as stored only';
  const encoded = codec?.encode == null ? '' : `, encoded (${codec.encode})`;
  return [`${decoded}${encoded}${codec === undefined || codec.note === '' ? '' : `. ${codec.note}`}`, types];
}

/** What is stored and what is answered, for each registered transfer syntax. */
export function transferSyntaxTable(): string {
  const rows = Object.values(TRANSFER_SYNTAXES).map((syntax) => [
    `${syntax.name}${syntax.retired ? ' (retired)' : ''}`,
    syntax.uid,
    'yes',
    ...framesOf(syntax),
  ]);
  return table(['transfer syntax', 'UID', 'stored, retrieved', 'frames', 'media types of frames'], rows);
}

/** WADO-RS (PS3.18 10.4). */
export function retrieveSection(): string {
  const datasets = DATASET_REPRESENTATIONS.map(({ mediaType, multipart }) =>
    code(multipart ? `multipart/related; type="${mediaType}"` : mediaType),
  ).join(', ');
  return `### Retrieve (WADO-RS, PS3.18 10.4)

${table(
  ['resource', 'media types, the default first', 'options'],
  [
    [
      'study, series, instance',
      '`multipart/related; type="application/dicom"`; of one instance also `application/dicom`; `application/zip`; `multipart/related; type="application/octet-stream"` as for `/bulkdata`',
      'single part, as stored: one byte range',
    ],
    ['metadata of these', datasets, 'Content-Encoding `br` or `gzip`, as accepted'],
    [
      'frames',
      `\`multipart/related\` of the media types in the table of transfer syntaxes; one frame also as a single part`,
      `a list of at most ${MAX_FRAMES} numbers, in the order asked for; single part, as stored: one byte range`,
    ],
    [
      'bulk data, as BulkDataURI in metadata names it',
      `\`application/octet-stream\`${[...DOCUMENT_TYPES].map((type) => `, ${code(type)}`).join('')} (encapsulated documents of that type), single part or \`multipart/related\`; encapsulated pixel data as all its frames, a video as its stream under its own media type`,
      'single part: one byte range; little endian whatever it is stored as; uncompressed pixel data in a transfer syntax that is named as all its frames',
    ],
    [
      '`/bulkdata` and `/pixeldata` of a study, series or instance',
      '`multipart/related` of `application/octet-stream` and of the media types of frames; of compressed pixel data a part for each frame, each part with Content-Location; documents also under their own media type',
      'what cannot be converted is left out and counted in a Warning 299; 406 where nothing is left',
    ],
  ],
)}

Query parameters other than \`accept\` and those of renderings are ignored. HEAD is answered as GET without the body.

**Negotiation (8.7).** Ranges of the \`accept\` parameter go before those of the header, both by q; of several that fit a type, the one that says most gives its weight (RFC 9110 12.5.1), and q=0 refuses it. Media types that are not known are left aside. A request without Accept header and \`accept\` parameter is answered 406, except for metadata, which is then DICOM JSON. \`application/dicom\`, \`application/dicom+json\` or \`application/dicom+xml\` beside a type of renderings (PNG, GIF, text, PDF; for rendered resources also JPEG and JPEG 2000) is answered 400; types that are both, such as \`image/jpeg\` of frames, are not counted. Single parts are only sent of what is one item.

**Transfer syntax.** One that is named is meant. \`application/dicom\` without one, and every wildcard, mean Explicit VR Little Endian; instances that may be lossy or cannot be decoded are then sent as stored. \`transfer-syntax=*\` takes what is stored; but Implicit VR Little Endian and Explicit VR Big Endian (8.7.3) are only sent where they are stored and named. Media types of frames alone mean ${Object.entries(
    DEFAULT_TRANSFER_SYNTAX,
  )
    .map(([type, uid]) => `\`${type}\` ${uid}`)
    .join(
      ', ',
    )}; frames that may be lossy are sent as stored under their own media type. Wildcards and \`transfer-syntax=*\` take frames as stored.

**Transcoding.** Frames and whole instances are decoded and encoded as the table of transfer syntaxes says, each when it is asked for; nothing is kept. Attributes that change with the encoding (PhotometricInterpretation, PlanarConfiguration and those of lossy compression) change in the instance. The SOP Instance UID stays, so whole instances are only encoded losslessly; frames also lossily where that is named. Instances without pixel data are sent in Explicit VR Little Endian where a compressed transfer syntax is asked for. What cannot be had is answered 406 with the reason, before any byte; what fails later cuts the connection.

**Download.** \`application/zip\` holds the objects as they are stored, uncompressed; names are numbers of series and instances.

**Metadata.** Numbers, strings and small binary values stand in it; larger values by BulkDataURI. Text is UTF-8 whatever it was in the stored object; SpecificCharacterSet keeps the value of the stored object (PS3.18 F.2.2, as clarified by CP-2518).

**Caching.** \`ETag\`, \`If-None-Match\` (304) and \`If-Match\` (412); If-Unmodified-Since is not looked at, as there is no Last-Modified; \`Cache-Control: private, no-cache\`. The metadata of a study or series into which nothing was stored for ${QUIET_SECONDS} seconds is kept in JSON as it was answered, compressed, and sent as it is to clients that take gzip; any store, deletion, correction or change of labels has it made anew.

${table(
  ['status', 'meaning'],
  [
    [200, 'The content.'],
    [206, 'The byte range that was asked for.'],
    [304, 'The client has it already.'],
    [
      400,
      'A UID, frame list, bulk data path or rendering parameter is malformed; media types of both kinds in Accept.',
    ],
    [401, 'No valid credential.'],
    [403, 'The credential lacks the scope `read`.'],
    [404, 'Not stored, or not in the view of the caller.'],
    [
      406,
      'It cannot be had in an accepted media type or transfer syntax; the detail says why and what can be had.',
    ],
    [412, 'If-Match names another entity tag.'],
    [
      413,
      `The image is larger than is worked on: ${MAX_FRAME_BYTES / 1048576} MiB a frame, as native samples and as stored.`,
    ],
    [416, 'The byte range begins behind the end.'],
    [503, 'The index or the object store does not answer, or too many pictures and frames wait to be made.'],
  ],
)}

${renderedSection()}

${uriSection()}`;
}
