import { parseUid } from '@hutong/dicom';
import { z } from 'zod';
import { readInstant } from './times.ts';

/**
 * Messages of hospital systems: patients, orders and reports, as the JSON API, FHIR and the folder give them. Unknown members
 * are refused, for what is not understood may change what the rest means.
 */

/** Entries of one message. */
export const MOST_PATIENTS = 500;
export const MOST_ORDERS = 500;
export const MOST_REPORTS = 100;
/** Letters of a report's findings or impression. */
const LONGEST_TEXT = 100_000;

/** One line of plain text without control characters. */
const line = (longest: number) =>
  z
    .string()
    .max(longest)
    // eslint-disable-next-line no-control-regex -- exactly those are refused
    .refine((text) => !/[\u0000-\u001f\u007f]/.test(text) && text.isWellFormed())
    .transform((text) => text.normalize('NFC').trim());
const number = line(64).refine((text) => text !== '');
const optional = (longest: number) => line(longest).default('');
/** Text of several lines. */
const prose = z
  .string()
  .max(LONGEST_TEXT)
  // eslint-disable-next-line no-control-regex -- tabs and line ends may stand
  .refine((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) && text.isWellFormed())
  .transform((text) => text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').trim())
  .default('');
const instant = z
  .string()
  .max(40)
  .nullish()
  .transform((text, context) => {
    if (text === undefined || text === null || text.trim() === '') return null;
    const at = readInstant(text);
    if (at === null) context.addIssue({ code: 'custom', message: 'not an instant' });
    return at;
  });
/** The own time of a message may run ahead of ours a little; more is a wrong clock, which would stop all later messages. */
const AHEAD_MS = 10 * 60_000;
const stated = instant.refine((at) => at === null || at.getTime() <= Date.now() + AHEAD_MS, {
  message: 'in the future',
});
const uid = z
  .string()
  .max(64)
  .default('')
  .refine((text) => text === '' || parseUid(text) !== null);
const modality = line(16)
  .transform((text) => text.toUpperCase())
  .refine((text) => /^[A-Z0-9_]*$/.test(text))
  .default('');
const birthDate = z
  .string()
  .default('')
  .transform((text) => text.replaceAll('-', ''))
  .refine((text) => text === '' || (/^\d{8}$/.test(text) && readInstant(text) !== null));

export const IDENTIFIER_KINDS = ['idCard', 'healthCard', 'passport', 'other'] as const;

export const patientMessage = z.strictObject({
  patientId: number,
  issuer: optional(64),
  name: optional(256),
  sex: z.enum(['', 'M', 'F', 'O']).default(''),
  birthDate,
  identifiers: z
    .array(z.strictObject({ kind: z.enum(IDENTIFIER_KINDS), value: number, issuer: optional(64) }))
    .max(10)
    .default([]),
});
export type PatientMessage = z.output<typeof patientMessage>;

export const orderMessage = z.strictObject({
  orderNumber: number,
  accessionNumber: optional(64),
  patientId: optional(64),
  issuer: optional(64),
  exam: z
    .strictObject({ code: optional(64), scheme: optional(64), name: optional(256) })
    .transform(({ code, scheme, name }) => ({
      code: code.normalize('NFKC'),
      scheme: scheme.normalize('NFKC').toUpperCase(),
      name,
    }))
    .refine(({ code, name }) => code !== '' || name !== ''),
  modality,
  department: optional(128),
  requester: optional(128),
  priority: z.enum(['routine', 'urgent', 'asap', 'stat']).default('routine'),
  patientClass: z.enum(['', 'outpatient', 'inpatient', 'emergency', 'other']).default(''),
  status: z.enum(['draft', 'active', 'completed', 'revoked']).default('active'),
  orderedAt: instant,
  /** When the hospital's system says so: an older word that comes later changes nothing. */
  statedAt: stated,
});
export type OrderMessage = z.output<typeof orderMessage>;

export const reportMessage = z
  .strictObject({
    reportNumber: number,
    accessionNumber: optional(64),
    studyInstanceUid: uid,
    orderNumber: optional(64),
    patientId: optional(64),
    issuer: optional(64),
    status: z.enum(['preliminary', 'final', 'amended', 'cancelled']),
    findings: prose,
    impression: prose,
    author: optional(128),
    verifier: optional(128),
    performedAt: instant,
    // Where nothing else is said it is the time of the message: one to come would stop all later ones.
    reportedAt: stated,
    statedAt: stated,
  })
  .refine(
    ({ accessionNumber, studyInstanceUid, orderNumber }) =>
      accessionNumber !== '' || studyInstanceUid !== '' || orderNumber !== '',
    { path: ['accessionNumber'] },
  );
export type ReportMessage = z.output<typeof reportMessage>;

/** How a message came. */
export type MessageSource = 'api' | 'fhir' | 'folder';

/** What became of an entry: `older` is kept in the history and changes nothing. */
export type MessageOutcome = 'created' | 'updated' | 'unchanged' | 'older';
