import { TRANSFER_SYNTAXES, type TransferSyntax } from '@hutong/dicom';
import {
  CODECS,
  DATASET_REPRESENTATIONS,
  DOCUMENT_TYPES,
  MAX_FRAMES,
  QUIET_SECONDS,
} from '@hutong/server/statement';
import { code, table } from './markdown.ts';

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
      '`multipart/related; type="application/dicom"`; of one instance also `application/dicom`',
      'single part: one byte range',
    ],
    ['metadata of these', datasets, 'Content-Encoding `br` or `gzip`, as accepted'],
    [
      'frames',
      `\`multipart/related\` of the media types in the table of transfer syntaxes; one frame also as a single part`,
      `a list of at most ${MAX_FRAMES} numbers, in the order asked for`,
    ],
    [
      'bulk data, as BulkDataURI in metadata names it',
      `\`application/octet-stream\`${[...DOCUMENT_TYPES].map((type) => `, ${code(type)}`).join('')} (encapsulated documents of that type), single part or \`multipart/related\`; encapsulated pixel data as all its frames`,
      'single part: one byte range',
    ],
  ],
)}

The only query parameter is \`accept\`; others are ignored. HEAD is answered as GET without the body.

**Negotiation.** Ranges of the \`accept\` parameter go before those of the header, which go by q. The first representation that a range covers is sent. A range of \`application/dicom\` without \`transfer-syntax\` accepts what is stored. A range of \`application/octet-stream\` without \`transfer-syntax\` means Explicit VR Little Endian, so compressed frames are not sent under it; \`transfer-syntax=*\` and wildcards accept them. Nothing is ever transcoded: what is stored in another encoding than every range accepts is answered 406, and the detail names what can be had.

**Metadata.** Numbers, strings and small binary values stand in it; larger values by BulkDataURI. Text is UTF-8 whatever it was in the stored object; SpecificCharacterSet keeps the value of the stored object (PS3.18 F.2.2, as clarified by CP-2518).

**Caching.** \`ETag\` and \`If-None-Match\` (304); \`Cache-Control: private, no-cache\`. The metadata of a study or series into which nothing was stored for ${QUIET_SECONDS} seconds is kept in JSON as it was answered, compressed, and sent as it is to clients that take gzip; any store, deletion, correction or change of labels has it made anew.

${table(
  ['status', 'meaning'],
  [
    [200, 'The content.'],
    [206, 'The byte range that was asked for.'],
    [304, 'The client has it already.'],
    [400, 'A UID, frame list or bulk data path is malformed.'],
    [401, 'No valid credential.'],
    [403, 'The credential lacks the scope `read`.'],
    [404, 'Not stored, or not in the view of the caller.'],
    [406, 'It would need transcoding, or another media type.'],
    [416, 'The byte range begins behind the end.'],
    [503, 'The index or the object store does not answer.'],
  ],
)}`;
}
