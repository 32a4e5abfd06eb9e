import { dicomwebResources, type DicomwebResource } from '@hutong/server/statement';
import { KEY_SCOPES } from '@hutong/storage-config';
import { capabilitiesSection } from './capabilitiesSection.ts';
import { characterSetSection } from './characterSetSection.ts';
import { correctionSection } from './correctionSection.ts';
import { changeFeedSection, patientCorrectionSection } from './feedSection.ts';
import { hrSection } from './hrSection.ts';
import { code, table } from './markdown.ts';
import { retrieveSection, transferSyntaxTable } from './retrieveSection.ts';
import { searchSection } from './searchSection.ts';
import { storeSection } from './storeSection.ts';

const BULK_DATA = '/studies/{study}/series/{series}/instances/{instance}/bulkdata/{path}';

function transactionOf({ method, path }: DicomwebResource): string {
  if (method === 'POST') return 'Store';
  if (method === 'DELETE') return 'Delete';
  return /^\/(studies|series|instances)$|\/(series|instances)$/.test(path) ? 'Search' : 'Retrieve';
}

function resourceTable(): string {
  const rows = dicomwebResources().map((resource) => {
    const path = resource.path.replace(/:(\w+)/g, '{$1}').replace('*path', '{path}');
    const own = path === BULK_DATA ? ' (address of our own, named by BulkDataURI)' : '';
    return [
      transactionOf(resource),
      resource.method === 'GET' ? 'GET, HEAD' : resource.method,
      `${code(path)}${own}`,
    ];
  });
  return table(['transaction', 'methods', 'resource, below a root'], rows);
}

const NOT_SUPPORTED = [
  ['Video made of images (MP4, MPEG); multi-frame images move as GIF', '406'],
  ['Anonymisation (`anonymize=yes` of WADO-URI)', '406'],
  ['STOW-RS `PUT`', '405'],
  ['Query parameter `charset`', '400 in a search, else ignored'],
  ['Worklist service (UPS-RS), subscriptions, notifications', '404'],
  ['Non-patient instances, storage commitment, inventory services', '404'],
  [
    'DIMSE services (C-STORE, C-FIND, C-MOVE) and media storage',
    'absent: a gateway in the hospital is needed',
  ],
  ['Extended negotiation, digital signatures', 'absent'],
] as const;

/** The whole statement, as committed in docs/dicom-conformance.md. */
export function conformanceStatement(): string {
  return `# DICOM conformance statement

Generated from the code by \`node scripts/conformanceStatement.ts\`; do not edit by hand.

## Overview

Hutong is an origin server of DICOMweb (PS3.18): it stores, searches and retrieves instances of any SOP class, and adds what it found about their conformance with the list of mutually recognised examinations. It speaks no DIMSE and writes no media.

${table(
  ['service', 'user agent', 'origin server'],
  [
    ['Studies service: Store (STOW-RS)', 'no', 'yes'],
    ['Studies service: Search (QIDO-RS)', 'no', 'yes'],
    ['Studies service: Retrieve (WADO-RS)', 'no', 'yes, with renderings, thumbnails and transcoding'],
    ['Worklist, Non-Patient Instance, Storage Commitment services', 'no', 'no'],
    ['URI service (WADO-URI)', 'no', 'yes'],
  ],
)}

### Not supported

${table(['what', 'answer'], NOT_SUPPORTED)}

## Networking

HTTP/1.1; TLS is the task of the proxy in front. Two kinds of roots answer the same resources:

${table(
  ['root', 'view'],
  [
    [
      '`/dicomweb`',
      'the union of the hospitals that the caller may read, each instance once; stores go to the hospital of the credential',
    ],
    ['`/hospitals/{code}/dicomweb`', 'the copy of one hospital'],
  ],
)}

**Copies of one study.** Where several hospitals in view stored a StudyInstanceUID, \`/dicomweb\` shows the copy that was stored first, united with those of the same patient; of several copies of one instance it is that of the hospital that stored the study first. Two copies are of the same patient when name, birth date and sex do not contradict each other and nobody said that they are two persons, and when besides they have the same PatientID and issuer, or the same name and birth date, or their patients were linked to one person. Names are compared in Han characters where both have them, else in letters, by pinyin. Copies of which this is not known, or which are of another patient, are not found, counted or retrieved under \`/dicomweb\`; they are had under the root of their hospital, and searches say so by \`Warning: 299\`.

${resourceTable()}

What the caller may not read is answered as if it did not exist. Errors have a body of \`application/problem+json\` (RFC 9457) with a code, an explanation in English and Chinese, and a request id, also where no request could be read (400, 408, 431), an expectation is not met (417) or a tunnel is asked for (501); a browser that goes to the address gets a page of the same words. 409 of a store has the Store Instances Response instead, answers to HEAD have no body, and below \`/fhir\` errors are OperationOutcomes. Addresses are percent-encoded UTF-8; others, and a NUL, are answered 400. HTTP/1.0 is understood, also without Host. Warning headers have the form of PS3.18: \`299 {base URI of the root}: {text}\`. Pages of other origins can call the server from a browser only where \`HUTONG_CORS_ORIGINS\` names their origin, with a key or token in \`Authorization\` and never with a session (CORS).

${storeSection()}

${searchSection()}

${retrieveSection()}

${correctionSection()}

${capabilitiesSection()}

### Transfer syntaxes

Frames of the little-endian uncompressed transfer syntaxes are the same bytes and are named Explicit VR Little Endian.

${transferSyntaxTable()}

## Extensions

### HR label

${hrSection()}

### Change feed and webhooks

${changeFeedSection()}

### Corrections of patient data

${patientCorrectionSection()}

## Character sets

${characterSetSection()}

## Security

${table(
  ['subject', 'statement'],
  [
    [
      'Machines',
      'an API key as `Authorization: Bearer`, or as the password of Basic authentication (the user name is not looked at); access tokens of the server itself as the issuer (OAuth 2.0 client credentials, OpenID Connect), or of a provider that the region believes ([machines](machine-keys.md), [signing in](signing-in.md))',
    ],
    [
      'People',
      'an account with a password and, where asked for, a one-time password, an identity provider of the hospital (OpenID Connect), or a one-time link of an administrator opens a session (cookie, HttpOnly, SameSite=Lax); it has the rights of the account’s roles, and cannot store',
    ],
    [
      'Scopes of a key',
      `${KEY_SCOPES.map(code).join(', ')}. DICOMweb needs \`store\`, \`read\` and \`correct\` (deletions, corrected instances, rejection notes, patient data); the others are of the API beside it. A key of a hospital stores for it, and reads and corrects what it stored; a key of the region reads and corrects all and never stores`,
    ],
    ['Without credentials', '401, with `WWW-Authenticate`'],
    [
      'With a credential that is not valid, has ended, or is not for requests from there',
      '401; which of these it was is not said',
    ],
    [
      'Audit trail',
      'every access, change and refusal, before it is answered; read as DICOM audit messages (PS3.15 A.5) or FHIR AuditEvents at `/api/audit`, sent on by syslog ([how](audit.md))',
    ],
    [
      'De-identification',
      'of exports, by the Basic Application Level Confidentiality Profile of PS3.15 Annex E and its options, never of what DICOMweb answers ([how](deidentification.md))',
    ],
    [
      '`HUTONG_AUTH=off`',
      'for trials: requests from this machine to a loopback address alone, all readable, stores go to `HUTONG_DEFAULT_HOSPITAL` or the hospital in the path',
    ],
    ['Transport', 'plain HTTP; TLS by the proxy in front, with `HUTONG_PUBLIC_URL` and `HUTONG_TRUST_PROXY`'],
    ['Preambles', 'objects whose preamble begins another kind of file are refused (PS3.10 7.5)'],
    ['Logs', 'no patient data, no query strings'],
  ],
)}

## Configuration

Environment variables; the table is in the [README](../README.md#configuration). The API beside DICOMweb is described by \`/api/openapi.json\`.
`;
}
