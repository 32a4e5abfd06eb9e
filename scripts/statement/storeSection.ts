import { ADDED_SOP_CLASSES, CONTENT_ENCODINGS, FAILURE_REASONS, MAX_PARTS } from '@hutong/server/statement';
import { loadConfig } from '@hutong/storage-config';
import { code, table } from './markdown.ts';

const hex = (value: number): string => `${value.toString(16).toUpperCase().padStart(4, '0')}H`;

const STATUS = [
  [200, 'Every instance is durable and findable, or was already stored with the same dataset.'],
  [
    202,
    'Some instances were stored; the others are in Failed SOP Sequence. Also when the body broke off after whole parts.',
  ],
  [400, 'Bad UID in the path, no boundary, no instance, or the body ended before its first part was whole.'],
  [401, 'No valid credential.'],
  [403, 'The credential lacks the scope `store`, or stores for another hospital.'],
  [406, 'The answer was asked for in another media type; nothing was stored.'],
  [408, 'The body stopped arriving and nothing had been stored.'],
  [409, 'No instance could be stored; Failed SOP Sequence says why.'],
  [413, `More than ${MAX_PARTS} parts. Those up to the limit were taken; the answer names them.`],
  [415, 'Content-Type or Content-Encoding is not supported.'],
  [
    503,
    'Too many stores at once, or the index or object store does not answer. `Retry-After` says when to send again.',
  ],
] as const;

/** STOW-RS (PS3.18 10.5). */
export function storeSection(): string {
  const { maxConcurrentStores, uploadTimeoutSeconds } = loadConfig({});
  const reasons = Object.entries(FAILURE_REASONS).map(([name, { code: value, en }]) => [
    hex(value),
    code(name),
    en,
  ]);
  const added = ADDED_SOP_CLASSES.map((uid) => code(uid.endsWith('.') ? `${uid}*` : uid)).join(', ');
  return `### Store (STOW-RS, PS3.18 10.5)

${table(
  ['request', 'support'],
  [
    [
      'Content-Type',
      '`multipart/related; type="application/dicom"` with one PS3.10 file a part; or one file as `application/dicom`',
    ],
    ['Content-Encoding', `none, ${CONTENT_ENCODINGS.map(code).join(', ')}`],
    ['Accept', '`application/dicom+json` (default), `application/json`, `application/dicom+xml`'],
    ['Query parameters', 'none'],
    [
      'Metadata and bulk data apart (`application/dicom+json`, `application/dicom+xml` bodies)',
      'not supported: 415',
    ],
  ],
)}

**SOP classes.** Any SOP class is stored, private ones included, except Media Storage Directory (DICOMDIR). **Transfer syntaxes.** All that the table of transfer syntaxes lists; an unknown or private one is refused. **Stored bytes.** An object is kept byte for byte, preamble and file meta information included; no attribute is coerced, so there is no Warning Reason (0008,1196) and no Original Attributes Sequence. **Duplicates.** The same dataset under the same SOP Instance UID is a success without a second copy; another dataset is refused with ${hex(FAILURE_REASONS.DUPLICATE_SOP_INSTANCE.code)}, kept aside for a person, and never replaces the first.

Instances belong to the hospital of the credential, whatever their attributes say. Two hospitals may store the same SOP Instance UID; each keeps its own copy.

${table(['status', 'meaning'], STATUS)}

The answer is the Store Instances Response Module (PS3.18 Annex I.2). Its Failed SOP Sequence (0008,1198) has an item for each part that was not stored; a part that could not be read names no UIDs and is identified by its number in Error Comment (0000,0902), with the byte or attribute where reading failed.

${table(['Failure Reason (0008,1197)', 'name', 'meaning'], reasons)}

**Limits.** ${MAX_PARTS} parts a request; ${maxConcurrentStores} requests at once (\`HUTONG_MAX_CONCURRENT_STORES\`); ${uploadTimeoutSeconds} s without a byte (\`HUTONG_UPLOAD_TIMEOUT_SECONDS\`). Pixel data may have any size; the other attributes of an instance are bounded, and beyond that it is refused as \`MALFORMED\`.

**Acquired and added.** Images of an acquisition have the study judged against the catalogue again. Instances without pixel data, and those of these SOP classes (\`*\`: all that begin so), are stored and served the same way but never reopen a verdict: ${added}.`;
}
