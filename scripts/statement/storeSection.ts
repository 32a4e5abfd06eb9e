import {
  ADDED_SOP_CLASSES,
  CONTENT_ENCODINGS,
  DATASET_WARNINGS,
  FAILURE_REASONS,
  MAX_METADATA_BYTES,
  MAX_PARTS,
  MAX_REPEATED_BYTES,
  PIXEL_MEDIA_TYPES,
  WARNING_REASONS,
} from '@hutong/server/statement';
import { loadConfig } from '@hutong/storage-config';
import { code, table } from './markdown.ts';

const hex = (value: number): string => `${value.toString(16).toUpperCase().padStart(4, '0')}H`;

const STATUS = [
  [200, 'Every instance is durable and findable, or was already stored with the same dataset.'],
  [
    202,
    'Some instances were stored and others failed, or some were stored with a warning. Also when the body broke off after whole parts, while the client still listens.',
  ],
  [
    400,
    'Bad UID in the path, no boundary, no instance, a body that is not in its Content-Encoding, or one that ended before its first part was whole.',
  ],
  [401, 'No valid credential.'],
  [403, 'The credential lacks the scope `store`, or stores for another hospital.'],
  [406, 'The answer was asked for in another media type; nothing was stored.'],
  [408, 'The body stopped arriving and nothing had been stored.'],
  [409, 'No instance could be stored; Failed SOP Sequence and Other Failures Sequence say why.'],
  [413, `More than ${MAX_PARTS} parts. Those up to the limit were taken; the answer names them.`],
  [415, 'Content-Type or Content-Encoding is not supported.'],
  [
    503,
    'Too many stores at once, or the index or object store does not answer. `Retry-After` says when to send again.',
  ],
] as const;

/** STOW-RS (PS3.18 10.5). */
export function storeSection(): string {
  const { maxConcurrentStores, uploadTimeoutSeconds, spoolGigabytes } = loadConfig({});
  const reasons = Object.entries(FAILURE_REASONS).map(([name, { code: value, en }]) => [
    hex(value),
    code(name),
    en,
  ]);
  const warnings = Object.values(DATASET_WARNINGS).flatMap((warning) =>
    warning === null ? [] : [warning.en],
  );
  const added = ADDED_SOP_CLASSES.map((uid) => code(uid.endsWith('.') ? `${uid}*` : uid)).join(', ');
  return `### Store (STOW-RS, PS3.18 10.5)

${table(
  ['request', 'support'],
  [
    [
      'Content-Type',
      '`multipart/related; type="application/dicom"` with one PS3.10 file a part; or one file as `application/dicom`',
    ],
    [
      'Content-Encoding',
      `none or one of ${CONTENT_ENCODINGS.map(code).join(', ')}, of the whole body; parts are not encoded`,
    ],
    ['Accept', '`application/dicom+json` (default), `application/json`, `application/dicom+xml`'],
    ['Query parameters', 'none'],
    [
      'Metadata and bulk data apart',
      '`multipart/related` with `type="application/dicom+json"` or `type="application/dicom+xml"`: parts of metadata (one JSON array or object, or one XML document an instance) and parts of bulk data; metadata without bulk data also as single part',
    ],
  ],
)}

**SOP classes.** Any SOP class is stored, private ones included, except Media Storage Directory (DICOMDIR). **Transfer syntaxes.** All that the table of transfer syntaxes lists; an unknown or private one is refused. **Stored bytes.** An object is kept byte for byte, preamble and file meta information included; no attribute is coerced or discarded on store, and nothing missing is invented, so the warnings B000H and B006H never occur and the answer has no Original Attributes Sequence. **Corrected studies.** Where a correction of patient data or a merge stands for a study, an instance stored into it later is stored as it came and answered like any other, without a warning; searches find its study under the corrected values all the while, and moments afterwards its object and metadata are written anew with these values and an Original Attributes Sequence (0400,0561) in the dataset. What is retrieved from then on is not the bytes that were sent. An instance whose StudyInstanceUID differs from the path is refused. **Duplicates.** The same dataset under the same SOP Instance UID is a success without a second copy; another dataset is refused with ${hex(FAILURE_REASONS.DUPLICATE_SOP_INSTANCE.code)}, kept aside for a person, and never replaces the first. Where the credential has the scope \`correct\` for the hospital, the other dataset replaces the stored one, which is kept with its history: a success without a warning, for nothing was changed in what was sent.

**Metadata and bulk data.** The instance is composed into an object in Explicit VR Little Endian, or in the transfer syntax of its compressed pixel data. A bulk data part belongs to the BulkDataURI that equals its Content-Location, both resolved against the URL of the request, or to \`cid:\` and its Content-ID; parts of \`application/dicom+json\` and \`application/dicom+xml\`, and the root part that \`start\` names (RFC 2387), are metadata whatever they are called; parts may come in any order, one part may be the value of several attributes, at any depth. Pixel data is \`application/octet-stream\` (little endian, of the length that the attributes of the image say; a part that names another transfer syntax than Explicit or Implicit VR Little Endian is refused) or ${PIXEL_MEDIA_TYPES.map(code).join(', ')}. Of compressed images each part is one frame, without fragment delimiters or the boxes of a JP2 file: parts with one Content-Location are the frames in the order of the body; \`{BulkDataURI}/frames/{n}\` names them. A video is one part. The transfer syntax is the part's \`transfer-syntax\` parameter, else TransferSyntaxUID (0002,0010) in the metadata, else what the frame tells: the process of a JPEG, NEAR of a JPEG-LS, 1.2.840.10008.1.2.4.91 for \`image/jp2\`, 1.2.840.10008.1.2.4.203 for \`image/jphc\`; other types must name it. What is named is compared with the first frame of JPEG, JPEG-LS, JPEG 2000 and HTJ2K, and refused where the frame cannot be of it; so are Rows, Columns, SamplesPerPixel and BitsAllocated that the frame contradicts. The attributes of the image may be left out, all together, with a JPEG; its colours are RGB where its Adobe segment or the names of its components say so. A PNG or GIF as one part (\`image/png\`, \`image/gif\`) is decoded without loss into native pixel data, an animation into frames, transparency left out; the attributes of the image are those of the picture. Text is stored in UTF-8. A part that no attribute refers to is reported and keeps no instance out. Values that their VR cannot hold (a word for US, a fraction for IS) are refused. Text that is stored and is none of its VR (AS, DA, DS, DT, IS, TM, UI), and an attribute of the standard under another VR, are stored as they came with a warning, which instances that come as files are spared. A DS that is a JSON number is written with as many of its digits as 16 characters hold; a JSON string is kept as it is.

Instances belong to the hospital of the credential, whatever their attributes say. Two hospitals may store the same SOP Instance UID; each keeps its own copy.

${table(['status', 'meaning'], STATUS)}

The answer is the Store Instances Response Module (PS3.18 Annex I). Failed SOP Sequence (0008,1198) has an item for each instance that was not stored and is known by its UIDs; UIDs missing in the dataset are taken from group 0002. A part that was not stored and names none is in Other Failures Sequence (0008,119A). In both, Error Comment (0000,0902) says which part of the body it was, what was wrong, and the byte or attribute where, as far as 64 characters hold it; it is in Chinese where \`Accept-Language\` prefers that, else in English. The \`Warning\` header sums the reasons up. Retrieve URLs, and \`Location\` and \`Content-Location\` where all that was stored is of one study, are under the root that was asked.

${table(['Failure Reason (0008,1197)', 'name', 'meaning'], reasons)}

An instance whose dataset is not well formed and can be read nevertheless is stored as it came, with Warning Reason (0008,1196) ${hex(WARNING_REASONS.DATASET_MISMATCH.code)} and an Error Comment in its item of Referenced SOP Sequence: ${warnings.join('; ')}.

**Limits.** ${MAX_PARTS} parts a request; ${maxConcurrentStores} requests at once (\`HUTONG_MAX_CONCURRENT_STORES\`); ${uploadTimeoutSeconds} s without a byte (\`HUTONG_UPLOAD_TIMEOUT_SECONDS\`). Pixel data may have any size; the other attributes of an instance are bounded, and beyond that it is refused as \`MALFORMED\`. Metadata that comes apart from its bulk data: ${MAX_METADATA_BYTES / 1048576} MiB an instance; all such bodies of a process together take at most ${spoolGigabytes} GiB of disk while they are put together (\`HUTONG_SPOOL_GIGABYTES\`). A part may be the value of several attributes as long as that adds at most ${MAX_REPEATED_BYTES / 1048576} MiB to a request.

**Acquired and added.** Images of an acquisition have the study judged against the catalogue again. Instances without pixel data, and those of these SOP classes (\`*\`: all that begin so), are stored and served the same way but never reopen a verdict: ${added}.`;
}
